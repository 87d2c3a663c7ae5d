//! Parts of templates that say the same on many pages: the head of every page, its foot and the like.
//!
//! The words of the interface that take no values are such too.
//!
//! A part that names nothing but what pages share is drawn once for all pages that share it. Which parts these are is
//! read from the templates, a site's own among them; whatever cannot be told for sure is drawn for every page.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::names::{Placed, Tag, Token, WORDS as WORDS_OF_TERA, tags};

/// What all pages of a language share.
pub(super) const CONSTANT: [&str; 3] = ["assets", "language", "site"];

/// What many pages share: a part is drawn once for all that have the same of these.
pub(super) const KEYED: [&str; 4] = ["bundle", "language_tag", "root", "section"];

/// The parts that name nothing else, neither themselves nor in the parts that they include.
pub(super) fn shared<'text>(templates: impl Iterator<Item = (&'text str, &'text str)>) -> BTreeSet<&'text str> {
    let mut shared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, text) in templates {
        let tags = tags(text);
        // Where a template gives one of these names to something else, nobody can tell what another means by it.
        if tags.iter().any(|tag| binds(tag).any(|bound| CONSTANT.contains(&bound))) {
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

/// What calls a shared part where it was included: as long as `{% include "` and `" %}`, so that every place in the
/// template stays where it was.
const CALL: (&str, &str) = ("{{ kept(n=\"", "\") ");

/// The value that holds all words of the interface that take no values, and how one of them is looked up: as long as
/// `t(id="` and `")`.
pub(super) const WORDS: &str = "word";
const WORD: (&str, &str) = ("word[\"", "\"]");

/// Whether a template names a value so, or gives it this name.
pub(super) fn names(text: &str, value: &str) -> bool {
    tags(text).iter().flat_map(|tag| &tag.tokens).any(|(token, _)| *token == Token::Name(value))
}

/// The text of a template in which shared parts are not included but called, and words without values, as `is_fixed` tells
/// them by their ids, are looked up. What is written in another way stays what it is.
pub(super) fn with_calls<'text>(
    text: &'text str,
    shared: &BTreeSet<&str>,
    is_fixed: impl Fn(&str) -> bool,
) -> Cow<'text, str> {
    const INCLUDE: &str = " include \"";
    // What stands there as it is must stay as it is.
    let tags = tags(text);
    if tags.iter().any(|tag| matches!(tag.tokens.as_slice(), [(Token::Name("raw"), _)])) {
        return Cow::Borrowed(text);
    }
    let mut called = Cow::Borrowed(text);
    let tokens: Vec<Placed<'_>> = tags.iter().flat_map(|tag| tag.tokens.iter().copied()).collect();
    for window in tokens.windows(6) {
        let [
            (Token::Name("t"), at),
            (Token::Sign('('), _),
            (Token::Name("id"), _),
            (Token::Sign('='), _),
            (Token::Text(id), _),
            (Token::Sign(')'), _),
        ] = window
        else {
            continue;
        };
        let call = format!("t(id=\"{id}\")");
        if text[*at..].starts_with(&call) && is_fixed(id) {
            called.to_mut().replace_range(*at..at + call.len(), &[WORD.0, id, WORD.1].concat());
        }
    }
    for (at, _) in text.match_indices(INCLUDE) {
        let rest = &text[at + INCLUDE.len()..];
        let Some((name, after)) = rest.split_once('"') else { break };
        let after = after.strip_prefix(' ').unwrap_or_default();
        let (open, close) = (text[..at].trim_end_matches('-'), after.trim_start_matches('-'));
        let dashes = (at - open.len(), after.len() - close.len());
        let is_plain = open.ends_with("{%") && close.starts_with("%}") && dashes.0 < 2 && dashes.1 < 2;
        if !is_plain || !shared.contains(name) {
            continue;
        }
        let end = at + INCLUDE.len() + name.len() + "\" ".len() + dashes.1;
        let (start, mark) = (open.len() - "{%".len(), if dashes.0 == 1 { "-" } else { "" });
        let (before, rest) = CALL.0.split_at("{{".len());
        let mark_end = if dashes.1 == 1 { "-" } else { "" };
        let call = format!("{before}{mark}{rest}{name}{}{mark_end}}}}}", CALL.1);
        called.to_mut().replace_range(start..end + "%}".len(), &call);
    }
    called
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
    }

    #[test]
    fn calls_are_as_long_as_what_they_take_the_place_of() {
        let shared = BTreeSet::from(["parts/a.html"]);
        for (text, expected) in [
            ("é{% include \"parts/a.html\" %}b", "é{{ kept(n=\"parts/a.html\") }}b"),
            ("{%- include \"parts/a.html\" -%}", "{{- kept(n=\"parts/a.html\") -}}"),
            (
                "{% include \"parts/a.html\" -%} {% include \"b\" %}",
                "{{ kept(n=\"parts/a.html\") -}} {% include \"b\" %}",
            ),
            ("{{ t(id=\"a\") ~ t(id=\"b\") }}t(id=\"a\")", "{{ word[\"a\"] ~ t(id=\"b\") }}t(id=\"a\")"),
            (
                "{% if t(id=\"a\") %}{{ t(id='a') }}{{ t(id=\"a\", n=1) }}",
                "{% if word[\"a\"] %}{{ t(id='a') }}{{ t(id=\"a\", n=1) }}",
            ),
            ("{%include \"parts/a.html\" %}", "{%include \"parts/a.html\" %}"),
            ("{% include \"parts/a.html\" ignore missing %}", "{% include \"parts/a.html\" ignore missing %}"),
            (
                "{% raw %}{% include \"parts/a.html\" %}{% endraw %}",
                "{% raw %}{% include \"parts/a.html\" %}{% endraw %}",
            ),
        ] {
            assert_eq!(with_calls(text, &shared, |id| id == "a"), expected);
            assert_eq!(expected.len(), text.len());
        }
    }
}
