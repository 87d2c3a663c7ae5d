//! The data files beside the pages: sources, passages, facts and events.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Problems, Value};
use super::messages;
use super::tables;
use super::yaml::Yaml;
use crate::diagnostic::Diagnostic;
use crate::model::bibliography::{ENTRY_KEYS, Entries, Head};
use crate::model::config::Config;
use crate::model::date::Date;
use crate::model::evidence::{DraftPassages, Passage, ReadExtent, Source};
use crate::model::fact::{Event, Fact, FactValue};
use crate::text::{KeyPath, Place, SitePath};

/// What the bibliography holds.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The sources, one for one with the entries.
    pub(super) read: Vec<Source>,
    /// The sources as Hayagriva read them.
    pub(super) entries: Entries,
    /// The keys of sources that could not be read. They are known all the same.
    pub(super) broken: Vec<String>,
}

/// `sources.yaml`: a bibliography in Hayagriva's format, with keys of our own beside Hayagriva's.
///
/// The sources come in the order of the entries that Hayagriva could read, one for one.
pub(super) fn sources(path: &SitePath, text: &str, yaml: &Yaml, config: &Config, problems: &Problems) -> Sources {
    let entries_yaml = Value::top(path, yaml, problems).entries().unwrap_or_default();
    let mut sources = Vec::new();
    // Keys of sources that have had a message, so that Hayagriva's is no second one.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for (key, value) in entries_yaml {
        let place = Place::key(path, value.keys.clone());
        let Some(mut keys) = value.keys(&[tables::SOURCE]) else {
            told.insert(key);
            continue;
        };
        for known in ENTRY_KEYS {
            if let Some(value) = keys.take_named(known)
                && let "url" = *known
                && !matches!(value.yaml, Yaml::Map(_))
            {
                value.address();
            }
        }
        let title = keys.take_named("title");
        if title.is_none() {
            problems.push(messages::source_without(place.clone(), key, "title"));
        }
        if keys.take_named("type").is_none() {
            problems.push(messages::source_without(place, key, "type"));
            told.insert(key);
        }
        let basis = keys.take("basis").and_then(|value| super::basis(&value, config));
        let read = keys.take("read").and_then(|value| value.choice(ReadExtent::NAMES.into_iter()));
        let note = keys.take("note_for_readers").and_then(|value| value.text());
        keys.finish();
        let read = read.map(|index| ReadExtent::WORDS[index].1);
        sources.push(Source {
            key: key.to_owned(),
            title: key.to_owned(),
            url: None,
            basis,
            read,
            note,
            passages: Vec::new(),
        });
    }
    let (entries, mut broken) = match Entries::parse(text) {
        Ok(entries) => (entries, Vec::new()),
        Err(_) => parse_each(path, yaml, &told, problems),
    };
    let heads: BTreeMap<&str, (usize, Head<'_>)> =
        entries.heads().enumerate().map(|(index, head)| (head.key, (index, head))).collect();
    for source in &mut sources {
        let Some((_, head)) = heads.get(source.key.as_str()) else { continue };
        source.title = head.title.clone().unwrap_or_else(|| head.key.to_owned());
        source.url = head.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    }
    // Only what has both is a source: an entry that Hayagriva could not read has had its message.
    let position = |source: &Source| heads.get(source.key.as_str()).map(|(index, _)| *index);
    broken.extend(sources.iter().filter(|source| position(source).is_none()).map(|source| source.key.clone()));
    sources.retain(|source| position(source).is_some());
    sources.sort_by_key(|source| position(source));
    Sources { read: sources, entries, broken }
}

/// Reads every entry by itself, so that every broken one is told of. Gives the keys of those too.
fn parse_each(path: &SitePath, yaml: &Yaml, told: &BTreeSet<&str>, problems: &Problems) -> (Entries, Vec<String>) {
    let Yaml::Map(map) = yaml else { return (Entries::default(), Vec::new()) };
    let mut entries = Entries::default();
    let mut broken = Vec::new();
    for (key, value) in map {
        match parse_one(key, value) {
            Ok(entry) => entries.append(entry),
            Err(cause) => {
                broken.push(key.clone());
                if !told.contains(key.as_str()) {
                    problems.push(broken_entry(path, &KeyPath::default().key(key), key, value, &cause));
                }
            }
        }
    }
    (entries, broken)
}

/// Says what Hayagriva says of an entry, at the value that it says it of.
///
/// Its words are `newton.type: unknown variant …`, or say nothing of the way to the value; then the value is the one
/// without which the entry can be read.
fn broken_entry(path: &SitePath, keys: &KeyPath, key: &str, value: &Yaml, cause: &str) -> Diagnostic {
    let Yaml::Map(map) = value else { return messages::bad_source(Place::key(path, keys.clone()), key, cause) };
    let cause = cause.split(" at line ").next().unwrap_or(cause);
    let own = cause.strip_prefix(key).unwrap_or(cause);
    let named = own.strip_prefix('.').and_then(|rest| rest.split_once(": "));
    let is_culprit = |name: &str| {
        let others = map.iter().filter(|(other, _)| other != name).cloned().collect();
        parse_one(key, &Yaml::Map(others)).is_ok()
    };
    let culprit = match named {
        Some((way, _)) => map.iter().find(|(name, _)| *name == way),
        None => map.iter().find(|(name, _)| is_culprit(name)),
    };
    let words = named.map_or_else(|| own.trim_start_matches([':', ' ']), |(_, words)| words);
    let Some((name, value)) = culprit else { return messages::bad_source(Place::key(path, keys.clone()), key, words) };
    let keys = keys.key(name);
    match (name.as_str(), value) {
        ("type", Yaml::Text(text)) => {
            let is_type = |word: &&str| word.starts_with(|one: char| one.is_ascii_lowercase()) && !word.contains(' ');
            let known: Vec<&str> = words.split('`').filter(is_type).filter(|word| word != text).collect();
            messages::bad_source_type(Place::value(path, keys), text, &known)
        }
        ("date", Yaml::Text(text)) => messages::bad_date(Place::value(path, keys), "date", text),
        ("parent", Yaml::Map(_)) => match parse_one(key, value) {
            Err(cause) => broken_entry(path, &keys, key, value, &cause),
            Ok(_) => messages::bad_source(Place::value(path, keys), key, "its `parent` is not one"),
        },
        _ if named.is_some() => messages::bad_source(Place::value(path, keys), key, words),
        _ => messages::bad_source(Place::value(path, keys), key, &format!("its `{name}` is not one")),
    }
}

/// Reads one entry. JSON is YAML too.
fn parse_one(key: &str, value: &Yaml) -> Result<Entries, String> {
    Entries::parse(&serde_json::json!({ key: as_json(value) }).to_string())
}

fn as_json(yaml: &Yaml) -> serde_json::Value {
    match yaml {
        Yaml::Null => serde_json::Value::Null,
        Yaml::Flag(flag) => (*flag).into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Decimal(number) => (*number).into(),
        Yaml::Text(text) => text.as_str().into(),
        Yaml::List(items) => items.iter().map(as_json).collect(),
        Yaml::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
    }
}

/// `passages.yaml`: for each source its passages.
pub(super) fn passages(path: &SitePath, yaml: &Yaml, config: &Config, problems: &Problems) -> Vec<DraftPassages> {
    let mut all = Vec::new();
    for (source, value) in Value::top(path, yaml, problems).entries().unwrap_or_default() {
        let own_keys = value.keys.clone();
        let Some(mut keys) = value.keys(&[tables::PASSAGES]) else { continue };
        let _ = keys.take("locator").and_then(|value| value.choice(tables::LOCATOR_WORDS.iter().copied()));
        let items = keys.require("passages").and_then(|value| value.items()).unwrap_or_default();
        keys.finish();
        let mut passages: Vec<Passage> = Vec::new();
        let mut places: BTreeMap<String, Place> = BTreeMap::new();
        for item in items {
            let Some(mut keys) = item.keys(&[tables::PASSAGE]) else { continue };
            let at = keys.require("at").and_then(|value| match value.yaml {
                Yaml::Integer(number) => Some((number.to_string(), value.place())),
                _ => value.text().map(|text| (text, value.place())),
            });
            let gist = keys.require("gist").and_then(|value| value.text());
            let passage = Passage {
                at: at.as_ref().map_or_else(String::new, |(at, _)| at.clone()),
                heading: keys.take("heading").and_then(|value| value.text()),
                gist: gist.unwrap_or_default(),
                voice: keys.take("voice").and_then(|value| super::basis(&value, config)),
                watch: keys.take("watch").and_then(|value| value.text()),
            };
            keys.finish();
            let Some((_, place)) = at else { continue };
            if let Some(first) = places.get(&passage.at) {
                problems.push(messages::duplicate_passage(place, &passage.at, first.clone()));
                continue;
            }
            places.insert(passage.at.clone(), place);
            passages.push(passage);
        }
        all.push(DraftPassages { source: source.to_owned(), passages, keys: own_keys });
    }
    all
}

/// `facts.yaml`: for each name its value, unit, date and source.
pub(super) fn facts(path: &SitePath, yaml: &Yaml, config: &Config, problems: &Problems) -> Vec<Fact<Box<str>>> {
    let mut facts = Vec::new();
    for (name, value) in Value::top(path, yaml, problems).entries().unwrap_or_default() {
        let own_keys = value.keys.clone();
        let Some(mut keys) = value.keys(&[tables::FACT]) else { continue };
        let value = keys.require("value").and_then(|value| match value.yaml {
            Yaml::Integer(number) => Some(FactValue::Integer(*number)),
            Yaml::Decimal(number) => Some(FactValue::Decimal(number.to_string())),
            _ => value.localised(config).map(FactValue::Text),
        });
        let qualifier = keys.take("qualifier").and_then(|value| value.localised(config));
        let unit = keys.take("unit").and_then(|value| value.localised(config));
        let as_of = keys.require("as_of").and_then(|value| value.date());
        let source = keys.require("source").and_then(|value| value.citation());
        let note = keys.take("note").and_then(|value| value.localised(config));
        let review_by = keys.take("review_by").and_then(|value| value.date());
        keys.finish();
        // A fact whose value cannot be read still has its name, so that its uses are no further problems.
        let value = value.unwrap_or_else(|| FactValue::Text(name.into()));
        let name = name.to_owned();
        facts.push(Fact { name, qualifier, value, unit, as_of, source, note, review_by, keys: own_keys });
    }
    facts
}

/// `events.yaml`: a list of dated events.
pub(super) fn events(
    path: &SitePath,
    yaml: &Yaml,
    config: &Config,
    problems: &Problems,
) -> Vec<Event<Box<str>, String>> {
    let top = Value::top(path, yaml, problems);
    if matches!(yaml, Yaml::Map(entries) if entries.is_empty()) {
        return Vec::new();
    }
    let mut events = Vec::new();
    for item in top.items().unwrap_or_default() {
        let own_keys = item.keys.clone();
        let Some(mut keys) = item.keys(&[tables::EVENT]) else { continue };
        let dates = keys.require("date").and_then(|value| interval(&value));
        let text = keys.require("text").and_then(|value| value.localised(config));
        let label = keys.take("label").and_then(|value| value.localised(config));
        let from = keys.take("from").and_then(|value| value.text());
        let citation = keys.take("cite").and_then(|value| value.citation());
        let pages = keys.take("pages").and_then(|value| value.texts()).unwrap_or_default();
        keys.finish();
        let (Some((start, end)), Some(text)) = (dates, text) else { continue };
        events.push(Event { start, end, label, text, from, citation, pages, keys: own_keys });
    }
    events
}

/// A date, or two with a slash between them (ISO 8601-1, "Time interval").
fn interval(value: &Value<'_>) -> Option<(Date, Option<Date>)> {
    let Yaml::Text(text) = value.yaml else { return value.date().map(|date| (date, None)) };
    let Some((start, end)) = text.split_once('/') else { return value.date().map(|date| (date, None)) };
    match (Date::parse(start.trim()), Date::parse(end.trim())) {
        (Some(start), Some(end)) if start <= end => Some((start, Some(end))),
        _ => {
            value.problems.push(messages::bad_date(value.place(), "date", text));
            None
        }
    }
}
