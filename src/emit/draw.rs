//! What every drawing of a page needs: the site, the page's language and place, and small views that recur.

use super::format::Formats;
use super::strings::{Argument, Strings};
use super::theme::Shared;
use super::view::{BasisView, CardView, DateView, FieldView, KindView, LanguageView};
use crate::model::config::{Basis, FieldType, FieldValue};
use crate::model::date::Date;
use crate::model::fact::FactValue;
use crate::model::output_path::OutputPath;
use crate::model::site::Site;
use crate::model::{BasisId, FactId, KindId, LanguageId, PageId, SourceId};

/// How many kinds the theme can tell apart by colour and shape.
const KIND_MARKS: usize = 8;

/// One route being drawn.
#[derive(Clone, Copy)]
pub(super) struct Draw<'site> {
    pub(super) site: &'site Site,
    pub(super) language: LanguageId,
    pub(super) output: &'site OutputPath,
    pub(super) strings: &'site Strings,
    pub(super) formats: &'site Formats,
    pub(super) views: &'site SharedViews<'site>,
}

/// Views and addresses that recur on all pages of a language, by their ids.
pub(super) struct SharedViews<'site> {
    kinds: Vec<Shared<KindView<'site>>>,
    bases: Vec<Shared<BasisView<'site>>>,
    languages: Vec<Shared<LanguageView<'site>>>,
    no_choices: Shared<Vec<FieldView<'site>>>,
    sources: Vec<OutputPath>,
}

impl<'site> SharedViews<'site> {
    pub(super) fn new(site: &'site Site, language: LanguageId) -> Self {
        let config = &site.config;
        let kinds = config.kinds.iter().enumerate().map(|(index, kind)| KindView {
            name: &kind.name,
            title: kind.title.get(language),
            plural: kind.plural.get(language),
            index: kind_index(KindId::new(index)),
            is_glossary: kind.is_glossary,
        });
        let languages = config.languages.iter();
        let languages = languages.map(|one| LanguageView { tag: &one.tag, name: &one.name, dir: one.direction.word() });
        Self {
            kinds: kinds.map(|view| Shared::new(&view)).collect(),
            bases: config.evidence.bases.iter().map(|basis| Shared::new(&basis_view(basis, language))).collect(),
            languages: languages.map(|view| Shared::new(&view)).collect(),
            no_choices: Shared::new(&Vec::new()),
            sources: (0..site.sources.len()).map(|id| source_output(site, SourceId::new(id), language)).collect(),
        }
    }
}

/// A basis in a language.
pub(super) fn basis_view(basis: &Basis, language: LanguageId) -> BasisView<'_> {
    BasisView { key: &basis.key, label: basis.label.get(language) }
}

impl<'site> Draw<'site> {
    /// A text of the interface. The theme's own tests see to it that there is one.
    pub(super) fn string(&self, id: &str) -> String {
        self.string_with(id, &[])
    }

    /// A text of the interface, or other words where there is none.
    pub(super) fn string_or(&self, id: &str, words: &str) -> String {
        self.strings.text(id, &[]).unwrap_or_else(|_| words.to_owned())
    }

    /// A text of the interface with values in it.
    pub(super) fn string_with(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        self.strings.text(id, arguments).unwrap_or_else(|_| id.to_owned())
    }

    pub(super) fn is_subject(&self, source: SourceId) -> bool {
        self.site.config.evidence.subject.as_deref() == Some(self.site.source(source).key.as_str())
    }

    /// The page of a source in this language.
    pub(super) fn source_output(&self, source: SourceId) -> &'site OutputPath {
        &self.views.sources[source.index()]
    }

    pub(super) fn date(&self, date: Date) -> DateView {
        DateView { iso: date.to_string(), text: self.formats.date(date) }
    }

    pub(super) fn basis(&self, id: Option<BasisId>) -> Option<Shared<BasisView<'site>>> {
        Some(self.views.bases[id?.index()].clone())
    }

    pub(super) fn kind(&self, id: Option<KindId>) -> Option<Shared<KindView<'site>>> {
        Some(self.views.kinds[id?.index()].clone())
    }

    /// Words for pages that a picture has no room for.
    pub(super) fn more(&self, count: usize) -> String {
        self.string_with("more", &[("count", Argument::Number(i64::try_from(count).unwrap_or(i64::MAX)))])
    }

    pub(super) fn language_view(&self, id: LanguageId) -> Shared<LanguageView<'site>> {
        self.views.languages[id.index()].clone()
    }

    /// A page as this one refers to it, in this language where it is translated.
    pub(super) fn card(&self, id: PageId) -> CardView<'site> {
        let id = self.site.in_language(id, self.language);
        let page = self.site.page(id);
        CardView {
            title: &page.common.title,
            summary: page.common.summary.as_deref(),
            href: self.output.link_to(&page.output),
            kind: self.kind(page.kind),
            language: (page.language != self.language).then(|| self.language_view(page.language)),
            choices: self.choices(id),
        }
    }

    /// Those fields of a page that are choices.
    fn choices(&self, id: PageId) -> Shared<Vec<FieldView<'site>>> {
        let choices: Vec<_> = self.fields(id).into_iter().filter(|field| field.takes == "choice").collect();
        if choices.is_empty() { self.views.no_choices.clone() } else { Shared::new(&choices) }
    }

    /// The fields of a page, those of its original where it is a translation and gives none of its own.
    pub(super) fn fields(&self, id: PageId) -> Vec<FieldView<'site>> {
        let page = self.site.page(id);
        let original = self.site.page(self.site.original(id));
        let Some(kind) = page.kind else { return Vec::new() };
        let specs = self.site.config.kind(kind).fields.iter().enumerate();
        specs
            .filter_map(|(index, spec)| {
                let given = page.fields.get(index).and_then(Option::as_ref);
                let value = given.or_else(|| original.fields.get(index).and_then(Option::as_ref))?;
                let (takes, text, key) = self.field_value(&spec.takes, value);
                let texts = match value {
                    FieldValue::Texts(texts) => texts.clone(),
                    _ => vec![text.clone()],
                };
                let title = spec.title.get(self.language);
                Some(FieldView { name: &spec.name, title, takes, text, texts, key })
            })
            .collect()
    }

    fn field_value(&self, takes: &FieldType, value: &FieldValue) -> (&'static str, String, Option<String>) {
        match value {
            FieldValue::Text(text) => ("text", text.clone(), None),
            FieldValue::Texts(texts) => ("texts", texts.first().cloned().unwrap_or_default(), None),
            FieldValue::Number(number) => ("number", self.formats.decimal(number), Some(number.clone())),
            FieldValue::Date(date) => ("date", self.formats.date(*date), Some(date.to_string())),
            FieldValue::Flag(flag) => ("flag", self.string(if *flag { "yes" } else { "no" }), None),
            FieldValue::Address(address) => ("address", address.clone(), Some(address.clone())),
            FieldValue::Choice(index) => {
                let FieldType::Choice(choices) = takes else { return ("choice", String::new(), None) };
                let (key, label) = &choices[*index];
                ("choice", label.get(self.language).to_owned(), Some(key.clone()))
            }
        }
    }

    /// A fact as it stands in prose: qualifier, value, unit.
    pub(super) fn fact_text(&self, id: FactId) -> String {
        let fact = self.site.fact(id);
        let value = match &fact.value {
            FactValue::Integer(number) => self.formats.integer(*number),
            FactValue::Decimal(number) => self.formats.decimal(number),
            FactValue::Text(text) => text.get(self.language).to_owned(),
        };
        let part = |text: &Option<crate::model::config::Localised>| {
            text.as_ref().map(|text| text.get(self.language).to_owned()).unwrap_or_default()
        };
        let parts = [part(&fact.qualifier), value, part(&fact.unit)];
        parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// The place of a kind among those that the theme can tell apart.
pub(super) fn kind_index(id: KindId) -> usize {
    id.index() % KIND_MARKS
}

/// Where the page of a source is.
pub(super) fn source_output(site: &Site, source: SourceId, language: LanguageId) -> OutputPath {
    site.source_output(source, language)
}

/// A path of the default language in another: in a folder of its own.
pub(super) fn in_language(site: &Site, language: LanguageId, path: &str) -> OutputPath {
    site.in_folder_of(language, path)
}
