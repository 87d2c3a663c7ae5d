//! The names in a site's own templates: values, fields, filters, functions, tests, strings and other templates.
//!
//! Tera takes a value that is not there for false in a condition, and tells of the first wrong name alone. So every name
//! is looked at before anything is drawn. What cannot be known, such as the fields of a value that a filter gives, is
//! passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::messages;
use super::values::Reference;
use crate::diagnostic::Diagnostic;
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath, Span};

/// What a name can be that templates call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Called {
    Filter,
    Function,
    Test,
}

impl Called {
    /// What it is called in messages.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Function => "function",
            Self::Test => "test",
        }
    }

    /// Those that there are: Tera's and our own.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Filter => &[
                "abs",
                "capitalize",
                "default",
                "escape_html",
                "escape_xml",
                "first",
                "float",
                "get",
                "group_by",
                "indent",
                "int",
                "join",
                "json",
                "keys",
                "last",
                "length",
                "lower",
                "newlines_to_br",
                "nth",
                "pluralize",
                "replace",
                "reverse",
                "round",
                "safe",
                "sort",
                "split",
                "str",
                "title",
                "trim",
                "trim_end",
                "trim_start",
                "truncate",
                "unique",
                "upper",
                "values",
                "wordcount",
            ],
            Self::Function => &["range", "super", "t", "throw"],
            Self::Test => &[
                "array",
                "bool",
                "containing",
                "defined",
                "divisible_by",
                "ending_with",
                "even",
                "float",
                "integer",
                "iterable",
                "map",
                "none",
                "number",
                "odd",
                "starting_with",
                "string",
                "undefined",
            ],
        }
    }
}

/// What `loop` has inside of `{% for %}`.
const LOOP: &[&str] = &["first", "index", "index0", "last", "length"];

/// Words of the language, which are no values.
pub(super) const WORDS: &[&str] = &[
    "and", "as", "elif", "else", "false", "False", "if", "in", "is", "none", "None", "not", "null", "or", "true",
    "True", "with",
];

/// One word or sign of a tag, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'text> {
    Name(&'text str),
    /// A text in quotation marks, without them.
    Text(&'text str),
    Number,
    Sign(char),
}

pub(super) type Placed<'text> = (Token<'text>, usize);

/// What stands between two braces, or between a brace and a percent sign.
pub(super) struct Tag<'text> {
    /// Whether it says what to do, and does not print a value.
    pub(super) is_statement: bool,
    /// Its words and signs.
    pub(super) tokens: Vec<Placed<'text>>,
    /// All of it, with its braces.
    pub(super) range: Range<usize>,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// The fields in the table with this anchor, or each of its items has.
    Table(&'static str),
    /// It is `loop`.
    Loop,
    Nothing,
}

impl From<Option<&'static str>> for Known {
    fn from(anchor: Option<&'static str>) -> Self {
        anchor.map_or(Self::Nothing, Self::Table)
    }
}

/// Looks at the templates that are the site's own, of all by name.
///
/// `string` finds the text of an id of the interface, or else the nearest id there is.
pub(super) fn check<'near>(
    templates: &BTreeMap<String, String>,
    is_own: impl Fn(&str) -> bool,
    path_of: impl Fn(&str) -> SitePath,
    knows: impl Fn(Called, &str) -> bool,
    string: impl Fn(&str) -> Result<(), Option<&'near str>>,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (name, text) in templates.iter().filter(|(name, _)| is_own(name)) {
        let mut seen = Reference::get().of_template(name);
        let is_included = name.starts_with("parts/") || name == "base.html";
        if is_included {
            // What a template sets, those that it includes see.
            for (_, other) in templates.iter().filter(|(other, _)| *other != name) {
                for tag in tags(other) {
                    bound(&tag, |name| seen.extend([(name, None)]));
                }
            }
        }
        let mut reader = Reader {
            path: path_of(name),
            text,
            templates,
            knows: &knows,
            string: &string,
            scopes: vec![seen.into_iter().map(|(name, table)| (name, table.into())).collect()],
            // A component sees what it is given.
            has_components: text.contains("component"),
            problems: &mut problems,
        };
        for tag in tags(text) {
            reader.tag(&tag);
        }
    }
    problems
}

/// The names that a tag gives to values.
pub(super) fn bound<'text>(tag: &Tag<'text>, mut take: impl FnMut(&'text str)) {
    let mut names = tag.tokens.iter().map(|(token, _)| *token).filter(|_| tag.is_statement);
    match names.next() {
        Some(Token::Name("set" | "set_global")) => {
            if let Some(Token::Name(name)) = names.next() {
                take(name);
            }
        }
        Some(Token::Name("for")) => {
            for token in names.take_while(|token| *token != Token::Name("in")) {
                if let Token::Name(name) = token {
                    take(name);
                }
            }
        }
        _ => {}
    }
}

struct Reader<'text, Knows, Strings> {
    path: SitePath,
    text: &'text str,
    templates: &'text BTreeMap<String, String>,
    knows: &'text Knows,
    string: &'text Strings,
    scopes: Vec<BTreeMap<&'text str, Known>>,
    has_components: bool,
    problems: &'text mut Vec<Diagnostic>,
}

impl<'text, 'near, Knows, Strings> Reader<'text, Knows, Strings>
where
    Knows: Fn(Called, &str) -> bool,
    Strings: Fn(&str) -> Result<(), Option<&'near str>>,
{
    fn tag(&mut self, tag: &Tag<'text>) {
        let (first, rest) = match tag.tokens.split_first() {
            // A component is drawn: `<card page={page} />`.
            None | Some(((Token::Sign('<'), _), _)) => return,
            Some(((first, _), rest)) => (*first, rest),
        };
        let Token::Name(word) = first else { return self.expression(&tag.tokens) };
        if !tag.is_statement {
            return self.expression(&tag.tokens);
        }
        match word {
            "set" | "set_global" => {
                let Some((Token::Name(name), _)) = rest.first() else { return };
                let value = rest.get(2..).unwrap_or_default();
                self.expression(value);
                let known = self.known(value);
                self.bind(name, known);
            }
            "for" => {
                let at = rest.iter().position(|(token, _)| *token == Token::Name("in")).map_or(rest.len(), |at| at + 1);
                let (names, value) = rest.split_at(at);
                self.expression(value);
                let mut names = names.iter().filter_map(|(token, _)| match token {
                    Token::Name(name) if *name != "in" => Some(*name),
                    _ => None,
                });
                let mut scope = BTreeMap::from([("loop", Known::Loop)]);
                match (names.next(), names.next()) {
                    (Some(name), None) => drop(scope.insert(name, self.known(value))),
                    (one, other) => scope.extend(one.into_iter().chain(other).map(|name| (name, Known::Nothing))),
                }
                self.scopes.push(scope);
            }
            "endfor" if self.scopes.len() > 1 => drop(self.scopes.pop()),
            "include" | "extends" => {
                let is_needed = rest.iter().all(|(token, _)| *token != Token::Name("ignore"));
                for (token, at) in rest.iter().filter(|_| is_needed) {
                    if let Token::Text(name) = token {
                        self.template(name, *at);
                    }
                }
            }
            "filter" => {
                if let Some((Token::Name(name), at)) = rest.first() {
                    self.called(Called::Filter, name, *at);
                }
                self.expression(rest.get(1..).unwrap_or_default());
            }
            "if" | "elif" => self.expression(rest),
            _ => {}
        }
    }

    /// Looks at every name in an expression.
    fn expression(&mut self, tokens: &[Placed<'text>]) {
        let token = |index: usize| tokens.get(index).map(|(token, _)| *token);
        let mut index = 0;
        while index < tokens.len() {
            let (Token::Name(name), at) = tokens[index] else {
                index += 1;
                continue;
            };
            let before = index.checked_sub(1).and_then(token);
            let after = token(index + 1);
            let is_test = before == Some(Token::Name("is"))
                || (before == Some(Token::Name("not")) && index > 1 && token(index - 2) == Some(Token::Name("is")));
            if is_test && name != "not" {
                self.called(Called::Test, name, at);
            } else if before == Some(Token::Sign('|')) {
                self.called(Called::Filter, name, at);
            } else if before == Some(Token::Sign('.')) {
                // After a bracket, or whatever else gives a value.
                self.field_of_something(name, at);
            } else if after == Some(Token::Sign('(')) && !WORDS.contains(&name) {
                self.called(Called::Function, name, at);
                if name == "t" {
                    self.string(&tokens[index + 1..]);
                }
            } else if !WORDS.contains(&name) && !matches!(after, Some(Token::Sign('=' | ':'))) {
                // It is neither the name of an argument nor a key.
                let length = path_length(&tokens[index..]);
                let is_asked = token(index + length) == Some(Token::Name("is"))
                    && tokens[index + length..]
                        .iter()
                        .take(3)
                        .any(|(token, _)| matches!(token, Token::Name("defined" | "undefined")));
                // Where a template asks whether it is given a value, it may name it.
                if is_asked && length == 1 && self.value(name).is_none() {
                    self.scopes.first_mut().expect("the outermost scope stays").insert(name, Known::Nothing);
                }
                self.path(&tokens[index..index + length]);
                index += length;
                continue;
            }
            index += 1;
        }
    }

    /// Looks at `page.kind.title`.
    fn path(&mut self, tokens: &[Placed<'text>]) {
        let Some(&(Token::Name(name), at)) = tokens.first() else { return };
        if self.has_components || name.starts_with("__tera") {
            return;
        }
        let Some(mut known) = self.value(name) else {
            let names: BTreeSet<&str> = self.scopes.iter().flat_map(|scope| scope.keys().copied()).collect();
            let near = nearest(name, names.iter().copied());
            self.problems.push(messages::unknown_value(self.place(at, name.len()), name, near));
            return;
        };
        let mut end = at + name.len();
        for (token, at_field) in &tokens[1..] {
            let Token::Name(field) = token else { continue };
            let owner = &self.text[at..end];
            let names: Vec<&str> = match known {
                Known::Nothing => return self.field_of_something(field, *at_field),
                Known::Loop => LOOP.to_vec(),
                Known::Table(anchor) => match Reference::get().fields(anchor) {
                    Some(fields) => fields.keys().copied().collect(),
                    None => return self.field_of_something(field, *at_field),
                },
            };
            if !names.contains(field) {
                let place = self.place(*at_field, field.len());
                let near = nearest(field, names.iter().copied());
                self.problems.push(messages::unknown_field(place, owner, field, near, &names));
                return;
            }
            end = at_field + field.len();
            known = match known {
                Known::Table(anchor) => {
                    Reference::get().fields(anchor).and_then(|fields| fields.get(field).copied()).flatten().into()
                }
                _ => Known::Nothing,
            };
        }
    }

    /// A field of a value of which nothing is known: a name that no value has is wrong all the same.
    fn field_of_something(&mut self, field: &str, at: usize) {
        let reference = Reference::get();
        let is_known = reference.is_a_field(field) || LOOP.contains(&field);
        // A template may put values together itself, and names them in quotation marks then.
        let is_own = [format!("\"{field}\""), format!("'{field}'")].iter().any(|quoted| self.text.contains(quoted));
        if !is_known && !is_own && !self.has_components {
            let near = nearest(field, reference.field_names());
            if near.is_some() {
                self.problems.push(messages::unknown_field(self.place(at, field.len()), "", field, near, &[]));
            }
        }
    }

    fn called(&mut self, what: Called, name: &str, at: usize) {
        if !(self.knows)(what, name) {
            let near = nearest(name, what.names().iter().copied());
            self.problems.push(messages::unknown_call(self.place(at, name.len()), what, name, near));
        }
    }

    /// Looks at the id that `t` is given, if it stands there in full: `(id="shown-by", …)`.
    fn string(&mut self, arguments: &[Placed<'text>]) {
        let mut depth = 0;
        for (index, (token, _)) in arguments.iter().enumerate() {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') => depth -= 1,
                Token::Name("id") if depth == 1 => {
                    let [(Token::Sign('='), _), (Token::Text(id), at), (Token::Sign(',' | ')'), _), ..] =
                        &arguments[index + 1..]
                    else {
                        return;
                    };
                    if let Err(near) = (self.string)(id) {
                        // Where the text begins, after its quotation mark.
                        self.problems.push(messages::unknown_string(self.place(at + 1, id.len()), id, near));
                    }
                    return;
                }
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn template(&mut self, name: &str, at: usize) {
        if !self.templates.contains_key(name) {
            let near = nearest(name, self.templates.keys().map(String::as_str));
            // Where the text begins, after its quotation mark.
            self.problems.push(messages::missing_template(self.place(at + 1, name.len()), name, near));
        }
    }

    fn bind(&mut self, name: &'text str, known: Known) {
        let scope = self.scopes.last_mut().expect("the outermost scope stays");
        let bound = scope.entry(name).or_insert(known);
        if *bound != known {
            *bound = Known::Nothing;
        }
    }

    fn value(&self, name: &str) -> Option<Known> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    /// What is known of the value of an expression: of one that is no more than a path.
    fn known(&self, tokens: &[Placed<'text>]) -> Known {
        let Some((Token::Name(name), _)) = tokens.first() else { return Known::Nothing };
        if path_length(tokens) != tokens.len() {
            return Known::Nothing;
        }
        let fields = tokens[1..].iter().filter_map(|(token, _)| match token {
            Token::Name(name) => Some(*name),
            _ => None,
        });
        fields.fold(self.value(name).unwrap_or(Known::Nothing), |known, field| match known {
            Known::Table(anchor) => {
                Reference::get().fields(anchor).and_then(|fields| fields.get(field).copied()).flatten().into()
            }
            _ => Known::Nothing,
        })
    }

    fn place(&self, at: usize, length: usize) -> Place {
        Place::span(&self.path, Span::new(at..at + length))
    }
}

/// How many tokens a path takes that begins with a name: `page`, `.`, `kind`.
fn path_length(tokens: &[Placed<'_>]) -> usize {
    let mut length = 1;
    while let [(Token::Sign('.'), _), (Token::Name(_), _), ..] = tokens.get(length..).unwrap_or_default() {
        length += 2;
    }
    length
}

/// The insides of all tags of a template, as words and signs.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let rest = &text[start..];
        if rest.starts_with("{#") {
            at = rest.find("#}").map_or(text.len(), |end| start + end + 2);
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let is_statement = rest.starts_with("{%");
            let close = if is_statement { "%}" } else { "}}" };
            let begin = start + 2 + usize::from(rest[2..].starts_with('-'));
            let (tokens, end) = tokens(text, begin, close);
            at = end;
            if is_statement && matches!(tokens.as_slice(), [(Token::Name("raw"), _)]) {
                at = text[end..].find("endraw").map_or(text.len(), |found| end + found);
            }
            tags.push(Tag { is_statement, tokens, range: start..end });
        } else {
            at = start + 1;
        }
    }
    tags
}

/// The words and signs from a place on, up to what closes the tag, and where that ends.
fn tokens<'text>(text: &'text str, start: usize, close: &str) -> (Vec<Placed<'text>>, usize) {
    let mut tokens = Vec::new();
    let mut at = start;
    let is_of_name = |one: char| one.is_ascii_alphanumeric() || one == '_';
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = |ends: &dyn Fn(char) -> bool| rest.find(ends).unwrap_or(rest.len());
        if rest.starts_with(close) {
            return (tokens, at + close.len());
        }
        let width = match first {
            '"' | '\'' | '`' => {
                let mut is_escaped = false;
                let end = rest[1..].find(|one| {
                    let ends = one == first && !is_escaped;
                    is_escaped = one == '\\' && !is_escaped;
                    ends
                });
                let inner = &rest[1..end.map_or(rest.len(), |end| end + 1)];
                tokens.push((Token::Text(inner), at));
                inner.len() + 1 + usize::from(end.is_some())
            }
            _ if first.is_ascii_digit() => {
                tokens.push((Token::Number, at));
                length(&|one| !one.is_ascii_digit())
            }
            _ if is_of_name(first) => {
                let width = length(&|one| !is_of_name(one));
                tokens.push((Token::Name(&rest[..width]), at));
                width
            }
            // `==` and `!=` are no `=`, and `?.` is a `.` here.
            '=' | '!' if rest[1..].starts_with('=') => {
                tokens.push((Token::Sign('!'), at));
                2
            }
            '?' if rest[1..].starts_with(['.', '[']) => 1,
            '-' if rest[1..].starts_with(close) => 1,
            _ => {
                if !first.is_whitespace() {
                    tokens.push((Token::Sign(first), at));
                }
                first.len_utf8()
            }
        };
        at += width;
    }
    (tokens, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let name = "parts/mine.html";
        let mut templates: BTreeMap<String, String> =
            ["base.html", "parts/card.html"].map(|name| (name.to_owned(), "{% set card = page %}".to_owned())).into();
        templates.insert(name.to_owned(), text.to_owned());
        let path = |name: &str| SitePath::parse(name).expect("a path");
        let knows = |what: Called, name: &str| what.names().contains(&name);
        let string = |id: &str| if id == "a" { Ok(()) } else { Err(Some("a")) };
        let problems = check(&templates, |one| one == name, path, knows, string);
        problems.iter().map(|problem| problem.message.clone()).collect()
    }

    #[test]
    fn what_is_there_is_no_problem() {
        for text in [
            "{{ page.kind.title }} {{- site.title | upper -}} {% if page is defined and not page.summary %}a{% endif %}",
            "{% for one in page.trail %}{{ loop.index }} {{ one.title ~ one?.href }}{% endfor %}{{ card.anything_else }}",
            "{% for key, value in assets %}{{ key }}{{ value }}{% endfor %}{{ assets[\"a.css\"] }}",
            "{% set it = page.kind %}{{ it.plural }}{% set n = 3 %}{{ t(id=\"a\", count=n) }}{# {{ nothing }} #}",
            "{% raw %}{{ nothing }}{% endraw %}{{ 'nothing' }}{{ 1.5 + range(end=3) | length }}",
            "{% if nothing is defined %}{% endif %}{{ page.fields[0].title }}{% include \"parts/card.html\" %}",
            "{% set own = {\"mine\": 1} %}{{ own.mine }}{{ super() }}{{ page.title if page else site.title }}",
            "{{ t(id=\"b\" ~ page.title) }}{{ t(id=page.title) }}{{ t(count=range(end=3) | length, id='a') }}",
            "{% filter upper %}a{% endfilter %}{% block main %}{% endblock main %}{ loose {",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_of_wherever_it_stands() {
        let check = |text: &str, expected: &[&str]| assert_eq!(found(text), expected, "{text}");
        check("{% if page.titel %}{% endif %}", &["`page` has no field `titel`"]);
        check("{{ pgae.title }}", &["there is no value `pgae` here"]);
        check("{% if a %}{% elif b %}{% endif %}", &["there is no value `a` here", "there is no value `b` here"]);
        check(
            "{% for one in page.trail %}{{ one.tilte }}{{ loop.indx }}{% endfor %}{{ one }}",
            &["`one` has no field `tilte`", "`loop` has no field `indx`", "there is no value `one` here"],
        );
        check("{% set it = page.kind %}{{ it.plurals }}", &["`it` has no field `plurals`"]);
        check("{{ page.kind.plurl | uper }}", &["`page.kind` has no field `plurl`", "no filter is called `uper`"]);
        check("{{ page.trail[0].tilte }}", &["nothing has a field `tilte`"]);
        check(
            "{% if page is defnied %}{{ rnge(end=1) }}{% endif %}",
            &["no test is called `defnied`", "no function is called `rnge`"],
        );
        check(
            "{{ t(id=\"b\") }}{% set it = t(count=range(end=3) | length, id='c') %}",
            &["no string has the id `b`", "no string has the id `c`"],
        );
        check("{% include \"parts/crad.html\" %}", &["no template is called `parts/crad.html`"]);
    }
}
