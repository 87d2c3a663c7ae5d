//! Sources by key, and passages by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::messages;
use crate::diagnostic::Diagnostic;
use crate::model::SourceId;
use crate::model::citation::{Citation, CitationItem};
use crate::model::config::Config;
use crate::model::evidence::{DraftPassages, Source};
use crate::text::nearest::nearest;
use crate::text::{KeyPath, Place, SitePath};

/// All sources, and their keys.
pub(super) struct Sources {
    all: Arc<Vec<Source>>,
    by_key: BTreeMap<String, SourceId>,
    /// Keys of sources that could not be read.
    broken: Vec<String>,
    /// Whether all sources were read. If not, none can be unknown.
    are_sound: bool,
}

impl Sources {
    pub(super) fn new(sources: Vec<Source>, broken: Vec<String>, are_sound: bool) -> Self {
        let by_key =
            sources.iter().enumerate().map(|(index, source)| (source.key.clone(), SourceId::new(index))).collect();
        Self { all: Arc::new(sources), by_key, broken, are_sound }
    }

    /// Whether no source has a key, as far as can be told.
    fn is_missing(&self, key: &str) -> bool {
        self.are_sound && !self.by_key.contains_key(key) && !self.broken.iter().any(|broken| broken == key)
    }

    /// Gives the sources their passages.
    pub(super) fn add_passages(&mut self, all: &[DraftPassages], path: &SitePath, problems: &mut Vec<Diagnostic>) {
        for draft in all {
            match self.by_key.get(&draft.source) {
                Some(id) => Arc::make_mut(&mut self.all)[id.index()].passages.clone_from(&draft.passages),
                None if self.is_missing(&draft.source) => {
                    let near = self.nearest(&draft.source);
                    problems.push(messages::unknown_source(Place::key(path, draft.keys.clone()), &draft.source, near));
                }
                None => {}
            }
        }
    }

    /// The source that the site derives from must be one of them.
    pub(super) fn check_subject(&self, config: &Config, path: &SitePath, problems: &mut Vec<Diagnostic>) {
        let Some(subject) = &config.evidence.subject else { return };
        if self.is_missing(subject) {
            let place = Place::value(path, KeyPath::default().key("evidence").key("subject"));
            problems.push(messages::unknown_source(place, subject, self.nearest(subject)));
        }
    }

    /// Looks up every source of a citation. Items whose source is unknown are left out, with a problem.
    pub(super) fn citation(
        &self,
        citation: &Citation<Box<str>>,
        place: impl Fn(usize) -> Place,
        problems: &mut Vec<Diagnostic>,
    ) -> Citation {
        let mut found = Vec::with_capacity(citation.items.len());
        self.look_up(citation, place, problems, &mut found);
        citation.clone().resolved(&mut found.into_iter())
    }

    /// Adds the source of every item of a citation; none, and a problem, for one that is unknown.
    pub(super) fn look_up(
        &self,
        citation: &Citation<Box<str>>,
        place: impl Fn(usize) -> Place,
        problems: &mut Vec<Diagnostic>,
        found: &mut Vec<Option<SourceId>>,
    ) {
        for (index, item) in citation.items.iter().enumerate() {
            let source = self.by_key.get(&*item.source).copied();
            match source {
                Some(source) => self.check_passage(source, item, || place(index), problems),
                None if self.is_missing(&item.source) => {
                    let near = self.nearest(&item.source);
                    problems.push(messages::unknown_source(place(index), &item.source, near));
                }
                None => {}
            }
            found.push(source);
        }
    }

    fn check_passage(
        &self,
        id: SourceId,
        item: &CitationItem<Box<str>>,
        place: impl Fn() -> Place,
        problems: &mut Vec<Diagnostic>,
    ) {
        let source = &self.all[id.index()];
        let (Some(locator), Some(last)) = (&item.locator, source.passages.last()) else { return };
        // Of a range that goes too far, the first is enough.
        if let Some(name) = locator.passage_names().into_iter().find(|name| source.passage(name).is_none()) {
            let known = source.passages.iter().map(|passage| passage.at.as_str());
            let near = near_passage(&name, known);
            problems.push(messages::unknown_passage(place(), &source.key, &name, near, &last.at));
        }
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        nearest(key, self.by_key.keys().chain(&self.broken).map(String::as_str))
    }

    /// The sources, with their passages.
    pub(super) fn all(&self) -> &Arc<Vec<Source>> {
        &self.all
    }
}

/// The passage that was most likely meant. Numbers are all near one another: one is suggested only where the same
/// digits were written in another order.
fn near_passage<'name>(wrong: &str, mut known: impl Iterator<Item = &'name str>) -> Option<&'name str> {
    if !wrong.bytes().all(|byte| byte.is_ascii_digit()) {
        return nearest(wrong, known);
    }
    let digits = |name: &str| {
        let mut digits = name.as_bytes().to_vec();
        digits.sort_unstable();
        digits
    };
    known.find(|name| digits(name) == digits(wrong))
}
