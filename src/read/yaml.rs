//! YAML texts as values. The one file that knows `serde_yaml`.
//!
//! `serde_yaml` gives no places; [`super::locate`] finds them when a problem is to be shown.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::text::Span;

/// A value as it was written. Maps keep their order; keys are texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    Null,
    Flag(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// What the value is, in plain words.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Flag(_) => "a yes or no (`true` or `false`)",
            Self::Integer(_) | Self::Decimal(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a group of keys",
        }
    }
}

/// Why a text is not YAML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// Where `serde_yaml` stopped.
    pub(super) span: Span,
    /// What it says, without its place.
    pub(super) message: String,
    /// The key, when it stands twice in one map.
    pub(super) duplicate_key: Option<String>,
}

/// What marks an error of ours among `serde_yaml`'s.
const DUPLICATE: &str = "duplicate key: ";

/// Reads one YAML document; an empty text is an empty map.
pub(super) fn parse(text: &str) -> Result<Yaml, SyntaxError> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Yaml::Map(Vec::new()));
    }
    if let Some(offset) = too_deep(text) {
        let message = "its brackets are nested too deep".to_owned();
        return Err(SyntaxError { span: Span::new(offset..offset), message, duplicate_key: None });
    }
    if let Some(offset) = grows_too_much(text) {
        let message = "its aliases make it far larger than it is".to_owned();
        return Err(SyntaxError { span: Span::new(offset..offset), message, duplicate_key: None });
    }
    serde_yaml::from_str(text).map_err(|error| {
        let offset = error.location().map_or(0, |location| location.index().min(text.len()));
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or(&whole);
        let duplicate_key = message.find(DUPLICATE).map(|start| message[start + DUPLICATE.len()..].to_owned());
        SyntaxError { span: Span::new(offset..offset), message: message.to_owned(), duplicate_key }
    })
}

/// A text as a YAML value that reads as that text and nothing else, in one line when it has but one.
pub(super) fn quoted(text: &str) -> String {
    serde_yaml::to_string(text).expect("a text is YAML").trim_end_matches('\n').to_owned()
}

/// Where so many brackets are open that the parser, whose time grows with their square, would not come to an end.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 1000
    })
}

/// The first alias of a text in which so many aliases (`*a`) stand for so much that it would not fit into memory. The
/// parser counts how often aliases repeat values, but not how long those are.
fn grows_too_much(text: &str) -> Option<usize> {
    const MOST: usize = 50_000_000;
    let marks = |mark: char| {
        text.match_indices(mark).map(|(at, _)| at).filter(move |at| {
            let before = text[..*at].chars().next_back();
            let after = text[at + 1..].chars().next();
            before.is_none_or(|one| one.is_whitespace() || matches!(one, '[' | '{' | ',' | ':'))
                && after.is_some_and(|one| !one.is_whitespace() && one != mark)
        })
    };
    let first_anchor = marks('&').next()?;
    let mut aliases = marks('*').filter(|at| *at > first_anchor);
    let first = aliases.next()?;
    ((aliases.count() + 1).saturating_mul(text.len()) > MOST).then_some(first)
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlVisitor)
    }
}

struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Yaml;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        // A number past the range of i64 is no count that a page could state.
        Ok(i64::try_from(value).map_or_else(|_| Yaml::Text(value.to_string()), Yaml::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Decimal(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Yaml, E> {
        Ok(Yaml::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Yaml, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Yaml::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Yaml, A::Error> {
        let mut map: Vec<(String, Yaml)> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        while let Some(key) = entries.next_key::<Yaml>()? {
            let key = match key {
                Yaml::Text(text) => text,
                Yaml::Integer(number) => number.to_string(),
                Yaml::Flag(flag) => flag.to_string(),
                Yaml::Null => "~".to_owned(),
                other => return Err(A::Error::custom(format!("a key must be a text, not {}", other.describe()))),
            };
            if !known.insert(key.clone()) {
                return Err(A::Error::custom(format!("{DUPLICATE}{key}")));
            }
            map.push((key, entries.next_value()?));
        }
        Ok(Yaml::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_order_and_kind() {
        let yaml = parse("b: 1\na: [x, 2.5, true, ~]\n").expect("YAML");
        let list = Yaml::List(vec![Yaml::Text("x".to_owned()), Yaml::Decimal(2.5), Yaml::Flag(true), Yaml::Null]);
        assert_eq!(yaml, Yaml::Map(vec![("b".to_owned(), Yaml::Integer(1)), ("a".to_owned(), list)]));
        assert_eq!(parse("# nothing\n"), Ok(Yaml::Map(Vec::new())));
    }

    #[test]
    fn errors_have_places() {
        let error = parse("title: a\nsummary: b: c\n").expect_err("an unquoted colon");
        assert_eq!(error.span.start as usize, "title: a\nsummary: b".len());
        let error = parse("a: 1\nb: 2\na: 3\n").expect_err("a key twice");
        assert_eq!(error.duplicate_key.as_deref(), Some("a"));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            let line = format!("a{level}: &a{level} [{}]\n", vec![alias; 9].join(","));
            bomb.push_str(&line);
        }
        assert!(parse(&bomb).is_err());
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 1000].join(","));
        assert_eq!(parse(&long).expect_err("100 MB").message, "its aliases make it far larger than it is");
        assert!(parse("a: &a x\nb: [*a, *a, \"R & D **\"]\n").is_ok());
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
