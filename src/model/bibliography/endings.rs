//! What a locator adds to a mark.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Bibliography, MarkKey, SAMPLES, Set, Setter, Texts, language};
use crate::model::SourceId;
use crate::model::citation::{Author, CitationItem, Locator};

/// A type and a locator, and the source that stands for the type.
pub(super) type Sample<'site> = ((usize, &'site Locator), usize);

/// How many numbers are tried for each type and kind of locator.
const PROBES: usize = 3;

impl Texts {
    pub(super) fn add_ending(&mut self, kind: usize, locator: &Locator, ending: String) {
        Arc::make_mut(&mut self.endings[kind]).insert(locator.clone(), ending);
    }
}

impl Bibliography {
    /// The same sources with the marks of these items too. `None` where they cannot be put together from what is set,
    /// so that all must be set anew.
    pub fn with<'item>(
        &self,
        language_tags: &[&str],
        items: impl Iterator<Item = &'item CitationItem<SourceId>>,
    ) -> Option<Self> {
        let missing: BTreeSet<(usize, &Locator)> = items
            .filter(|item| !self.has(item))
            .map(|item| match (item.author, &item.locator) {
                (Author::Shown, Some(locator)) if !locator.value.is_empty() => Some((item.source.index(), locator)),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let styles = self.styles.as_deref()?;
        let mut wider = self.clone();
        for (texts, tag) in wider.languages.iter_mut().zip(language_tags) {
            let mut unlike: Vec<Sample<'_>> = Vec::new();
            for (source, locator) in &missing {
                let kind = self.kinds[*source];
                match number_ending(&texts.endings[kind], locator).filter(|_| is_number(locator)) {
                    Some(ending) => texts.add_ending(kind, locator, ending),
                    None => unlike.push(((kind, locator), *source)),
                }
            }
            if !unlike.is_empty() {
                let (locale, locale_files) = language(tag);
                let setter = Setter { entries: &self.entries.0, styles, locale, locale_files: &locale_files };
                set_endings(&setter, unlike, texts);
            }
            if missing.iter().any(|(source, locator)| !texts.endings[self.kinds[*source]].contains_key(*locator)) {
                return None;
            }
        }
        Some(wider)
    }

    /// Whether the mark of an item is set.
    fn has(&self, item: &CitationItem<SourceId>) -> bool {
        let Some(texts) = self.languages.first() else { return false };
        match (item.author, &item.locator) {
            (Author::Shown, None) => item.source.index() < texts.bases.len(),
            (Author::Shown, Some(locator)) if texts.endings[self.kinds[item.source.index()]].contains_key(locator) => {
                true
            }
            _ => texts.others.contains_key(&(item.source, item.author, item.locator.clone())),
        }
    }
}

/// Whether a locator is a number and nothing else.
pub(super) fn is_number(locator: &Locator) -> bool {
    locator.value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Divides numbers into those that are tried, the first, the middle and the last of each type and kind of locator, and
/// the rest.
pub(super) fn probes<'site>(numbers: &[Sample<'site>]) -> (Vec<Sample<'site>>, Vec<Sample<'site>>) {
    let (mut probes, mut rest) = (Vec::new(), Vec::new());
    for alike in numbers.chunk_by(|one, other| (one.0.0, one.0.1.kind) == (other.0.0, other.0.1.kind)) {
        let tried = [0, alike.len() / 2, alike.len() - 1];
        for (index, sample) in alike.iter().enumerate() {
            let is_tried = alike.len() <= PROBES || tried.contains(&index);
            if is_tried { &mut probes } else { &mut rest }.push(*sample);
        }
    }
    (probes, rest)
}

/// What a number adds to a mark, if all numbers of its kind that have been set stand between the same words.
pub(super) fn number_ending(set: &BTreeMap<Locator, String>, locator: &Locator) -> Option<String> {
    let from = Locator { kind: locator.kind, value: Box::default() };
    let alike = set.range(from..).take_while(|(one, _)| one.kind == locator.kind).filter(|(one, _)| is_number(one));
    let mut around = alike.map(|(one, ending)| {
        let (before, after) = ending.split_once(&*one.value)?;
        Some((before, after))
    });
    let (before, after) = around.next()??;
    let mut count = 1;
    for other in around.take(PROBES - 1) {
        if other != Some((before, after)) {
            return None;
        }
        count += 1;
    }
    // An ordinal is not the same for all numbers.
    let is_plain = !after.starts_with(char::is_alphabetic);
    (is_plain && count == PROBES).then(|| format!("{before}{}{after}", locator.value))
}

/// Sets what these locators add to marks of their types.
pub(super) fn set_endings(setter: &Setter<'_>, samples: Vec<Sample<'_>>, texts: &mut Texts) {
    let mut samples: Vec<(usize, usize, &Locator)> =
        samples.into_iter().map(|((kind, locator), index)| (index, kind, locator)).collect();
    samples.sort_unstable();
    let of_one_source = samples.chunk_by(|one, other| one.0 == other.0);
    let chunks: Vec<&[(usize, usize, &Locator)]> = of_one_source.flat_map(|chunk| chunk.chunks(SAMPLES)).collect();
    let endings: Vec<Set> = chunks
        .par_iter()
        .map(|chunk| {
            let source = SourceId::new(chunk[0].0);
            let keys: Vec<MarkKey> =
                chunk.iter().map(|(.., locator)| (source, Author::Shown, Some((*locator).clone()))).collect();
            setter.marks(source.index(), &keys)
        })
        .collect();
    for (chunk, set) in chunks.iter().zip(endings) {
        for ((_, kind, locator), mark) in chunk.iter().zip(&set.marks) {
            if let Some(ending) = mark.strip_prefix(set.bases[0].as_str()) {
                texts.add_ending(*kind, locator, ending.to_owned());
            }
        }
    }
}
