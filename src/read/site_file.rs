//! `content/site.yaml`.

use super::keys::{Keys, Problems, Value};
use super::tables;
use super::yaml::Yaml;
use crate::model::bibliography::{CitationStyle, DEFAULT_STYLE};
use crate::model::config::{
    Basis, Config, Direction, EvidenceRules, EvidenceUnit, Field, FieldType, HtmlPolicy, Inverse, Kind, Language,
    Localised, Relation,
};
use crate::model::{KindId, RelationId};
use crate::text::nearest::nearest;
use crate::text::slug::is_address_segment;
use crate::text::{Place, SitePath};

/// Reads the site file. What cannot be read is left at its default.
pub(super) fn read(path: &SitePath, yaml: &Yaml, problems: &Problems) -> Config {
    let mut config = Config {
        languages: vec![language("en", "English")],
        evidence: EvidenceRules { style: DEFAULT_STYLE.to_owned(), ..EvidenceRules::default() },
        ..Config::default()
    };
    let Some(mut keys) = Value::top(path, yaml, problems).keys(&[tables::SITE]) else { return config };
    // Languages come first, since other texts are given by language.
    if let Some(languages) = keys.take("languages").and_then(|value| languages(&value)) {
        config.languages = languages;
    }
    config.title = keys.require("title").and_then(|value| value.localised(&config)).unwrap_or_default();
    config.summary = keys.take("summary").and_then(|value| value.localised(&config)).unwrap_or_default();
    config.base_url = keys
        .take("base_url")
        .and_then(|value| value.address())
        .map(|address| if address.ends_with('/') { address } else { format!("{address}/") });
    config.licence = keys.take("licence").and_then(|value| value.text());
    config.licence_url = keys.take("licence_url").and_then(|value| value.address());
    if let Some(index) = keys.take("html").and_then(|value| value.choice(tables::HTML_WORDS.iter().copied())) {
        config.html = if index == 0 { HtmlPolicy::Clean } else { HtmlPolicy::Trust };
    }
    let evidence = keys.take("evidence");
    let required = evidence.and_then(|value| read_evidence(value, &mut config));
    if let Some(value) = keys.take("kinds") {
        read_kinds(&value, &mut config);
    }
    for value in required.unwrap_or_default() {
        let names: Vec<String> = config.kinds.iter().map(|kind| kind.name.clone()).collect();
        if let Some(index) = value.choice(names.iter().map(String::as_str)) {
            config.evidence.require.push(KindId::new(index));
        }
    }
    keys.finish();
    config
}

fn language(tag: &str, name: &str) -> Language {
    Language { tag: tag.to_owned(), name: name.to_owned(), direction: Direction::of(tag) }
}

/// A list of tags, or a map from tags to names.
fn languages(value: &Value<'_>) -> Option<Vec<Language>> {
    let languages: Vec<(Language, Place)> = match value.yaml {
        Yaml::Map(_) => {
            let entries = value.entries()?.into_iter();
            let place = |value: &Value<'_>| Place::key(value.path, value.keys.clone());
            entries.filter_map(|(tag, name)| Some((language(tag, &name.text()?), place(&name)))).collect()
        }
        Yaml::List(_) => {
            let tags = value.items()?.into_iter().filter_map(|item| Some((item.text()?, item.place())));
            tags.map(|(tag, place)| (language(&tag, own_name(&tag)), place)).collect()
        }
        _ => value.text().into_iter().map(|tag| (language(&tag, own_name(&tag)), value.place())).collect(),
    };
    let is_good = |(language, place): &(Language, Place)| {
        let is_good = is_address_segment(&language.tag);
        if !is_good {
            value.problems.push(super::messages::bad_language(place.clone(), &language.tag));
        }
        is_good
    };
    let languages: Vec<Language> = languages.into_iter().filter(is_good).map(|(language, _)| language).collect();
    (!languages.is_empty()).then_some(languages)
}

/// What a language calls itself, for those that sites most often use.
fn own_name(tag: &str) -> &str {
    match tag {
        "ar" => "العربية",
        "de" => "Deutsch",
        "en" => "English",
        "es" => "español",
        "fr" => "français",
        "it" => "italiano",
        "nl" => "Nederlands",
        "pt" => "português",
        "ru" => "русский",
        "tr" => "Türkçe",
        _ => tag,
    }
}

/// Reads the rules; gives back the kinds that require evidence, which can be looked up once kinds are known.
fn read_evidence<'text>(value: Value<'text>, config: &mut Config) -> Option<Vec<Value<'text>>> {
    let mut keys = value.keys(&[tables::EVIDENCE])?;
    config.evidence.subject = keys.take("subject").and_then(|value| value.text());
    if let Some(value) = keys.take("style")
        && let Some(style) = value.text()
    {
        if CitationStyle::named(&style).is_some() {
            config.evidence.style = style;
        } else {
            let near = nearest(&style, CitationStyle::names());
            value.problems.push(super::messages::unknown_style(value.place(), &style, near));
        }
    }
    if let Some(index) = keys.take("unit").and_then(|value| value.choice(tables::UNIT_WORDS.iter().copied())) {
        config.evidence.unit = if index == 0 { EvidenceUnit::Sentence } else { EvidenceUnit::Block };
    }
    let bases = keys.take("bases").and_then(|value| value.entries()).unwrap_or_default();
    config.evidence.bases = bases
        .into_iter()
        .filter_map(|(key, label)| Some(Basis { key: key.to_owned(), label: label.localised(config)? }))
        .collect();
    let required = keys.take("require").and_then(|value| value.items());
    keys.finish();
    required
}

fn read_kinds(value: &Value<'_>, config: &mut Config) {
    // Two rounds: relations name kinds that may be declared further down.
    let mut relations = Vec::new();
    for (name, value) in value.entries().unwrap_or_default() {
        let Some(mut keys) = value.keys(&[tables::KIND]) else { continue };
        let kind = kind(name, &mut keys, config);
        let id = KindId::new(config.kinds.len());
        if let Some(entries) = keys.take("relations").and_then(|value| value.entries()) {
            relations.extend(entries.into_iter().map(|(name, value)| (id, name, value)));
        }
        keys.finish();
        config.kinds.push(kind);
    }
    let names: Vec<String> = config.kinds.iter().map(|kind| kind.name.clone()).collect();
    for (from, name, value) in relations {
        let Some(relation) = relation(from, name, value, &names, config) else { continue };
        let id = RelationId::new(config.relations.len());
        config.relations.push(relation);
        config.kinds[from.index()].relations.push(id);
    }
}

fn kind(name: &str, keys: &mut Keys<'_>, config: &Config) -> Kind {
    let title = keys.require("title").and_then(|value| value.localised(config));
    let plural = keys.require("plural").and_then(|value| value.localised(config));
    let title = title.unwrap_or_else(|| name.into());
    let fields = keys.take("fields").and_then(|value| value.entries()).unwrap_or_default();
    Kind {
        name: name.to_owned(),
        folder: keys.require("folder").and_then(|value| value.text()).unwrap_or_else(|| name.to_owned()),
        plural: plural.unwrap_or_else(|| title.clone()),
        title,
        fields: fields.into_iter().filter_map(|(name, value)| field(name, value, config)).collect(),
        relations: Vec::new(),
        is_glossary: keys.take("glossary").and_then(|value| value.flag()).unwrap_or_default(),
    }
}

fn field(name: &str, value: Value<'_>, config: &Config) -> Option<Field> {
    let mut keys = value.keys(&[tables::FIELD])?;
    let title = keys.take("title").and_then(|value| value.localised(config));
    let word = keys.require("type").and_then(|value| value.choice(tables::FIELD_TYPES.iter().copied()));
    let takes = match word.map(|index| tables::FIELD_TYPES[index]) {
        Some("text") => Some(FieldType::Text),
        Some("texts") => Some(FieldType::Texts),
        Some("number") => Some(FieldType::Number),
        Some("date") => Some(FieldType::Date),
        Some("flag") => Some(FieldType::Flag),
        Some("address") => Some(FieldType::Address),
        Some(_) => keys.require("of").and_then(|value| choices(&value, config)).map(FieldType::Choice),
        None => {
            // The type is the mistake; what it may choose from is not another.
            let _ = keys.take("of");
            None
        }
    };
    let required = keys.take("required").and_then(|value| value.flag()).unwrap_or_default();
    keys.finish();
    let title = title.unwrap_or_else(|| capitalised(name).as_str().into());
    Some(Field { name: name.to_owned(), title, takes: takes?, required })
}

fn choices(value: &Value<'_>, config: &Config) -> Option<Vec<(String, Localised)>> {
    let entries = value.entries()?;
    Some(entries.into_iter().filter_map(|(key, label)| Some((key.to_owned(), label.localised(config)?))).collect())
}

fn relation(from: KindId, name: &str, value: Value<'_>, names: &[String], config: &Config) -> Option<Relation> {
    let mut keys = value.keys(&[tables::RELATION])?;
    let title = keys.take("title").and_then(|value| value.localised(config));
    let to: Vec<KindId> = keys
        .require("to")
        .map(|value| match value.yaml {
            Yaml::List(_) => value.items().unwrap_or_default(),
            _ => vec![value],
        })
        .unwrap_or_default()
        .iter()
        .filter_map(|value| value.choice(names.iter().map(String::as_str)).map(KindId::new))
        .collect();
    let is_symmetric = keys.take("symmetric").and_then(|value| value.flag()).unwrap_or_default();
    let inverse = if is_symmetric {
        Some(Inverse::Symmetric)
    } else {
        keys.require("inverse").and_then(|value| value.localised(config)).map(Inverse::Title)
    };
    keys.finish();
    let title = title.unwrap_or_else(|| capitalised(name).as_str().into());
    Some(Relation { name: name.to_owned(), from, to, title, inverse: inverse? })
}

/// `run_by` as `Run by`.
fn capitalised(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ");
    let mut characters = spaced.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
