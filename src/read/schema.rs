//! JSON Schemas of the data files and of each kind's front matter, for editors that check and complete YAML.
//!
//! They are drawn from the tables that the readers use, and from what the site file declares. The draft is 07, the
//! newest that the YAML language server handles in full. What a schema cannot know from the site file, such as the
//! names of pages that are yet to be written, it suggests and does not demand.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};

use super::tables::{self, FIELD_TYPES, Key, Need, Table, Takes};
use crate::model::bibliography::{CitationStyle, ENTRY_KEYS, ENTRY_TYPES};
use crate::model::config::{Config, Field, FieldType, Kind};
use crate::model::draft::Draft;
use crate::model::evidence::Source;
use crate::model::{KindId, LanguageId};

/// The styles that a site may name.
static STYLES: LazyLock<Vec<&str>> =
    LazyLock::new(|| CitationStyle::names().filter(|name| CitationStyle::named(name).is_some()).collect());

/// A schema, and what it is for.
#[derive(Debug)]
pub struct Schema {
    /// The name of its file, as in `site.json`.
    pub name: String,
    /// The data file that it is for; none for the front matter of pages.
    pub file: Option<&'static str>,
    /// The schema.
    pub json: Value,
}

/// The schemas of a site.
pub fn all(config: &Config, pages: &[Arc<Draft>], sources: &[Source]) -> Vec<Schema> {
    let names = Names { config, pages, sources };
    let data = |name: &str, file: &'static str, mut json: Value| {
        json["title"] = file.into();
        Schema { name: format!("{name}.json"), file: Some(file), json: whole(json) }
    };
    let mut schemas = vec![
        data("site", super::SITE_FILE, names.group(tables::SITE)),
        data("sources", super::SOURCES_FILE, named(&names.source())),
        data("passages", super::PASSAGES_FILE, named(&names.group(tables::PASSAGES))),
        data("facts", super::FACTS_FILE, named(&names.group(tables::FACT))),
        data("events", super::EVENTS_FILE, json!({"type": "array", "items": names.group(tables::EVENT)})),
    ];
    let mut front_matter = |name: String, title: String, mut json: Value| {
        json["title"] = title.into();
        schemas.push(Schema { name, file: None, json: whole(json) });
    };
    let terms = config.kinds.iter().any(|kind| kind.is_glossary);
    front_matter("page.json".to_owned(), "A page of no kind".to_owned(), names.page(None, false));
    front_matter("translation.json".to_owned(), "A translation of a page".to_owned(), names.page(None, terms));
    for kind in &config.kinds {
        let title = format!("A page of the kind {}", kind.name);
        front_matter(format!("page-{}.json", kind.name), title, names.page(Some(kind), kind.is_glossary));
    }
    schemas
}

fn whole(json: Value) -> Value {
    let mut whole = json!({"$schema": "http://json-schema.org/draft-07/schema#"});
    let (Value::Object(whole_map), Value::Object(map)) = (&mut whole, json) else { return whole };
    whole_map.extend(map);
    whole
}

/// The names that a site declares.
struct Names<'site> {
    config: &'site Config,
    pages: &'site [Arc<Draft>],
    sources: &'site [Source],
}

impl Names<'_> {
    /// A group of the keys of a table.
    fn group(&self, table: Table) -> Value {
        let mut group = Group::default();
        for key in table {
            group.add(key.name, key.need == Need::Required, self.value(key), key.about);
        }
        // The two keys that hang on another.
        if table.iter().any(|key| key.name == "symmetric") {
            group.unless("symmetric", &json!(true), "inverse");
        }
        if table.iter().any(|key| key.name == "of" && key.need == Need::Sometimes) {
            group.when("type", &json!("choice"), "of");
        }
        group.into_json()
    }

    /// What a key of a table takes.
    fn value(&self, key: &Key) -> Value {
        match &key.takes {
            Takes::Text => text(),
            Takes::Localised => self.localised(),
            Takes::Texts => texts(&text()),
            Takes::Integer => json!({"type": "integer"}),
            Takes::Flag => json!({"type": "boolean"}),
            Takes::Date => date(),
            Takes::Interval => any(&[
                date(),
                json!({"type": "string", "pattern": r"^\s*\d{4}(-\d\d){0,2}\s*/\s*\d{4}(-\d\d){0,2}\s*$"}),
            ]),
            Takes::Address => address(),
            Takes::Slug => json!({"type": "string", "pattern": r"^[^\s/\\.?#%]+$"}),
            Takes::Citation => json!({"type": "string", "pattern": "@"}),
            Takes::PassageName => json!({"type": ["string", "integer"]}),
            Takes::FactValue => any(&[json!({"type": "number"}), self.localised()]),
            Takes::Style => json!({"enum": *STYLES}),
            Takes::Words(words) => json!({"enum": words}),
            Takes::Basis => self.basis(),
            Takes::Kind => suggested(&self.kinds()),
            Takes::Kinds => texts(&suggested(&self.kinds())),
            Takes::KindList => json!({"type": "array", "items": suggested(&self.kinds())}),
            Takes::Page => suggested(&self.page_names(None)),
            Takes::Pages => texts(&suggested(&self.page_names(None))),
            Takes::Source => suggested(&self.sources.iter().map(|source| source.key.clone()).collect::<Vec<_>>()),
            Takes::Languages => any(&[texts(&text()), json!({"type": "object", "additionalProperties": text()})]),
            Takes::Labels => json!({"type": "object", "additionalProperties": self.localised()}),
            Takes::Group(table) => self.group(table),
            Takes::Named(table) => named(&self.group(table)),
            Takes::List(table) => json!({"type": "array", "items": self.group(table)}),
        }
    }

    fn localised(&self) -> Value {
        let tags: Map<String, Value> =
            self.config.languages.iter().map(|language| (language.tag.clone(), optional(text()))).collect();
        let default = self.config.languages.first().map(|language| language.tag.as_str());
        any(&[
            text(),
            json!({"type": "object", "properties": tags, "required": [default], "additionalProperties": false}),
        ])
    }

    fn basis(&self) -> Value {
        // Without bases, no word is one; an empty list of choices is no schema.
        let keys: Vec<&str> = self.config.evidence.bases.iter().map(|basis| basis.key.as_str()).collect();
        if keys.is_empty() { json!(false) } else { choice(keys) }
    }

    fn kinds(&self) -> Vec<String> {
        self.config.kinds.iter().map(|kind| kind.name.clone()).collect()
    }

    fn page_names(&self, of: Option<&[KindId]>) -> Vec<String> {
        let is_original = |page: &&Arc<Draft>| page.language == LanguageId::DEFAULT;
        let is_of = |page: &&Arc<Draft>| of.is_none_or(|kinds| page.kind.is_some_and(|kind| kinds.contains(&kind)));
        self.pages.iter().filter(is_original).filter(is_of).map(|page| page.name.clone()).collect()
    }

    /// A source: the keys of Hayagriva's format, of which only the type is looked into, and ours.
    fn source(&self) -> Value {
        let mut group = Group::default();
        for key in ENTRY_KEYS {
            let (value, about) = match *key {
                "type" => {
                    let capitalised = |name: &&str| format!("{}{}", name[..1].to_uppercase(), &name[1..]);
                    let others: Vec<String> = ENTRY_TYPES.iter().map(capitalised).collect();
                    let others = json!({"type": "string", "pattern": format!("^({})$", others.join("|"))});
                    (any(&[json!({"enum": ENTRY_TYPES}), others]), "What it is, as Hayagriva calls it.")
                }
                "title" => (json!({"type": ["string", "number", "object"]}), "What it is called."),
                "url" => (any(&[address(), json!({"type": "object"})]), "Where it is on the web."),
                _ => (json!({}), ""),
            };
            group.add(key, matches!(*key, "type" | "title"), value, about);
        }
        for key in tables::SOURCE {
            group.add(key.name, key.need == Need::Required, self.value(key), key.about);
        }
        group.into_json()
    }

    /// The front matter of a page.
    fn page(&self, kind: Option<&Kind>, is_term: bool) -> Value {
        let mut group = Group::default();
        let terms = if is_term { tables::TERM } else { &[] };
        for key in tables::PAGE.iter().chain(terms) {
            group.add(key.name, key.need == Need::Required, self.value(key), key.about);
        }
        for field in kind.map(|kind| kind.fields.as_slice()).unwrap_or_default() {
            group.add(&field.name, field.required, field_value(field), &field.title.default);
        }
        for id in kind.map(|kind| kind.relations.as_slice()).unwrap_or_default() {
            let relation = self.config.relation(*id);
            let target = suggested(&self.page_names(Some(&relation.to)));
            let mut edge = self.group(tables::EDGE);
            edge["properties"]["to"]["anyOf"] = target["anyOf"].clone();
            let one = any(&[target, edge]);
            group.add(&relation.name, false, texts(&one), &relation.title.default);
        }
        group.into_json()
    }
}

/// A schema of a group of keys, as it grows.
#[derive(Default)]
struct Group {
    properties: Map<String, Value>,
    required: Vec<String>,
    conditions: Vec<Value>,
}

impl Group {
    fn add(&mut self, name: &str, required: bool, value: Value, about: &str) {
        let mut value = if required { value } else { optional(value) };
        if let (Value::Object(map), false) = (&mut value, about.is_empty()) {
            map.insert("description".to_owned(), about.into());
        }
        self.properties.insert(name.to_owned(), value);
        if required {
            self.required.push(name.to_owned());
        }
    }

    /// Beside a key with a value, another is required.
    fn when(&mut self, key: &str, value: &Value, other: &str) {
        let condition = json!({"properties": {key: {"const": value}}, "required": [key]});
        self.conditions.push(json!({"if": condition, "then": {"required": [other]}}));
    }

    /// But beside a key with a value, another is required.
    fn unless(&mut self, key: &str, value: &Value, other: &str) {
        let condition = json!({"properties": {key: {"const": value}}, "required": [key]});
        self.conditions.push(json!({"if": condition, "then": true, "else": {"required": [other]}}));
    }

    fn into_json(self) -> Value {
        let mut json = json!({
            "type": "object",
            "properties": self.properties,
            "required": self.required,
            "additionalProperties": false,
        });
        if !self.conditions.is_empty() {
            json["allOf"] = self.conditions.into();
        }
        json
    }
}

fn field_value(field: &Field) -> Value {
    debug_assert_eq!(FIELD_TYPES.len(), 7, "each type of field has its schema");
    match &field.takes {
        FieldType::Text => text(),
        FieldType::Texts => texts(&text()),
        FieldType::Number => json!({"type": "number"}),
        FieldType::Date => date(),
        FieldType::Flag => json!({"type": "boolean"}),
        FieldType::Choice(choices) => choice(choices.iter().map(|(key, _)| key.as_str()).collect()),
        FieldType::Address => address(),
    }
}

/// Names of the author's choice, each with a value of a schema.
fn named(value: &Value) -> Value {
    json!({"type": "object", "additionalProperties": value})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// One value, or a list of them.
fn texts(one: &Value) -> Value {
    any(&[one.clone(), json!({"type": "array", "items": one})])
}

fn date() -> Value {
    any(&[
        json!({"type": "integer", "minimum": 1000, "maximum": 9999}),
        json!({"type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"}),
    ])
}

fn address() -> Value {
    json!({"type": "string", "pattern": "^https?://"})
}

/// One of these keys. YAML reads a key such as `true` or `2011` as no text.
fn choice(keys: Vec<&str>) -> Value {
    let mut values: Vec<Value> = Vec::new();
    for key in keys {
        match key.parse::<i64>() {
            Ok(number) => values.push(number.into()),
            Err(_) if key == "true" || key == "false" => values.push((key == "true").into()),
            Err(_) => {}
        }
        values.push(key.into());
    }
    json!({"enum": values})
}

/// A name that editors offer, and that may also be another, since names come and go.
fn suggested(names: &[String]) -> Value {
    if names.is_empty() { any(&[text()]) } else { any(&[json!({"enum": names}), text()]) }
}

/// What may be left empty. The readers take an empty key for one that is not there.
fn optional(mut value: Value) -> Value {
    let null = json!({"type": "null"});
    if let Some(Value::String(word)) = value.get("type").cloned()
        && value.get("properties").is_none()
    {
        value["type"] = json!([word, "null"]);
        return value;
    }
    match value.get_mut("anyOf") {
        Some(Value::Array(options)) => options.push(null),
        _ => return any(&[value, null]),
    }
    value
}

fn any(options: &[Value]) -> Value {
    json!({"anyOf": options})
}
