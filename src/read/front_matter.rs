//! The YAML between `---` lines at the top of a page.

use std::ops::Range;

use super::keys::{Keys, Value};
use super::messages;
use super::tables;
use crate::diagnostic::Diagnostic;
use crate::model::config::{Config, FieldType, FieldValue, Kind};
use crate::model::draft::{Common, DraftEdge, Publication};
use crate::text::SitePath;

/// Where a page's front matter and body are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// The YAML between the lines.
    pub(super) yaml: Range<usize>,
    /// What follows.
    pub(super) body: usize,
    /// A line between them that seems to be prose, after an empty one: the closing line may be one further down.
    pub(super) prose: Option<Range<usize>>,
}

/// Divides a page's text.
pub(super) fn split(path: &SitePath, text: &str) -> Result<Parts, Diagnostic> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut lines = Line::all(text, start);
    match lines.next() {
        Some(first) if first.is_fence(text) => {}
        first => {
            let mut blank =
                first.iter().cloned().chain(lines).skip_while(|line| text[line.text.clone()].trim().is_empty());
            let opens_below = blank.next().is_some_and(|line| line.is_fence(text));
            return Err(messages::no_front_matter(path, first.map_or(0..0, |line| line.text), text, opens_below));
        }
    }
    let opening = start..start + 3;
    let yaml_start = lines.clone().next().map_or(text.len(), |line| line.text.start);
    // Whoever forgot the closing line most likely forgot it before the first line that is not YAML at all.
    let mut prose: Option<Range<usize>> = None;
    let mut follows_blank = false;
    for line in lines {
        if line.is_fence(text) {
            return Ok(Parts { yaml: yaml_start..line.text.start, body: line.end, prose });
        }
        let content = &text[line.text.clone()];
        if prose.is_none() && follows_blank && is_prose(content) {
            prose = Some(line.text.clone());
        }
        follows_blank = content.trim().is_empty();
    }
    Err(messages::unclosed_front_matter(path, opening, prose))
}

/// Whether a line cannot be a key, an item, a remark or the rest of a value.
fn is_prose(line: &str) -> bool {
    let begins_otherwise =
        line.starts_with([' ', '\t', ']', '}', '"', '\'']) || line.starts_with("- ") || line.trim().is_empty();
    let is_heading = line.trim_start_matches('#').starts_with(' ') && line.starts_with("##");
    let key_end = line.find(": ").or_else(|| line.trim_end().strip_suffix(':').map(str::len));
    let is_key = key_end.is_some_and(|end| !line[..end].contains(' '));
    is_heading || (!begins_otherwise && !is_key && !line.starts_with('#'))
}

/// The line that opens the front matter of a page.
pub(super) fn opening_of(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    start..start + 3
}

/// The problem of a page whose closing line is missing, though a line `---` stands somewhere in its text.
pub(super) fn closed_too_late(path: &SitePath, text: &str, prose: Range<usize>) -> Diagnostic {
    messages::unclosed_front_matter(path, opening_of(text), Some(prose))
}

/// The YAML of a page and the byte it starts at, however the page ends.
pub(super) fn yaml_of(text: &str) -> Option<(usize, &str)> {
    let path = SitePath::parse("page.md").expect("a path");
    let parts = split(&path, text).ok()?;
    Some((parts.yaml.start, &text[parts.yaml]))
}

#[derive(Clone)]
struct Line {
    text: Range<usize>,
    end: usize,
}

impl Line {
    fn all(text: &str, start: usize) -> impl Iterator<Item = Self> + Clone {
        let mut offset = start;
        text[start..].split_inclusive('\n').map(move |line| {
            let from = offset;
            offset += line.len();
            Self { text: from..from + line.trim_end_matches(['\n', '\r']).len(), end: offset }
        })
    }

    fn is_fence(&self, text: &str) -> bool {
        text[self.text.clone()].trim_end() == "---"
    }
}

/// Reads the keys that every page may have.
pub(super) fn common(keys: &mut Keys<'_>, is_glossary: bool) -> Common {
    let title = keys.require("title").and_then(|value| value.text());
    let is_draft = keys.take("draft").and_then(|value| value.flag()).unwrap_or_default();
    Common {
        title: title.unwrap_or_default(),
        summary: keys.take("summary").and_then(|value| value.text()),
        order: keys.take("order").and_then(|value| value.integer()),
        updated: keys.take("updated").and_then(|value| value.date()),
        reviewed: keys.take("reviewed").and_then(|value| value.date()),
        publication: if is_draft { Publication::Draft } else { Publication::Published },
        aliases: keys.take("aliases").and_then(|value| value.texts()).unwrap_or_default(),
        slug: keys.take("slug").and_then(|value| super::name::slug(&value)),
        withhold: keys.take("withhold").and_then(|value| value.texts()).unwrap_or_default(),
        synonyms: keys.take("synonyms").and_then(|value| value.texts()).unwrap_or_default(),
        forms: is_glossary.then(|| keys.take("forms").and_then(|value| value.texts())).flatten().unwrap_or_default(),
    }
}

/// Reads the fields of a kind. A translation may leave out what its original gives.
pub(super) fn fields(keys: &mut Keys<'_>, kind: &Kind, is_translation: bool) -> Vec<Option<FieldValue>> {
    kind.fields
        .iter()
        .map(|field| {
            let is_required = field.required && !is_translation;
            let value = if is_required { keys.require_named(&field.name) } else { keys.take_named(&field.name) }?;
            Some(match &field.takes {
                FieldType::Text => FieldValue::Text(value.text()?),
                FieldType::Texts => FieldValue::Texts(value.texts()?),
                FieldType::Number => FieldValue::Number(number(&value)?),
                FieldType::Date => FieldValue::Date(value.date()?),
                FieldType::Flag => FieldValue::Flag(value.flag()?),
                FieldType::Choice(choices) => {
                    FieldValue::Choice(value.choice(choices.iter().map(|(key, _)| key.as_str()))?)
                }
                FieldType::Address => FieldValue::Address(value.address()?),
            })
        })
        .collect()
}

fn number(value: &Value<'_>) -> Option<String> {
    match value.yaml {
        super::yaml::Yaml::Decimal(number) => Some(number.to_string()),
        _ => value.integer().map(|number| number.to_string()),
    }
}

/// Reads the relations of a kind: a name, a list of names, or a list of edges with their evidence.
pub(super) fn edges(keys: &mut Keys<'_>, kind: &Kind, config: &Config) -> Vec<DraftEdge> {
    let mut edges = Vec::new();
    for id in &kind.relations {
        let Some(value) = keys.take_named(&config.relation(*id).name) else { continue };
        let items = match value.yaml {
            super::yaml::Yaml::List(_) => value.items().unwrap_or_default(),
            _ => vec![value],
        };
        edges.extend(items.into_iter().filter_map(|item| edge(item, *id, config)));
    }
    edges
}

fn edge(value: Value<'_>, relation: crate::model::RelationId, config: &Config) -> Option<DraftEdge> {
    if !matches!(value.yaml, super::yaml::Yaml::Map(_)) {
        let target = value.text()?;
        let keys = value.keys;
        return Some(DraftEdge {
            relation,
            target,
            basis: None,
            note: None,
            citation: None,
            target_keys: keys.clone(),
            keys,
        });
    }
    let own_keys = value.keys.clone();
    let mut keys = value.keys(&[tables::EDGE])?;
    let target = keys.require("to").and_then(|to| Some((to.text()?, to.keys)));
    let basis = keys.take("basis").and_then(|basis| super::basis(&basis, config));
    let note = keys.take("note").and_then(|note| note.text());
    let citation = keys.take("cite").and_then(|cite| cite.citation());
    keys.finish();
    let (target, target_keys) = target?;
    Some(DraftEdge { relation, target, basis, note, citation, target_keys, keys: own_keys })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let path = SitePath::parse("content/a.md").expect("a path");
        let parts = split(&path, text).ok();
        let found = parts.map(|parts| (&text[parts.yaml], &text[parts.body..]));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn front_matter_ends_at_its_closing_line() {
        check("---\ntitle: a\n---\nBody\n", Some(("title: a\n", "Body\n")));
        check("\u{feff}---\r\ntitle: a\r\n---\r\nBody", Some(("title: a\r\n", "Body")));
        check("---\n---\n", Some(("", "")));
        check("---\ntitle: a\n---", Some(("title: a\n", "")));
        check("title: a\n", None);
        check("---\ntitle: a\n", None);
        check("", None);
    }
}
