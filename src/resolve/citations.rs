//! Sources by key, and passages by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::messages;
use crate::diagnostic::Diagnostic;
use crate::model::SourceId;
use crate::model::citation::{Citation, Locator};
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

    /// The source that has a key.
    pub(super) fn id(&self, key: &str) -> Option<SourceId> {
        self.by_key.get(key).copied()
    }

    /// Looks up every source of a citation. Items whose source is unknown are left out, with a problem.
    pub(super) fn citation(
        &self,
        citation: &Citation<Box<str>>,
        place: impl Fn(usize) -> Place,
        problems: &mut Vec<Diagnostic>,
    ) -> Citation {
        let ids: Vec<Option<SourceId>> = citation.items().iter().map(|item| self.id(&item.source)).collect();
        for (index, (item, id)) in citation.items().iter().zip(&ids).enumerate() {
            self.check(&item.source, *id, item.locator.as_ref(), || place(index), problems);
        }
        let mut ids = ids.into_iter();
        citation.clone().renamed(|_| ids.next().flatten())
    }

    /// Tells of a key that no source has, and of a part that its source has not. `id` is the source that has the key.
    pub(super) fn check(
        &self,
        key: &str,
        id: Option<SourceId>,
        locator: Option<&Locator>,
        place: impl Fn() -> Place,
        problems: &mut Vec<Diagnostic>,
    ) {
        let Some(id) = id else {
            if self.is_missing(key) {
                problems.push(messages::unknown_source(place(), key, self.nearest(key)));
            }
            return;
        };
        let source = &self.all[id.index()];
        let (Some(locator), Some(last)) = (locator, source.passages.last()) else { return };
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
