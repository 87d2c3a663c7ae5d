//! Maps of known keys: values taken by type, everything else a problem at its own place.

use std::cell::RefCell;

use super::citation;
use super::messages;
use super::tables::{Need, Table};
use super::yaml::Yaml;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::citation::Citation;
use crate::model::config::{Config, Localised};
use crate::model::date::Date;
use crate::text::{KeyPath, Place, SitePath};

/// Problems gathered while a text is read.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Diagnostic>>);

impl Problems {
    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    pub(super) fn extend(&self, diagnostics: Vec<Diagnostic>) {
        self.0.borrow_mut().extend(diagnostics);
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.0.borrow().iter().any(|diagnostic| diagnostic.code == code)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn into_inner(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

/// One YAML value, where it stands, and where its problems go.
#[derive(Clone)]
pub(super) struct Value<'text> {
    pub(super) path: &'text SitePath,
    pub(super) keys: KeyPath,
    pub(super) yaml: &'text Yaml,
    pub(super) problems: &'text Problems,
}

impl<'text> Value<'text> {
    pub(super) fn top(path: &'text SitePath, yaml: &'text Yaml, problems: &'text Problems) -> Self {
        Self { path, keys: KeyPath::default(), yaml, problems }
    }

    pub(super) fn place(&self) -> Place {
        Place::value(self.path, self.keys.clone())
    }

    /// What the key is called in messages.
    fn name(&self) -> String {
        let is_key = |step: &&crate::text::Step| matches!(step, crate::text::Step::Key(_));
        match self.keys.0.iter().rev().find(is_key) {
            Some(crate::text::Step::Key(key)) => key.clone(),
            _ => self.path.file_name().to_owned(),
        }
    }

    fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        self.problems.push(match self.keys.0.last() {
            None => messages::wrong_shape(self.place(), self.path.as_str().ends_with(".md"), wanted, self.yaml),
            Some(step) => {
                let is_item = matches!(step, crate::text::Step::Index(_));
                messages::wrong_type(self.place(), &self.name(), is_item, wanted, self.yaml)
            }
        });
        None
    }

    pub(super) fn text(&self) -> Option<String> {
        match self.yaml {
            Yaml::Text(text) => Some(text.clone()),
            _ => self.wrong_type("a text"),
        }
    }

    /// A text, or a map from language tags to texts.
    pub(super) fn localised(&self, config: &Config) -> Option<Localised> {
        match self.yaml {
            Yaml::Text(text) => Some(text.as_str().into()),
            Yaml::Map(_) => {
                let mut keys = self.clone().keys(&[])?;
                let mut texts = config.languages.iter().enumerate().map(|(index, language)| {
                    (crate::model::LanguageId::new(index), keys.take_named(&language.tag).and_then(|text| text.text()))
                });
                let default = texts.next().and_then(|(_, text)| text);
                let others = texts.filter_map(|(language, text)| Some((language, text?))).collect();
                for (tag, place) in keys.unknown() {
                    self.problems.push(messages::text_in_undeclared_language(place, tag));
                }
                match default {
                    Some(default) => Some(Localised { default, others }),
                    None => self.wrong_type("a text in the site's first language"),
                }
            }
            _ => self.wrong_type("a text"),
        }
    }

    /// A list of texts, or one text.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match self.yaml {
            Yaml::Text(text) => Some(vec![text.clone()]),
            Yaml::List(_) => Some(self.items()?.iter().filter_map(Value::text).collect()),
            _ => self.wrong_type("a list of texts"),
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self.yaml {
            Yaml::Integer(number) => Some(*number),
            _ => self.wrong_type("a whole number"),
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.yaml {
            Yaml::Flag(flag) => Some(*flag),
            _ => self.wrong_type(messages::FLAG),
        }
    }

    pub(super) fn date(&self) -> Option<Date> {
        let text = match self.yaml {
            Yaml::Text(text) => text.clone(),
            Yaml::Integer(year) => year.to_string(),
            _ => return self.wrong_type("a date"),
        };
        let date = Date::parse(&text);
        if date.is_none() {
            self.problems.push(messages::bad_date(self.place(), &self.name(), &text));
        }
        date
    }

    /// An address of the web; nothing else may become a link.
    pub(super) fn address(&self) -> Option<String> {
        let text = self.text()?;
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(text);
        }
        self.problems.push(messages::not_an_address(self.place(), &self.name(), &text));
        None
    }

    /// One of the words, as its index.
    pub(super) fn choice<'word>(&self, words: impl Iterator<Item = &'word str> + Clone) -> Option<usize> {
        let text = match self.yaml {
            Yaml::Text(text) => text.clone(),
            Yaml::Flag(flag) => flag.to_string(),
            Yaml::Integer(number) => number.to_string(),
            _ => return self.wrong_type("one of its choices"),
        };
        let found = words.clone().position(|word| word == text);
        if found.is_none() {
            self.problems.push(messages::unknown_choice(self.place(), &self.name(), &text, words));
        }
        found
    }

    pub(super) fn citation(&self) -> Option<Citation<Box<str>>> {
        let text = self.text()?;
        let inner = text.trim();
        let inner = inner.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(inner);
        match citation::parse(inner) {
            Ok(citation) => Some(citation.renamed(|key| Some(key.into()))),
            Err(error) => {
                self.problems.push(messages::malformed_citation(self.place(), &text, &error));
                None
            }
        }
    }

    pub(super) fn items(&self) -> Option<Vec<Self>> {
        let Yaml::List(items) = self.yaml else { return self.wrong_type("a list") };
        let item = |(index, yaml)| Self { yaml, keys: self.keys.index(index), ..self.clone() };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The entries of a map whose keys are names that the author chooses.
    pub(super) fn entries(&self) -> Option<Vec<(&'text str, Self)>> {
        let Yaml::Map(entries) = self.yaml else { return self.wrong_type("a group of keys") };
        let entry = |(key, yaml): &'text (String, Yaml)| {
            (key.as_str(), Self { yaml, keys: self.keys.key(key), ..self.clone() })
        };
        Some(entries.iter().map(entry).collect())
    }

    /// The value as a map whose keys are ours to know: those of the tables, and those that the site names.
    pub(super) fn keys(self, tables: &'static [Table]) -> Option<Keys<'text>> {
        match self.yaml {
            Yaml::Map(entries) => Some(Keys { tables, entries, known: Vec::new(), value: self }),
            _ => self.wrong_type("a group of keys"),
        }
    }
}

/// A map of which every key must be taken.
pub(super) struct Keys<'text> {
    value: Value<'text>,
    tables: &'static [Table],
    entries: &'text [(String, Yaml)],
    known: Vec<String>,
}

impl<'text> Keys<'text> {
    /// The value of a key, if it is there and not empty.
    pub(super) fn take(&mut self, key: &str) -> Option<Value<'text>> {
        debug_assert_ne!(self.need(key), Some(Need::Required), "the table says that `{key}` must be there");
        debug_assert_ne!(self.need(key), None, "`{key}` is in no table");
        self.take_named(key)
    }

    /// The value of a key that must be there.
    pub(super) fn require(&mut self, key: &str) -> Option<Value<'text>> {
        debug_assert_ne!(self.need(key), Some(Need::Optional), "the table says that `{key}` may be missing");
        debug_assert_ne!(self.need(key), None, "`{key}` is in no table");
        self.require_named(key)
    }

    fn need(&self, key: &str) -> Option<Need> {
        self.tables.iter().copied().flatten().find(|one| one.name == key).map(|one| one.need)
    }

    /// The value of a key that the site names, if it is there and not empty.
    pub(super) fn take_named(&mut self, key: &str) -> Option<Value<'text>> {
        self.known.push(key.to_owned());
        let (_, yaml) = self.entries.iter().find(|(name, yaml)| name == key && *yaml != Yaml::Null)?;
        Some(Value { yaml, keys: self.value.keys.key(key), ..self.value.clone() })
    }

    /// The value of a key that the site names, and that must be there.
    pub(super) fn require_named(&mut self, key: &str) -> Option<Value<'text>> {
        let is_blank = |value: &Value<'_>| matches!(value.yaml, Yaml::Text(text) if text.trim().is_empty());
        let value = self.take_named(key).filter(|value| !is_blank(value));
        if value.is_none() {
            let has_key = self.entries.iter().any(|(name, _)| name == key);
            let keys = if has_key { self.value.keys.key(key) } else { self.value.keys.clone() };
            self.value.problems.push(messages::missing_key(Place::key(self.value.path, keys), key, has_key));
        }
        value
    }

    /// The keys that were not taken, and where they are.
    fn unknown(&self) -> impl Iterator<Item = (&'text str, Place)> {
        let unknown = self.entries.iter().filter(|(key, _)| !self.known.contains(key));
        unknown.map(|(key, _)| (key.as_str(), Place::key(self.value.path, self.value.keys.key(key))))
    }

    /// Reports every key that was not taken.
    pub(super) fn finish(self) {
        debug_assert!(
            self.tables
                .iter()
                .copied()
                .flatten()
                .all(|key| { key.need == Need::Sometimes || self.known.iter().any(|known| known == key.name) }),
            "a key of the table is never read; read are {:?}",
            self.known
        );
        for (key, place) in self.unknown() {
            self.value.problems.push(messages::unknown_key(place, key, &self.known));
        }
    }
}
