//! What a page's body uses: links, images, citations, facts, blocks and terms, by id.
//!
//! The one part of resolving that is done page by page, and again for a page whose body alone has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::citations::Sources;
use super::glossary::{Glossaries, TermPlace};
use super::links::{Context, Paths};
use super::names::Names;
use super::{DataPaths, blocks, messages};
use crate::diagnostic::Diagnostic;
use crate::model::block::PageBlock;
use crate::model::citation::Citation;
use crate::model::config::Config;
use crate::model::draft::Draft;
use crate::model::page::Link;
use crate::model::{FactId, PageId, SourceId};
use crate::text::nearest::nearest;
use crate::text::{Place, Spanned};

/// All that a body can name.
pub(super) struct Frame {
    pub(super) names: Names,
    pub(super) places: Paths,
    pub(super) sources: Sources,
    /// The facts by name.
    pub(super) facts: BTreeMap<String, FactId>,
    /// Whether the facts were read. If not, none can be missing.
    pub(super) facts_are_sound: bool,
    /// What events say that they are from.
    pub(super) groups: BTreeSet<String>,
    pub(super) glossaries: Glossaries,
}

/// What one body uses.
pub(super) struct Body {
    pub(super) links: Vec<Link>,
    pub(super) images: Vec<Link>,
    /// The sources of the keys that its citations cite, one for one.
    pub(super) sources: Vec<Option<SourceId>>,
    pub(super) facts: Vec<FactId>,
    pub(super) blocks: Vec<PageBlock>,
    pub(super) terms: Vec<PageId>,
    /// Where they stand, one for one.
    pub(super) term_places: Vec<TermPlace>,
}

impl Frame {
    /// Looks up all that the body of a page names.
    pub(super) fn body(
        &self,
        page: PageId,
        pages: &[Arc<Draft>],
        config: &Config,
        paths: &DataPaths,
    ) -> (Body, Vec<Diagnostic>) {
        let draft = &*pages[page.index()];
        let mut problems = Vec::new();
        let context = Context { pages, names: &self.names, places: &self.places, paths };
        let links = context.links(page.index(), &draft.links, &mut problems);
        let images = context.images(page.index(), &draft.images, &mut problems);
        let sources: Vec<_> = draft.keys.iter().map(|key| self.sources.id(key)).collect();
        let items = draft.citations.iter().flat_map(Citation::items);
        for (item, span) in items.zip(&draft.cited_at) {
            let place = || Place::span(&draft.path, *span);
            let (key, source) = (&draft.keys[item.source.index()], sources[item.source.index()]);
            self.sources.check(key, source, item.locator.as_ref(), place, &mut problems);
        }
        let facts = draft.facts.iter().filter_map(|fact| self.fact(fact, draft, &mut problems)).collect();
        let blocks = blocks::all(draft, pages, &self.names, config, &self.groups, &mut problems);
        let (terms, term_places) = self.glossaries.link(page, draft);
        (Body { links, images, sources, facts, blocks, terms, term_places }, problems)
    }

    fn fact(&self, fact: &Spanned<String>, draft: &Draft, problems: &mut Vec<Diagnostic>) -> Option<FactId> {
        let found = self.facts.get(fact.value.as_str()).copied();
        if found.is_none() && self.facts_are_sound {
            let near = nearest(&fact.value, self.facts.keys().map(String::as_str));
            problems.push(messages::unknown_fact(Place::span(&draft.path, fact.span), &fact.value, near));
        }
        found
    }
}
