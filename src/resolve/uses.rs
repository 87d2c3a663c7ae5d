//! Where every source is cited.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::citation::{Citation, Locator};
use crate::model::evidence::{Source, Use, UseSite, Uses};
use crate::model::fact::{Event, Fact};
use crate::model::page::{Edge, Page};
use crate::model::{EdgeId, FactId, PageId, SourceId};

/// All uses of all sources, in the order of pages, then edges, then facts, then events.
pub(super) fn all(
    pages: &[Arc<Page>],
    edges: &[Edge],
    facts: &[Fact<SourceId>],
    events: &[Event<SourceId, PageId>],
    sources: &[Source],
) -> Uses {
    let mut uses: Uses = vec![Vec::new(); sources.len()];
    let mut add = |site, citation: &Citation| each(site, citation, sources, |id, one| uses[id.index()].push(one));
    for (index, page) in pages.iter().enumerate() {
        for (number, citation) in page.citations.iter().enumerate() {
            add(UseSite::Body(PageId::new(index), narrow(number)), citation);
        }
    }
    for (index, edge) in edges.iter().enumerate() {
        if let Some(citation) = &edge.citation {
            add(UseSite::Edge(EdgeId::new(index)), citation);
        }
    }
    for (index, fact) in facts.iter().enumerate() {
        if let Some(citation) = &fact.source {
            add(UseSite::Fact(FactId::new(index)), citation);
        }
    }
    for (index, event) in events.iter().enumerate() {
        if let Some(citation) = &event.citation {
            add(UseSite::Event(narrow(index)), citation);
        }
    }
    uses
}

/// Puts the uses of a page's body in the place of those that it had.
pub(super) fn replace(uses: &mut Uses, page: PageId, before: &[Citation], after: &[Citation], sources: &[Source]) {
    let cited = |citations: &[Citation]| -> BTreeSet<SourceId> {
        citations.iter().flat_map(Citation::items).map(|item| item.source).collect()
    };
    for id in cited(before).union(&cited(after)) {
        let mut own = Vec::new();
        for (number, citation) in after.iter().enumerate() {
            each(UseSite::Body(page, narrow(number)), citation, sources, |source, one| {
                if source == *id {
                    own.push(one);
                }
            });
        }
        let of_source = &mut uses[id.index()];
        let start = of_source.partition_point(|one| one.site < UseSite::Body(page, 0));
        let end = of_source.partition_point(|one| one.site <= UseSite::Body(page, u32::MAX));
        of_source.splice(start..end, own);
    }
}

/// Every use of a source that a citation is.
fn each(site: UseSite, citation: &Citation, sources: &[Source], mut add: impl FnMut(SourceId, Use)) {
    for (number, item) in citation.items().iter().enumerate() {
        let source = &sources[item.source.index()];
        let names = match (&item.locator, source.passages.is_empty()) {
            (Some(locator), false) => Locator::passage_names(locator),
            _ => Vec::new(),
        };
        let item_number = narrow(number);
        let mut known = names.iter().filter_map(|name| source.passage(name)).peekable();
        if known.peek().is_none() {
            add(item.source, Use { site, item: item_number, passage: None });
        }
        for passage in known {
            add(item.source, Use { site, item: item_number, passage: Some(narrow(passage)) });
        }
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("no text has so many")
}
