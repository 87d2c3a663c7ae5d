//! How much of a site is cited, in numbers: for `expound coverage`, and for whoever counts.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::PageId;
use crate::model::evidence::{Use, UseSite};
use crate::model::site::Site;

/// How much of a site is cited.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The pages whose statements must be cited, by path.
    pub pages: Vec<PageCoverage>,
    /// All sources, in the order of the bibliography.
    pub sources: Vec<SourceCoverage>,
}

/// How much of a page is cited.
#[derive(Debug, Serialize)]
pub struct PageCoverage {
    /// The file.
    pub path: String,
    /// Statements in all.
    pub statements: u32,
    /// Those that cite, or inherit a citation.
    pub cited: u32,
    /// Those in the site's own voice.
    pub editorial: u32,
}

/// How much of a source is used.
#[derive(Debug, Serialize)]
pub struct SourceCoverage {
    /// Its key.
    pub key: String,
    /// How many pages cite it.
    pub pages: usize,
    /// How many passages it declares.
    pub passages: usize,
    /// How many of them are cited.
    pub used: usize,
    /// The names of those that are not.
    pub unused: Vec<String>,
}

/// Counts what is cited in a site.
pub fn coverage(site: &Site) -> Coverage {
    let pages = site.pages.iter().filter(|page| site.config.requires_evidence(page.kind)).map(|page| {
        let tally = page.markup.tally;
        PageCoverage {
            path: page.path.to_string(),
            statements: tally.statements,
            cited: tally.cited,
            editorial: tally.editorial,
        }
    });
    let sources = site.sources.iter().zip(&site.uses).map(|(source, uses)| {
        let used: BTreeSet<u32> = uses.iter().filter_map(|one| one.passage).collect();
        let is_unused = |index: usize| u32::try_from(index).is_ok_and(|index| !used.contains(&index));
        let unused = source.passages.iter().enumerate().filter(|(index, _)| is_unused(*index));
        let citing: BTreeSet<PageId> = uses.iter().flat_map(|one| citing_pages(site, one)).collect();
        SourceCoverage {
            key: source.key.clone(),
            pages: citing.len(),
            passages: source.passages.len(),
            used: used.len(),
            unused: unused.map(|(_, passage)| passage.at.clone()).collect(),
        }
    });
    Coverage { pages: pages.collect(), sources: sources.collect() }
}

/// The pages on which a use counts: an edge's is the page that states it.
pub(super) fn citing_pages(site: &Site, one: &Use) -> Vec<PageId> {
    match one.site {
        UseSite::Body(page, _) => vec![page],
        UseSite::Edge(edge) => vec![site.edge(edge).from],
        UseSite::Fact(fact) => site.fact_uses[fact.index()].clone(),
        UseSite::Event(event) => super::blocks::shown(site, event).into_iter().map(|(page, _)| page).collect(),
    }
}
