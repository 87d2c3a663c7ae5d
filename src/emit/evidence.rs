//! The page of evidence: how well pages are cited, and how well sources are used.

use super::draw::Draw;
use super::view::{PageCoverageView, PassageCoverageView, SourceCoverageView};
use super::{cite, source};
use crate::model::SourceId;
use crate::model::output_path::encoded;

/// The pages of this language whose statements must be cited, by kind and title.
pub(super) fn pages<'site>(draw: &Draw<'site>) -> Vec<PageCoverageView<'site>> {
    let site = draw.site;
    let is_wanted =
        |page: &crate::model::page::Page| page.language == draw.language && site.config.requires_evidence(page.kind);
    let mut ids: Vec<_> = site.page_ids().filter(|id| is_wanted(site.page(*id))).collect();
    ids.sort_by_key(|id| {
        let page = site.page(*id);
        (page.kind, page.common.order.unwrap_or(i64::MAX), &page.common.title)
    });
    ids.into_iter()
        .map(|id| {
            let tally = site.page(id).markup.tally;
            PageCoverageView {
                page: draw.card(id),
                statements: tally.statements,
                cited: tally.cited,
                editorial: tally.editorial,
            }
        })
        .collect()
}

/// The sources that are cited by passage.
pub(super) fn sources(draw: &Draw<'_>) -> Vec<SourceCoverageView> {
    let ids = (0..draw.site.sources.len()).map(SourceId::new);
    ids.filter(|id| !draw.site.source(*id).passages.is_empty())
        .map(|id| {
            let own = draw.site.source(id);
            let href = draw.output.link_to(draw.source_output(id));
            let counts = source::passage_pages(draw, id);
            let passages: Vec<PassageCoverageView> = own
                .passages
                .iter()
                .zip(counts)
                .map(|(passage, page_count)| PassageCoverageView {
                    label: cite::passage_label(&passage.at),
                    href: format!("{href}#{}", encoded(&cite::passage_anchor(&passage.at))),
                    page_count,
                })
                .collect();
            let used = passages.iter().filter(|passage| passage.page_count > 0).count();
            SourceCoverageView { title: own.title.clone(), href, passages, used }
        })
        .collect()
}
