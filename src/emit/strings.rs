//! The words of the interface, by language. The one file that knows Fluent.

use std::collections::HashMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use super::messages;
use crate::diagnostic::Diagnostic;
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath, Span};

/// The texts of one language, and after them those of English.
pub(super) struct Strings {
    bundles: Vec<FluentBundle<FluentResource>>,
    ids: Vec<String>,
    /// The texts that take no values, most of what every page asks for.
    fixed: HashMap<String, String>,
    /// Of the texts that only put values between words, these pieces: to put them together needs no resolver.
    joined: HashMap<String, Vec<Piece>>,
}

/// A piece of a text.
pub(super) enum Piece {
    Words(String),
    /// The value of this name.
    Value(String),
}

impl Strings {
    /// Reads Fluent files, the first having the last word. Broken ones are problems.
    pub(super) fn new(files: &[(&SitePath, &str, &str)], problems: &mut Vec<Diagnostic>) -> Self {
        let mut bundles = Vec::new();
        let mut ids = Vec::new();
        for (path, tag, text) in files {
            let resource = match FluentResource::try_new((*text).to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    for error in errors {
                        let place = Place::span(path, Span::new(error.pos.clone()));
                        problems.push(messages::bad_strings(place, &error.to_string()));
                    }
                    resource
                }
            };
            ids.extend(message_ids(text));
            let language: LanguageIdentifier = tag.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Isolating marks guard against mixed scripts; the theme does that with markup, which is seen in the source.
            bundle.set_use_isolating(false);
            bundle.add_resource_overriding(resource);
            bundles.push(bundle);
        }
        let mut strings = Self { bundles, ids, fixed: HashMap::new(), joined: HashMap::new() };
        let fixed = strings.ids.iter().filter_map(|id| match strings.format(id, None)? {
            (text, Values::Found) => Some((id.clone(), text)),
            (_, Values::Missing) => None,
        });
        strings.fixed = fixed.collect();
        let joined = strings.with_values().filter_map(|id| Some((id.to_owned(), pieces(strings.pattern(id)?.1)?)));
        strings.joined = joined.collect();
        strings
    }

    /// What the text of an id is made from, in the first language that has one.
    fn pattern(&self, id: &str) -> Option<(&FluentBundle<FluentResource>, &Pattern<&str>)> {
        self.bundles.iter().find_map(|bundle| Some((bundle, bundle.get_message(id)?.value()?)))
    }

    /// The text of an id, and whether all the values that it asks for were given.
    fn format(&self, id: &str, values: Option<&FluentArgs<'_>>) -> Option<(String, Values)> {
        let (bundle, pattern) = self.pattern(id)?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, values, &mut errors).into_owned();
        Some((text, if errors.is_empty() { Values::Found } else { Values::Missing }))
    }

    /// Every text that takes no values, by id, in no order.
    pub(super) fn fixed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fixed.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    /// The id of every text that takes values.
    pub(super) fn with_values(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str).filter(|id| !self.fixed.contains_key(*id))
    }

    /// The pieces of a text that only puts values between words.
    pub(super) fn pieces(&self, id: &str) -> Option<&[Piece]> {
        self.joined.get(id).map(Vec::as_slice)
    }

    /// The text of an id, or the nearest id there is.
    pub(super) fn text(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, Option<&str>> {
        if let Some(text) = self.fixed.get(id) {
            return Ok(text.clone());
        }
        if let Some(text) = self.joined.get(id).and_then(|pieces| join(pieces, arguments)) {
            return Ok(text);
        }
        let mut values = FluentArgs::new();
        for (name, argument) in arguments {
            values.set(
                (*name).to_owned(),
                match argument {
                    Argument::Text(text) => FluentValue::from(*text),
                    Argument::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let formatted = self.format(id, Some(&values)).map(|(text, _)| text);
        formatted.ok_or_else(|| nearest(id, self.ids.iter().map(String::as_str)))
    }
}

/// The pieces of a text that only puts values between words.
fn pieces(pattern: &Pattern<&str>) -> Option<Vec<Piece>> {
    let piece = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => Some(Piece::Words((*value).to_owned())),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
            Some(Piece::Value(id.name.to_owned()))
        }
        PatternElement::Placeable { .. } => None,
    };
    pattern.elements.iter().map(piece).collect()
}

/// Pieces with values, where all that they ask for are texts.
fn join(pieces: &[Piece], arguments: &[(&str, Argument<'_>)]) -> Option<String> {
    let mut text = String::with_capacity(128);
    for piece in pieces {
        text.push_str(match piece {
            Piece::Words(words) => words,
            Piece::Value(name) => match arguments.iter().find(|(own, _)| own == name)? {
                (_, Argument::Text(value)) => value,
                // A number is written as the language does.
                (_, Argument::Number(_)) => return None,
            },
        });
    }
    Some(text)
}

/// Whether a text was given all the values that it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    Found,
    Missing,
}

/// What a text is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument<'text> {
    Text(&'text str),
    Number(i64),
}

fn message_ids(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        let is_id =
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        is_id.then(|| id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fall_back_and_count() {
        let path = SitePath::parse("templates/strings/ar.ftl").expect("a path");
        let english = "sources = { $count ->\n    [one] one source\n   *[other] { $count } sources\n}\nsize = size\n";
        let arabic = "size = حجم\n";
        let mut problems = Vec::new();
        let strings = Strings::new(&[(&path, "ar", arabic), (&path, "en", english)], &mut problems);
        assert!(problems.is_empty());
        assert_eq!(strings.text("size", &[]), Ok("حجم".to_owned()));
        assert_eq!(strings.text("sources", &[("count", Argument::Number(1))]), Ok("one source".to_owned()));
        assert_eq!(strings.text("sources", &[("count", Argument::Number(3))]), Ok("3 sources".to_owned()));
        assert_eq!(strings.text("sizes", &[]), Err(Some("size")));
    }

    #[test]
    fn values_are_put_between_words() {
        let path = SitePath::parse("templates/strings/en.ftl").expect("a path");
        let text =
            "-name = Expound\ncited = “{ $title }”, { $site }\n    by { $title }.\nby = { $title } by { -name }\n";
        let strings = Strings::new(&[(&path, "en", text)], &mut Vec::new());
        assert_eq!(strings.joined.keys().collect::<Vec<_>>(), ["cited"]);
        for (id, arguments, expected) in [
            ("cited", vec![("title", "a { b"), ("site", "c")], "“a { b”, c\nby a { b."),
            ("cited", vec![("title", "a")], "“a”, {$site}\nby a."),
            ("by", vec![("title", "a")], "a by Expound"),
        ] {
            let values: FluentArgs<'_> = arguments.iter().copied().collect();
            let arguments: Vec<_> = arguments.into_iter().map(|(name, text)| (name, Argument::Text(text))).collect();
            assert_eq!(strings.text(id, &arguments).as_deref(), Ok(expected));
            assert_eq!(strings.format(id, Some(&values)).expect("a text").0, expected);
        }
        assert_eq!(
            strings.text("cited", &[("title", Argument::Number(7)), ("site", Argument::Text("c"))]).as_deref(),
            Ok("“7”, c\nby 7.")
        );
    }

    #[test]
    fn broken_files_are_told_of() {
        let path = SitePath::parse("templates/strings/en.ftl").expect("a path");
        let mut problems = Vec::new();
        Strings::new(&[(&path, "en", "good = yes\n= broken\n")], &mut problems);
        assert_eq!(problems.len(), 1);
    }
}
