//! Finding pages: the records that a search index is made from, and the page that lists everything from A to Z.

use std::collections::{BTreeMap, BTreeSet};

use super::draw::{Draw, in_language};
use super::theme::Shared;
use super::view::KindView;
use super::view::search::{FilterOptionView, FilterView, IndexEntryView, LetterView};
use super::{blocks, body};
use crate::model::config::{FieldType, FieldValue};
use crate::model::output_path::OutputPath;
use crate::model::{KindId, LanguageId, PageId, SourceId};
use crate::text::html::text_of;
use crate::text::slug::sort_key;

/// The folder of the built site that holds the search index.
pub const FOLDER: &str = "pagefind";

/// The filter by kind, and what it is for sources, which have none.
const KIND: &str = "kind";
const SOURCE: &str = "source-page";

/// What can be found of one page. Names that the page withholds are in none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where the page is, from the root, percent-encoded.
    pub path: String,
    /// The tag of its language.
    pub language: String,
    /// Its title.
    pub title: String,
    /// Other words that readers may look for.
    pub synonyms: Vec<String>,
    /// Its summary; empty without one.
    pub summary: String,
    /// Its words.
    pub text: String,
    /// What it can be filtered by: for every filter the values.
    pub filters: BTreeMap<String, Vec<String>>,
}

impl Record {
    /// Whether it is the page of a source.
    pub fn is_source(&self) -> bool {
        self.filters.get(KIND).is_some_and(|kinds| kinds.iter().any(|kind| kind == SOURCE))
    }
}

/// The record of a page.
pub(super) fn of_page(draw: &Draw<'_>, id: PageId) -> Record {
    let site = draw.site;
    let page = site.page(id);
    let mut text = body::words(draw, id);
    let mut add = |words: &str| {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(words);
    };
    for words in blocks::event_words(draw, page) {
        add(&words);
    }
    let fields = draw.fields(id);
    for field in &fields {
        add(&format!("{}: {}", field.title, field.texts.join("; ")));
    }
    for edge in &page.outgoing {
        if let Some(note) = &site.edge(*edge).note {
            add(note);
        }
    }
    let mut filters = BTreeMap::new();
    if let Some(kind) = page.kind {
        filters.insert(KIND.to_owned(), vec![site.config.kind(kind).name.clone()]);
    }
    for field in fields {
        if let ("choice", Some(key)) = (field.takes, field.key) {
            filters.insert(filter_name(field.name), vec![key]);
        }
    }
    let shown = |text: &str| body::withheld(draw, page, text);
    Record {
        path: page.output.encoded(),
        language: site.config.language(page.language).tag.clone(),
        title: shown(&page.common.title),
        synonyms: other_names(draw, id).map(shown).collect(),
        summary: shown(page.common.summary.as_deref().unwrap_or_default()),
        text: shown(&text),
        filters,
    }
}

/// The record of a source's page.
pub(super) fn of_source(draw: &Draw<'_>, id: SourceId) -> Record {
    let source = draw.site.source(id);
    let passages = source.passages.iter().flat_map(|passage| {
        [passage.heading.as_deref(), Some(passage.gist.as_str()), passage.watch.as_deref()].into_iter().flatten()
    });
    let text: Vec<&str> = source.note.as_deref().into_iter().chain(passages).collect();
    Record {
        path: draw.source_output(id).encoded(),
        language: draw.site.config.language(draw.language).tag.clone(),
        title: source.title.clone(),
        synonyms: Vec::new(),
        summary: text_of(draw.site.bibliography.reference(id, draw.language)),
        text: text.join("\n"),
        filters: BTreeMap::from([(KIND.to_owned(), vec![SOURCE.to_owned()])]),
    }
}

/// What readers can narrow a search down by: the kind, and every field of choice.
pub(super) fn filters<'site>(draw: &Draw<'site>) -> Vec<FilterView<'site>> {
    let site = draw.site;
    let config = &site.config;
    // For each kind the choices that its pages make, by field.
    let mut used: BTreeMap<KindId, BTreeSet<(usize, usize)>> = BTreeMap::new();
    for page in site.pages.iter().filter(|page| page.language == LanguageId::DEFAULT) {
        let Some(kind) = page.kind else { continue };
        let choices = page.fields.iter().enumerate().filter_map(|(index, field)| match field {
            Some(FieldValue::Choice(choice)) => Some((index, *choice)),
            _ => None,
        });
        used.entry(kind).or_default().extend(choices);
    }
    let option = |key: &str, label: &str, kind: Option<Shared<KindView<'site>>>| FilterOptionView {
        key: key.to_owned(),
        label: label.to_owned(),
        kind,
    };
    let mut kinds = Vec::new();
    let mut filters: Vec<FilterView<'site>> = Vec::new();
    for (kind, choices) in &used {
        let own = config.kind(*kind);
        kinds.push(option(&own.name, own.plural.get(draw.language), draw.kind(Some(*kind))));
        for (field, choice) in choices {
            let field = &config.kind(*kind).fields[*field];
            let FieldType::Choice(labels) = &field.takes else { continue };
            let (key, label) = &labels[*choice];
            let name = filter_name(&field.name);
            let at = filters.iter().position(|filter| filter.name == name).unwrap_or_else(|| {
                let title = field.title.get(draw.language).to_owned();
                filters.push(FilterView { name, title, options: Vec::new() });
                filters.len() - 1
            });
            // Kinds may share a field and some of its choices.
            if filters[at].options.iter().all(|known| known.key != *key) {
                filters[at].options.push(option(key, label.get(draw.language), None));
            }
        }
    }
    if !site.sources.is_empty() {
        kinds.push(option(SOURCE, &draw.string("sources"), None));
    }
    filters.insert(0, FilterView { name: KIND.to_owned(), title: draw.string("kind-of-page"), options: kinds });
    filters.retain(|filter| filter.options.len() > 1);
    filters
}

/// Every page and its other names from A to Z, each in this language where it is translated.
pub(super) fn letters<'site>(draw: &Draw<'site>) -> Vec<LetterView<'site>> {
    let site = draw.site;
    let mut entries: Vec<IndexEntryView<'site>> = Vec::new();
    for original in site.page_ids().filter(|id| site.page(*id).language == LanguageId::DEFAULT) {
        let id = site.in_language(original, draw.language);
        let page = site.page(id);
        let entry = |text: String, see: Option<String>| IndexEntryView {
            text,
            see,
            href: draw.output.link_to(&page.output),
            kind: draw.kind(page.kind),
            is_source: false,
            language: (page.language != draw.language).then(|| draw.language_view(page.language)),
        };
        let shown = |text: &str| body::withheld(draw, page, text);
        let title = shown(&page.common.title);
        // What begins as the title does would stand beside it.
        let is_elsewhere = |name: &&str| !begin_alike(&title, name);
        let others = other_names(draw, id).filter(is_elsewhere).map(|name| entry(shown(name), Some(title.clone())));
        entries.extend(others);
        entries.push(entry(title, None));
    }
    let generated = |text: String, output: &OutputPath, is_source: bool| IndexEntryView {
        text,
        see: None,
        href: draw.output.link_to(output),
        kind: None,
        is_source,
        language: None,
    };
    if !site.sources.is_empty() {
        for (title, path) in [("sources", "sources/index.html"), ("evidence", "evidence.html")] {
            entries.push(generated(draw.string(title), &in_language(site, draw.language, path), false));
        }
    }
    for id in (0..site.sources.len()).map(SourceId::new) {
        entries.push(generated(site.source(id).title.clone(), draw.source_output(id), true));
    }
    entries.sort_by_cached_key(|entry| (sort_key(&entry.text), entry.text.clone(), entry.href.clone()));
    let mut letters: Vec<LetterView<'site>> = Vec::new();
    for entry in entries {
        let letter = sort_key(&entry.text).chars().next().filter(|first| first.is_alphabetic());
        let letter = letter.map(|letter| letter.to_uppercase().to_string());
        if letters.last().is_none_or(|last| last.letter != letter) {
            let anchor = format!("letter-{}", letter.as_deref().unwrap_or("other"));
            letters.push(LetterView { letter, anchor, entries: Vec::new() });
        }
        letters.last_mut().expect("one was put there").entries.push(entry);
    }
    letters
}

/// The names of a page beside its title: the forms of a term, and the words that readers may look for.
fn other_names<'site>(draw: &Draw<'site>, id: PageId) -> impl Iterator<Item = &'site str> + use<'site> {
    let common = &draw.site.page(id).common;
    let title = sort_key(&common.title);
    let mut seen = BTreeSet::from([title]);
    let names = common.forms.iter().chain(&common.synonyms).map(String::as_str);
    names.filter(move |name| seen.insert(sort_key(name)))
}

/// Whether two names begin with the same five letters, or the shorter is the beginning of the longer.
fn begin_alike(one: &str, other: &str) -> bool {
    let (one, other) = (sort_key(one), sort_key(other));
    one.chars().zip(other.chars()).take(5).all(|(one, other)| one == other)
}

/// The filter by a field. Apart from `kind`, which a field may be called as well.
fn filter_name(field: &str) -> String {
    format!("field-{field}")
}
