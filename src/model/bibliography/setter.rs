//! One run of Hayagriva over some of the sources.

use std::collections::HashMap;

use hayagriva::citationberg::taxonomy::Locator as CslLocator;
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem as CslItem, CitationRequest, CitePurpose, Entry,
    LocatorPayload, SpecificLocator,
};

use super::MarkKey;
use super::html::html;
use super::styles::Styles;
use crate::model::citation::{Author, LocatorKind};
use crate::text::html::escaped;

/// What one run of Hayagriva gives.
pub(super) struct Set {
    /// The marks of the sources, without a locator.
    pub(super) bases: Vec<String>,
    /// The marks that were asked for.
    pub(super) marks: Vec<String>,
    /// The references of the sources.
    pub(super) references: Vec<String>,
}

/// Sets marks of one bibliography in one style and language.
pub(super) struct Setter<'site> {
    pub(super) entries: &'site [Entry],
    pub(super) styles: &'site Styles,
    pub(super) locale: LocaleCode,
    pub(super) locale_files: &'site [Locale],
}

impl Setter<'_> {
    /// Sets some of the sources together, and these marks, without their brackets.
    pub(super) fn set(&self, members: &[usize], keys: &[MarkKey]) -> Set {
        self.set_with(members, keys, None)
    }

    /// Sets these marks of a source, and no reference.
    pub(super) fn marks(&self, member: usize, keys: &[MarkKey]) -> Set {
        self.set_with(&[member], keys, Some(self.styles.without_references()))
    }

    /// The list of references can be in a style of its own.
    fn set_with(&self, members: &[usize], keys: &[MarkKey], of_references: Option<&IndependentStyle>) -> Set {
        let Self { entries, styles, locale, locale_files } = self;
        // Hayagriva tells works without a date apart by letters only when some other work has one.
        let is_dated = |index: &usize| entries[*index].date().is_some();
        let needs_dated = members.len() > 1 && !members.iter().any(is_dated);
        let dated = needs_dated.then(|| (0..entries.len()).find(is_dated)).flatten();
        let cited: Vec<usize> = members.iter().copied().chain(dated).collect();
        let style = styles.of(&cited);
        let request = |item| CitationRequest::new(vec![item], style, Some(locale.clone()), locale_files, None);
        let mut driver = BibliographyDriver::new();
        // Every source is cited once, in order, before any mark: this gives numbers and the letters that tell apart
        // two works of one author and year.
        for index in &cited {
            driver.citation(request(CslItem::with_entry(&entries[*index])));
        }
        for (source, author, locator) in keys {
            let locator = locator.as_ref().filter(|locator| !locator.value.is_empty());
            let payload =
                locator.map(|locator| SpecificLocator(csl(locator.kind), LocatorPayload::Str(&locator.value)));
            let item = CslItem::with_locator(&entries[source.index()], payload);
            driver.citation(request(if *author == Author::Suppressed { item.kind(CitePurpose::Year) } else { item }));
        }
        let of_references = of_references.unwrap_or(style);
        let references = BibliographyRequest { style: of_references, locale: Some(locale.clone()), locale_files };
        let rendered = driver.finish(references);
        let layout = &style.citation.layout;
        let (prefix, suffix) = (layout.prefix.as_deref(), layout.suffix.as_deref());
        let texts =
            rendered.citations.iter().map(|citation| strip(&html(&citation.citation), prefix, suffix).to_owned());
        let mut bases: Vec<String> = texts.collect();
        let marks = bases.split_off(cited.len());
        bases.truncate(members.len());
        let mut by_key: HashMap<&str, String> = rendered
            .bibliography
            .iter()
            .flat_map(|bibliography| &bibliography.items)
            .map(|item| (item.key.as_str(), html(&item.content)))
            .collect();
        let references = members.iter().map(|index| {
            let entry = &entries[*index];
            let title =
                || escaped(&entry.title().map_or_else(|| entry.key().to_owned(), ToString::to_string)).into_owned();
            by_key.remove(entry.key()).filter(|reference| !reference.is_empty()).unwrap_or_else(title)
        });
        Set { bases, marks, references: references.collect() }
    }
}

fn csl(kind: LocatorKind) -> CslLocator {
    match kind {
        LocatorKind::Paragraph => CslLocator::Paragraph,
        LocatorKind::Page => CslLocator::Page,
        LocatorKind::Section => CslLocator::Section,
        LocatorKind::Chapter => CslLocator::Chapter,
        LocatorKind::Note => CslLocator::Note,
    }
}

fn strip<'text>(text: &'text str, prefix: Option<&str>, suffix: Option<&str>) -> &'text str {
    let text = prefix.and_then(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    suffix.and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(text)
}
