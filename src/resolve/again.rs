//! A site that was resolved before and is resolved again, while someone writes it.
//!
//! What pages are to one another hangs on little of them: their places, names, relations and headings. Where these are as
//! they were, the pages that have changed are resolved by themselves, and all others are taken over as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::body::{Body, Frame};
use super::{DataPaths, Ground, Standing, facts, has_errors, page, report_unused_sources, uses};
use crate::diagnostic::Diagnostic;
use crate::model::PageId;
use crate::model::bibliography::Bibliography;
use crate::model::body::{RawKind, RawValue};
use crate::model::citation::Citation;
use crate::model::config::Config;
use crate::model::draft::{Data, Draft};
use crate::model::page::Target;
use crate::model::site::Site;

/// The site as it was when it was last whole.
#[derive(Default)]
pub struct Cache(Option<Box<Kept>>);

impl std::fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Cache").field(&self.0.as_ref().map(|kept| kept.drafts.len())).finish()
    }
}

/// A site without an error, and what it was made of.
pub(super) struct Kept {
    pub(super) ground: Ground,
    pub(super) drafts: Vec<Arc<Draft>>,
    pub(super) frame: Frame,
    /// The problems of all that is not a body.
    pub(super) of_frame: Vec<Diagnostic>,
    /// The problems of each body that has any.
    pub(super) of_bodies: BTreeMap<usize, Vec<Diagnostic>>,
    pub(super) site: Site,
}

impl Cache {
    pub(super) fn keep(&mut self, kept: Kept) {
        self.0 = Some(Box::new(kept));
    }

    /// The bibliography of the same sources in the same style.
    pub(super) fn bibliography(&self, config: &Config, data: &Data) -> Option<&Bibliography> {
        let kept = self.0.as_ref()?;
        let own = &kept.ground.config;
        let is_same = Arc::ptr_eq(&kept.ground.data.entries, &data.entries)
            && own.evidence.style == config.evidence.style
            && own.languages == config.languages;
        is_same.then_some(&*kept.site.bibliography)
    }

    /// The site with these pages, if only bodies of them have changed.
    pub(super) fn again(
        &mut self,
        ground: &Ground,
        pages: &[Arc<Draft>],
        paths: &DataPaths,
        is_clean: bool,
    ) -> Option<(Site, Vec<Diagnostic>)> {
        let kept = self.0.as_deref_mut()?;
        let changed = kept.changed(ground, pages)?;
        let Ground { config, choices, .. } = ground;
        let bodies: Vec<(PageId, Body, Vec<Diagnostic>)> = changed
            .into_par_iter()
            .map(|id| {
                let (body, found) = kept.frame.body(id, pages, config, paths);
                (id, body, found)
            })
            .collect();
        let mut of_bodies = kept.of_bodies.clone();
        let mut fact_uses = kept.site.fact_uses.clone();
        let mut term_uses = kept.site.term_uses.clone();
        for (id, body, found) in &bodies {
            of_bodies.remove(&id.index());
            if !found.is_empty() {
                of_bodies.insert(id.index(), found.clone());
            }
            let before = kept.site.page(*id);
            replace(&mut fact_uses, *id, &before.facts, &body.facts, |one| one.index());
            replace(&mut term_uses, *id, &before.terms, &body.terms, |one| one.index());
        }
        let mut problems = kept.of_frame.clone();
        problems.extend(of_bodies.values().flatten().cloned());
        facts::report_overdue(&kept.site.facts, &fact_uses, pages, paths, choices.today, &mut problems);
        if !is_clean || has_errors(&problems) {
            return Some((Site::default(), problems));
        }
        facts::report_unused(&kept.site.facts, &fact_uses, paths, &mut problems);

        let mut site = Site { fact_uses, term_uses, ..kept.site.clone() };
        let mut cited = Vec::new();
        for (id, body, _) in bodies {
            let before = kept.site.page(id);
            let standing = Standing {
                output: before.output.clone(),
                aliases: before.aliases.clone(),
                translations: before.translations.clone(),
                outgoing: before.outgoing.clone(),
                incoming: before.incoming.clone(),
            };
            let after = page(Arc::clone(&pages[id.index()]), body, standing);
            uses::replace(&mut site.uses, id, &before.citations, &after.citations, &site.sources);
            cited.extend(after.citations.iter().flat_map(Citation::items).cloned());
            site.pages[id.index()] = Arc::new(after);
        }
        if !cited.is_empty() {
            let tags = super::language_tags(&ground.config);
            site.bibliography = match kept.site.bibliography.with(&tags, cited.iter()) {
                Some(wider) => Arc::new(wider),
                None => super::bibliography(&site, &ground.data, None),
            };
        }
        report_unused_sources(&site, paths, &mut problems);
        kept.drafts = pages.to_vec();
        kept.of_bodies = of_bodies;
        kept.site = site.clone();
        Some((site, problems))
    }
}

impl Kept {
    /// The pages that have changed, if that is no matter to any other page.
    fn changed(&self, ground: &Ground, pages: &[Arc<Draft>]) -> Option<Vec<PageId>> {
        let Ground { config, data, assets, choices, hidden } = &self.ground;
        let is_same = *config == ground.config
            && Arc::ptr_eq(data, &ground.data)
            && *assets == ground.assets
            && *choices == ground.choices
            && *hidden == ground.hidden
            && self.drafts.len() == pages.len();
        if !is_same {
            return None;
        }
        let mut changed = Vec::new();
        for (index, (before, now)) in self.drafts.iter().zip(pages).enumerate() {
            if Arc::ptr_eq(before, now) || before == now {
                continue;
            }
            let id = PageId::new(index);
            if !stands_alike(before, now, config) || (!has_same_anchors(before, now) && self.is_linked_into(id)) {
                return None;
            }
            changed.push(id);
        }
        Some(changed)
    }

    /// Whether anything leads to an anchor of a page's body.
    fn is_linked_into(&self, id: PageId) -> bool {
        let page = self.site.page(id);
        let is_locked = || {
            let mut locked = self.ground.data.locked.iter().map(|locked| &locked.address);
            locked.any(|address| address.heading.is_some() && address.page == page.output)
        };
        let leads_there = |target: &Target| matches!(target, Target::Page(to, Some(_)) if *to == id);
        let mut links = self.site.pages.iter().flat_map(|page| page.links.iter().chain(&page.images));
        links.any(|link| leads_there(&link.target)) || is_locked()
    }
}

/// Whether a page is to all others what it was, but for its anchors.
fn stands_alike(before: &Draft, now: &Draft, config: &Config) -> bool {
    let is_term = now.kind.is_some_and(|kind| config.kind(kind).is_glossary);
    let [one, other] = [before, now].map(|draft| &draft.common);
    before.path == now.path
        && before.name == now.name
        && before.language == now.language
        && before.role == now.role
        && before.kind == now.kind
        && before.soundness == now.soundness
        && before.edges == now.edges
        && one.publication == other.publication
        && one.slug == other.slug
        && one.aliases == other.aliases
        && (!is_term || (one.title == other.title && one.forms == other.forms))
}

/// Whether links to anchors of a page lead where they did.
fn has_same_anchors(before: &Draft, now: &Draft) -> bool {
    let ids = |draft: &Draft| {
        let ids = draft.markup.raw.iter().filter(|raw| raw.kind == RawKind::Id);
        ids.map(|raw: &RawValue| raw.text.clone()).collect::<BTreeSet<_>>()
    };
    before.markup.headings == now.markup.headings && ids(before) == ids(now)
}

/// Puts a page in its place among the uses of what it uses now, and takes it out of the others.
fn replace<Used>(
    uses: &mut [Vec<PageId>],
    page: PageId,
    before: &[Used],
    now: &[Used],
    index: impl Fn(&Used) -> usize,
) {
    for one in before {
        uses[index(one)].retain(|user| *user != page);
    }
    for one in now {
        let users = &mut uses[index(one)];
        if let Err(at) = users.binary_search(&page) {
            users.insert(at, page);
        }
    }
}
