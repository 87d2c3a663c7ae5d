//! Parts of templates that say the same on many pages: the head of every page, its foot and the like; and templates in
//! which all of that is made once.
//!
//! A part that names nothing but what pages share is drawn once for all pages that share it. Which parts these are is
//! read from the templates, a site's own among them; whatever cannot be told for sure is drawn for every page.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::names::{Placed, Tag, Token, WORDS as WORDS_OF_TERA, tags};
use super::strings::Piece;

/// What all pages of a language share.
pub(super) const CONSTANT: [&str; 3] = ["assets", "language", "site"];

/// What many pages share: a part is drawn once for all that are drawn with the same of these.
pub(super) const KEYED: [&str; 4] = ["bundle", "language_tag", "root", "section"];

/// The parts that name nothing else, neither themselves nor in the parts that they include.
pub(super) fn shared<'text>(templates: impl Iterator<Item = (&'text str, &'text str)>) -> BTreeSet<&'text str> {
    let mut shared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, text) in templates {
        let tags = tags(text);
        // Where a template gives one of these names to something else, nobody can tell what another means by it.
        if tags.iter().any(|tag| binds(tag).any(|bound| CONSTANT.contains(&bound) || KEYED.contains(&bound))) {
            return BTreeSet::new();
        }
        if let Some(includes) = includes(&tags) {
            shared.insert(name, includes);
        }
    }
    loop {
        let known: BTreeSet<&str> = shared.keys().copied().collect();
        shared.retain(|_, includes| includes.iter().all(|name| known.contains(name)));
        if shared.len() == known.len() {
            return known;
        }
    }
}

/// The templates that others extend, and that extend none.
pub(super) fn extended<'text>(templates: impl Iterator<Item = (&'text str, &'text str)>) -> BTreeSet<&'text str> {
    let parent = |text: &'text str| {
        tags(text).iter().find_map(|tag| match tag.tokens.as_slice() {
            [(Token::Name("extends"), _), (Token::Text(parent), _)] => Some(*parent),
            _ => None,
        })
    };
    let parents: BTreeMap<&str, Option<&str>> = templates.map(|(name, text)| (name, parent(text))).collect();
    let extended = parents.values().copied().flatten();
    extended.filter(|name| parents.get(name).is_some_and(Option::is_none)).collect()
}

/// What a template includes, if it names nothing else that is its own page's.
fn includes<'text>(tags: &[Tag<'text>]) -> Option<Vec<&'text str>> {
    let mut includes = Vec::new();
    let mut scopes: Vec<Vec<&str>> = Vec::new();
    for tag in tags {
        let tokens: Vec<Token<'_>> = tag.tokens.iter().map(|(token, _)| *token).collect();
        match tokens.as_slice() {
            _ if !tag.is_statement => all_shared(&tag.tokens, &scopes)?,
            [Token::Name("if" | "elif"), ..] => all_shared(&tag.tokens[1..], &scopes)?,
            [Token::Name("else" | "endif")] => {}
            [Token::Name("include"), Token::Text(name)] => includes.push(*name),
            [Token::Name("for"), rest @ ..] => {
                let at = rest.iter().position(|token| *token == Token::Name("in"))?;
                all_shared(&tag.tokens[at + 2..], &scopes)?;
                scopes.push(binds(tag).chain(["loop"]).collect());
            }
            [Token::Name("endfor")] => drop(scopes.pop()?),
            // It may set a value, or extend another template.
            _ => return None,
        }
    }
    Some(includes)
}

/// Whether an expression names only what pages share and what a loop around it gives.
fn all_shared(tokens: &[Placed<'_>], scopes: &[Vec<&str>]) -> Option<()> {
    let token = |index: usize| tokens.get(index).map(|(token, _)| *token);
    for index in 0..tokens.len() {
        let Some(Token::Name(name)) = token(index) else { continue };
        let before = index.checked_sub(1).and_then(token);
        let after = token(index + 1);
        let is_test = before == Some(Token::Name("is"))
            || (before == Some(Token::Name("not")) && index > 1 && token(index - 2) == Some(Token::Name("is")));
        let is_of_value = matches!(before, Some(Token::Sign('.' | '|'))) || is_test;
        let is_argument = after == Some(Token::Sign('='));
        let is_function = after == Some(Token::Sign('(')) && matches!(name, "t" | "range");
        let is_bound = scopes.iter().any(|scope| scope.contains(&name));
        let is_shared = CONSTANT.contains(&name) || KEYED.contains(&name) || is_bound;
        if !(is_of_value || is_argument || is_function || is_shared || WORDS_OF_TERA.contains(&name)) {
            return None;
        }
    }
    // A component may do anything.
    (!matches!(token(0), Some(Token::Sign('<')))).then_some(())
}

/// The names that a tag gives to values.
fn binds<'text>(tag: &Tag<'text>) -> impl Iterator<Item = &'text str> {
    let mut names = Vec::new();
    super::names::bound(tag, |name| names.push(name));
    names.into_iter()
}

/// Whether a template gives one of these names to a value.
pub(super) fn binds_any(text: &str, names: &[&str]) -> bool {
    tags(text).iter().any(|tag| binds(tag).any(|bound| names.contains(&bound)))
}

/// The value that holds all words of the interface that take no values.
pub(super) const WORDS: &str = "word";

/// Whether a template names a value so, or gives it this name.
pub(super) fn names(text: &str, value: &str) -> bool {
    tags(text).iter().flat_map(|tag| &tag.tokens).any(|(token, _)| *token == Token::Name(value))
}

/// What templates are made into, so that the same comes of them sooner.
pub(super) struct Quick<'text, Word, Pieces> {
    /// All templates, by name.
    pub(super) templates: &'text BTreeMap<&'text str, &'text str>,
    /// The parts that are called, as `kept`, and not included.
    pub(super) shared: &'text BTreeSet<&'text str>,
    /// Gives the words that take no values, by id: they are written into templates, or looked up in [`WORDS`].
    pub(super) word: Word,
    /// Gives the pieces of texts that only put values between words, by id.
    pub(super) pieces: Pieces,
}

impl<'word, Word: Fn(&str) -> Option<&'word str>, Pieces: Fn(&str) -> Option<&'word [Piece]>> Quick<'_, Word, Pieces> {
    /// A template with shared parts called, and others put in the place of what includes them, like words.
    pub(super) fn text<'text>(&self, text: &'text str) -> Cow<'text, str> {
        self.part(text, DEEPEST)
    }

    fn part<'text>(&self, text: &'text str, deepest: usize) -> Cow<'text, str> {
        let tags = tags(text);
        // What stands there as it is must stay as it is.
        if tags.iter().any(|tag| matches!(tag.tokens.as_slice(), [(Token::Name("raw"), _)])) {
            return Cow::Borrowed(text);
        }
        let mut quick = String::new();
        let mut from = 0;
        let mut put = |range: Range<usize>, new: &str| {
            quick.push_str(&text[from..range.start]);
            quick.push_str(new);
            from = range.end;
        };
        for tag in &tags {
            if let [(Token::Name("include"), _), (Token::Text(name), _)] = tag.tokens.as_slice() {
                // What is trimmed before and after the tag still is.
                let whole = &text[tag.range.clone()];
                let [before, after] =
                    [whole.starts_with("{%-"), whole.ends_with("-%}")].map(|is| if is { "-" } else { "" });
                if self.shared.contains(name) {
                    put(tag.range.clone(), &format!("{{{{{before} kept(n=\"{name}\") {after}}}}}"));
                } else if let Some(part) = self.templates.get(name).filter(|part| deepest > 0 && stands_alone(part)) {
                    // The comments keep what the part trims to itself.
                    let part = self.part(part, deepest - 1);
                    put(tag.range.clone(), &format!("{{#{before} #}}{part}{{# {after}#}}"));
                }
                continue;
            }
            if let Some(joined) = self.joined(text, tag) {
                put(tag.range.clone(), &joined);
                continue;
            }
            for (index, (_, at)) in tag.tokens.iter().enumerate() {
                let Some((id, [(Token::Sign(')'), end), rest @ ..])) = call(&tag.tokens[index..]) else { continue };
                let Some(word) = (self.word)(id) else { continue };
                if index == 0 && rest.is_empty() && is_untrimmed(text, tag) && is_plain(word) {
                    put(tag.range.clone(), word);
                } else {
                    put(*at..end + 1, &format!("{WORDS}[\"{id}\"]"));
                }
            }
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        quick.push_str(&text[from..]);
        Cow::Owned(quick)
    }

    /// `{{ t(id="about", source=a.b) }}` as `About {{ a.b | plain }}`, where the text is put together so.
    fn joined(&self, text: &str, tag: &Tag<'_>) -> Option<String> {
        let (id, [given @ .., (Token::Sign(')'), _)]) = call(&tag.tokens)? else { return None };
        let pieces = (self.pieces)(id).filter(|_| is_untrimmed(text, tag))?;
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        let mut rest = given;
        while let [(Token::Sign(','), _), (Token::Name(name), _), (Token::Sign('='), equals), after @ ..] = rest {
            let length = after.iter().position(|(token, _)| *token == Token::Sign(',')).unwrap_or(after.len());
            let is_path = after[..length].iter().enumerate().all(|(index, (token, _))| match token {
                Token::Name(_) => index % 2 == 0,
                other => index % 2 == 1 && *other == Token::Sign('.'),
            });
            let end = after.get(length).or(tag.tokens.last())?.1;
            if !is_path || length % 2 == 0 || values.insert(name, text[equals + 1..end].trim()).is_some() {
                return None;
            }
            rest = &after[length..];
        }
        let mut joined = String::new();
        let mut used = BTreeSet::new();
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Words(words) => {
                    // Before and after the text, what is around it may trim spaces.
                    let is_trimmed = (index == 0 && words.starts_with(char::is_whitespace))
                        || (index + 1 == pieces.len() && words.ends_with(char::is_whitespace));
                    joined.push_str(Some(words).filter(|words| stands_for_itself(words) && !is_trimmed)?);
                }
                Piece::Value(name) => {
                    used.insert(name);
                    joined.push_str("{{ ");
                    joined.push_str(values.get(name.as_str())?);
                    joined.push_str(" | plain }}");
                }
            }
        }
        (rest.is_empty() && used.len() == values.len()).then_some(joined)
    }
}

/// The id of the text of the interface that a call of `t` begins with, and what follows the id.
fn call<'tokens, 'text>(tokens: &'tokens [Placed<'text>]) -> Option<(&'text str, &'tokens [Placed<'text>])> {
    let [
        (Token::Name("t"), _),
        (Token::Sign('('), _),
        (Token::Name("id"), _),
        (Token::Sign('='), _),
        (Token::Text(id), _),
        rest @ ..,
    ] = tokens
    else {
        return None;
    };
    Some((id, rest))
}

/// Whether a tag prints a value and leaves the spaces around it as they are.
fn is_untrimmed(text: &str, tag: &Tag<'_>) -> bool {
    let whole = &text[tag.range.clone()];
    whole.starts_with("{{ ") && whole.ends_with(" }}")
}

/// Whether a text is printed as it is, and stays so wherever it stands in a template.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && stands_for_itself(text)
}

/// Whether a text means the same in a template, and after it is escaped.
fn stands_for_itself(text: &str) -> bool {
    !text.contains(|one: char| one.is_control() || "&<>\"'/{}".contains(one))
}

/// How deep parts are put into one another. No template of sense comes near it; one that includes itself does.
const DEEPEST: usize = 8;

/// Whether a part means the same where it is put into another: it must not set a value but in a loop of its own, nor ask
/// for a loop around it.
fn stands_alone(text: &str) -> bool {
    let mut loops = 0_usize;
    for tag in tags(text) {
        let first = tag.tokens.first().map(|(token, _)| *token);
        match first {
            Some(Token::Name("for")) if tag.is_statement => loops += 1,
            Some(Token::Name("endfor")) if tag.is_statement && loops > 0 => loops -= 1,
            Some(Token::Name("set")) if tag.is_statement && loops > 0 => {}
            Some(Token::Name("if" | "elif" | "else" | "endif" | "include")) if tag.is_statement => {}
            Some(Token::Sign('<')) | None => return false,
            _ if tag.is_statement => return false,
            _ => {}
        }
        let asks = |(token, _): &Placed<'_>| *token == Token::Name("loop");
        if loops == 0 && tag.tokens.iter().any(asks) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[(&str, &str)], expected: &[&str]) {
        assert_eq!(shared(parts.iter().copied()).into_iter().collect::<Vec<_>>(), expected, "{parts:?}");
    }

    #[test]
    fn parts_are_shared_that_name_nothing_of_a_page() {
        check(
            &[(
                "a",
                "{% for one in site.folders %}{{ root }}{{ one.path }}{% if loop.first %}x{% endif %}{% endfor %}",
            )],
            &["a"],
        );
        check(
            &[(
                "a",
                "{{ t(id=\"b\", count=range(end=3) | length) }}{{ assets[\"c\"] }}{% if section is not none %}{% endif %}",
            )],
            &["a"],
        );
        check(&[("a", "{% include \"b\" %}"), ("b", "{{ site.title | upper }}")], &["a", "b"]);
        for own in [
            "{{ page.title }}",
            "{% set one = site %}{{ one }}",
            "{% for one in site.folders %}{% endfor %}{{ one }}",
            "{% if path == site.home_path %}a{% endif %}",
            "{{ assets[title] }}",
            "{{ t(id=title) }}",
            "{% extends \"b\" %}",
            "{% block a %}{% endblock %}",
            "{% include \"c\" %}",
            "{% include [\"c\"] ignore missing %}",
            "{{ __tera_context }}",
            "{{ <card of={site} /> }}",
        ] {
            check(&[("a", own), ("b", "{% include \"a\" %}")], &[]);
        }
        check(&[("a", "{{ site.title }}"), ("b", "{% set site = page %}")], &[]);
        check(&[("a", "{{ site.title }}"), ("b", "{% for root in page.contents %}{% endfor %}")], &[]);
    }

    #[test]
    fn the_lowest_of_those_that_extend_one_another_is_found() {
        let templates = [
            ("a", "{% extends \"b\" %}"),
            ("b", "{%- extends 'c' -%}"),
            ("c", "{% block d %}extends{% endblock %}"),
            ("e", ""),
        ];
        assert_eq!(extended(templates.into_iter()).into_iter().collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn templates_are_made_quick() {
        let templates = BTreeMap::from([
            ("own", "{#- x -#}\n<b>{{ one.title }}</b>{# -#}\n"),
            ("sets", "{% set one = 1 %}"),
            ("loops", "{% for two in one %}{% set three = two %}{{ loop.index }}{% include \"own\" %}{% endfor %}"),
            ("asks", "{{ loop.index }}"),
            ("round", "{% include \"round\" %}"),
        ]);
        let shared = BTreeSet::from(["parts/a.html"]);
        let piece = |text: &str| match text.strip_prefix('$') {
            Some(name) => Piece::Value(name.to_owned()),
            None => Piece::Words(text.to_owned()),
        };
        let pieces = ["Of ", "$one", ", ", "$two"].map(piece);
        let marked = ["or <", "$one"].map(piece);
        let quick = Quick {
            templates: &templates,
            shared: &shared,
            word: |id: &str| ["a", "b & c"].into_iter().find(|word| word.starts_with(id)),
            pieces: |id: &str| (id == "of").then_some(&pieces[..]).or((id == "or").then_some(&marked[..])),
        };
        for (text, expected) in [
            ("é{% include \"parts/a.html\" %}b", "é{{ kept(n=\"parts/a.html\") }}b"),
            ("{%- include \"parts/a.html\" -%}", "{{- kept(n=\"parts/a.html\") -}}"),
            ("a {%- include 'own' %} b", "a {#- #}{#- x -#}\n<b>{{ one.title }}</b>{# -#}\n{# #} b"),
            ("{% include \"sets\" %}{% include \"asks\" %}", "{% include \"sets\" %}{% include \"asks\" %}"),
            (
                "{% include \"loops\" %}",
                "{# #}{% for two in one %}{% set three = two %}{{ loop.index }}{# #}{#- x -#}\n<b>{{ one.title }}</b>{# -#}\n\
                 {# #}{% endfor %}{# #}",
            ),
            ("{% include \"nothing\" %}", "{% include \"nothing\" %}"),
            ("{{ t(id=\"a\") ~ t(id=\"c\") }}t(id=\"a\")", "{{ word[\"a\"] ~ t(id=\"c\") }}t(id=\"a\")"),
            ("{{ t(id=\"a\") }}{{ t(id=\"a\") -}}{{ t(id=\"b\") }}", "a{{ word[\"a\"] -}}{{ word[\"b\"] }}"),
            ("{% if t(id='a') %}{{ t(id=\"a\", n=1) }}", "{% if word[\"a\"] %}{{ t(id=\"a\", n=1) }}"),
            ("{{ t(id=\"of\", two=b . c, one=a) }}", "Of {{ a | plain }}, {{ b . c | plain }}"),
            ("{{ t(id=\"of\", one=a) }}{{ t(id=\"of\") }}", "{{ t(id=\"of\", one=a) }}{{ t(id=\"of\") }}"),
            ("{{ t(id=\"of\", one=a, two=b, three=c) }}", "{{ t(id=\"of\", one=a, two=b, three=c) }}"),
            ("{{ t(id=\"of\", one=a | upper, two=b[0]) }}", "{{ t(id=\"of\", one=a | upper, two=b[0]) }}"),
            ("{{- t(id=\"of\", one=a, two=b) }}", "{{- t(id=\"of\", one=a, two=b) }}"),
            ("{{ t(id=\"of\", one=a, two=b) ~ c }}", "{{ t(id=\"of\", one=a, two=b) ~ c }}"),
            ("{{ t(id=\"or\", one=a) }}", "{{ t(id=\"or\", one=a) }}"),
            ("{% include \"parts/a.html\" ignore missing %}", "{% include \"parts/a.html\" ignore missing %}"),
            (
                "{% raw %}{% include \"parts/a.html\" %}{% endraw %}",
                "{% raw %}{% include \"parts/a.html\" %}{% endraw %}",
            ),
        ] {
            assert_eq!(quick.text(text), expected);
        }
        assert!(quick.text("{% include \"round\" %}").len() < 200);
    }
}
