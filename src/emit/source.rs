//! The page of a source, with everything that rests on it, and the list of all sources.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::draw::{Draw, in_language};
use super::view::{CitingPageView, PassageView, SourceRowView, SourceView, StatementView};
use super::{blocks, body, cite, coverage};
use crate::model::citation::CitationItem;
use crate::model::evidence::{ReadExtent, Use, UseSite};
use crate::model::output_path::encoded;
use crate::model::{LanguageId, PageId, SourceId};

/// For every page the words of its statements, by the number of the citation that closes them.
pub(super) type Words = [Vec<String>];

/// One statement that rests on a source: where it is and what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement<'words> {
    /// The page that it is on.
    pub(super) page: PageId,
    /// Its place on that page: its number in the body, then edges, then facts.
    rank: (u8, u32),
    /// The anchor of its mark.
    pub(super) anchor: String,
    /// Its words.
    pub(super) text: Cow<'words, str>,
    /// The part of the source that it names.
    pub(super) locator: Option<String>,
    /// The passage, as an index, when the source declares its passages.
    pub(super) passage: Option<usize>,
}

/// The view of a source's page.
pub(super) fn view<'words>(draw: &Draw<'words>, id: SourceId, words: &'words Words) -> SourceView<'words> {
    let source = draw.site.source(id);
    let statements = statements(draw, id, words);
    let mut heading: Option<&str> = None;
    let passages = source.passages.iter().enumerate().map(|(index, passage)| {
        let is_new = passage.heading.as_deref() != heading;
        heading = passage.heading.as_deref();
        let citing = by_page(draw, statements.iter().filter(|one| one.passage == Some(index)));
        PassageView {
            at: passage.at.clone(),
            anchor: cite::passage_anchor(&passage.at),
            label: cite::passage_label(&passage.at),
            heading: if is_new { passage.heading.clone() } else { None },
            gist: passage.gist.clone(),
            voice: draw.basis(passage.voice),
            watch: passage.watch.clone(),
            statement_count: citing.iter().map(|page| page.statements.len()).sum(),
            statements: citing,
        }
    });
    SourceView {
        key: source.key.clone(),
        title: source.title.clone(),
        html: draw.site.bibliography.reference(id, draw.language).to_owned(),
        url: source.url.clone(),
        basis: draw.basis(source.basis),
        read: source.read.map(ReadExtent::word),
        note: source.note.clone(),
        is_subject: draw.is_subject(id),
        passages: passages.collect(),
        statements: by_page(draw, statements.iter().filter(|one| one.passage.is_none())),
        page_count: page_count(statements.iter()),
        index_href: draw.output.link_to(&in_language(draw.site, draw.language, "sources/index.html")),
    }
}

/// The rows of the list of all sources, in the order of the bibliography.
pub(super) fn rows<'site>(draw: &Draw<'site>) -> Vec<SourceRowView<'site>> {
    let ids = (0..draw.site.sources.len()).map(SourceId::new);
    ids.map(|id| {
        let source = draw.site.source(id);
        SourceRowView {
            key: source.key.clone(),
            html: draw.site.bibliography.reference(id, draw.language).to_owned(),
            href: draw.output.link_to(&draw.source_output(id)),
            basis: draw.basis(source.basis),
            read: source.read.map(ReadExtent::word),
            page_count: pages_of(draw, id),
            is_subject: draw.is_subject(id),
        }
    })
    .collect()
}

/// How many pages of this language cite a source in their bodies, their edges or their facts.
pub(super) fn pages_of(draw: &Draw<'_>, id: SourceId) -> usize {
    citing(draw, draw.site.uses[id.index()].iter()).len()
}

/// How many pages of this language cite each passage of a source.
pub(super) fn passage_pages(draw: &Draw<'_>, id: SourceId) -> Vec<usize> {
    let uses = &draw.site.uses[id.index()];
    let count = draw.site.source(id).passages.len();
    let of = |index: usize| uses.iter().filter(move |one| one.passage.is_some_and(|passage| passage as usize == index));
    (0..count).map(|index| citing(draw, of(index)).len()).collect()
}

fn citing<'one>(draw: &Draw<'_>, uses: impl Iterator<Item = &'one Use>) -> BTreeSet<PageId> {
    let pages = uses.flat_map(|one| coverage::citing_pages(draw.site, one));
    pages.filter(|page| draw.site.page(*page).language == draw.language).collect()
}

fn page_count<'one>(statements: impl Iterator<Item = &'one Statement<'one>>) -> usize {
    let mut pages: Vec<PageId> = statements.map(|one| one.page).collect();
    pages.sort_unstable();
    pages.dedup();
    pages.len()
}

/// Everything in this language that rests on a source, by page and mark.
pub(super) fn statements<'words>(draw: &Draw<'words>, id: SourceId, words: &'words Words) -> Vec<Statement<'words>> {
    let mut statements = Vec::new();
    for one in &draw.site.uses[id.index()] {
        for (page, rank, anchor) in marks(draw, one) {
            let locator = item(draw, one).locator.as_ref().map(ToString::to_string);
            statements.push(Statement {
                page,
                rank,
                anchor,
                text: text(draw, page, one.site, words),
                locator: locator.filter(|_| one.passage.is_none()),
                passage: one.passage.map(|index| index as usize),
            });
        }
    }
    statements.sort();
    statements.dedup();
    statements
}

/// The item of a citation that is a use.
fn item<'site>(draw: &Draw<'site>, one: &Use) -> &'site CitationItem<SourceId> {
    let site = draw.site;
    let citation = match one.site {
        UseSite::Body(page, number) => &site.page(page).citations[number as usize],
        UseSite::Edge(edge) => site.edge(edge).citation.as_ref().expect("an edge that is a use has a citation"),
        UseSite::Event(event) => {
            site.events[event as usize].citation.as_ref().expect("an event that is a use has a citation")
        }
        UseSite::Fact(fact) => site.fact(fact).source.as_ref().expect("a fact that is a use has a citation"),
    };
    &citation.items[one.item as usize]
}

/// Where a use is marked, in this language: the page, its rank there, and the anchor of the mark.
fn marks(draw: &Draw<'_>, one: &Use) -> Vec<(PageId, (u8, u32), String)> {
    let site = draw.site;
    match one.site {
        UseSite::Body(page, number) => {
            let is_in_language = site.page(page).language == draw.language;
            is_in_language.then(|| (page, (0, number), cite::mark_anchor(number as usize))).into_iter().collect()
        }
        // An edge is shown at both ends; it counts where it is stated.
        UseSite::Edge(id) => {
            let edge = site.edge(id);
            let page = site.in_language(edge.from, draw.language);
            vec![(page, (1, id.0), cite::edge_anchor(site, edge, edge.to))]
        }
        UseSite::Event(event) => {
            let shown = blocks::shown(site, event).into_iter();
            let in_language = shown.filter(|(page, _)| site.page(*page).language == draw.language);
            in_language.map(|(page, anchor)| (page, (3, event), anchor)).collect()
        }
        UseSite::Fact(id) => {
            let in_language =
                site.fact_uses[id.index()].iter().filter(|page| site.page(**page).language == draw.language);
            let anchor = cite::fact_anchor(&site.fact(id).name);
            in_language.map(|page| (*page, (2, id.0), anchor.clone())).collect()
        }
    }
}

fn text<'words>(draw: &Draw<'words>, page: PageId, site: UseSite, words: &'words Words) -> Cow<'words, str> {
    match site {
        UseSite::Body(_, number) => Cow::Borrowed(&words[page.index()][number as usize]),
        UseSite::Event(event) => Cow::Borrowed(draw.site.events[event as usize].text.get(draw.language)),
        UseSite::Fact(fact) => {
            let note = draw.site.fact(fact).note.as_ref().map(|note| note.get(draw.language));
            Cow::Owned(match note {
                Some(note) => format!("{}: {note}", draw.fact_text(fact)),
                None => draw.fact_text(fact),
            })
        }
        UseSite::Edge(edge) => {
            let edge = draw.site.edge(edge);
            let relation = draw.site.config.relation(edge.relation).title.get(draw.language);
            let target = draw.site.page(draw.site.in_language(edge.to, draw.language));
            let head = format!("{relation}: {}", target.common.title);
            let text = match &edge.note {
                Some(note) => format!("{head}. {note}"),
                None => head,
            };
            Cow::Owned(body::withheld(draw, draw.site.page(page), &text))
        }
    }
}

/// Statements by page, pages in the order of their kinds and titles.
fn by_page<'words: 'one, 'one>(
    draw: &Draw<'words>,
    statements: impl Iterator<Item = &'one Statement<'words>>,
) -> Vec<CitingPageView<'words>> {
    let mut pages: BTreeMap<PageId, Vec<StatementView<'words>>> = BTreeMap::new();
    for one in statements {
        let target = draw.site.page(one.page);
        let href = [&draw.output.link_to(&target.output), "#", &encoded(&one.anchor)].concat();
        let views = pages.entry(one.page).or_default();
        // Two passages of one mark are one statement.
        if views.last().is_none_or(|last| last.href != href) {
            views.push(StatementView { text: one.text.clone(), href, locator: one.locator.clone() });
        }
    }
    let mut pages: Vec<(PageId, Vec<StatementView<'words>>)> = pages.into_iter().collect();
    pages.sort_by_key(|(id, _)| {
        let page = draw.site.page(*id);
        (page.kind.is_none(), page.kind, page.common.order.unwrap_or(i64::MAX), &page.common.title)
    });
    pages.into_iter().map(|(id, statements)| CitingPageView { page: draw.card(id), statements }).collect()
}

/// Whether a source's page is drawn in a language: where the site has pages.
pub(super) fn languages(site: &crate::model::site::Site) -> Vec<LanguageId> {
    let has_pages = |language: &LanguageId| site.pages.iter().any(|page| page.language == *language);
    site.config.language_ids().filter(has_pages).collect()
}
