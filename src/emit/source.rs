//! The page of a source, with everything that rests on it, and the list of all sources.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::draw::{Draw, in_language};
use super::theme::Shared;
use super::view::{CitingPageView, PassageView, SourceRowView, SourceView, StatementView};
use super::{blocks, body, cite, coverage};
use crate::diagnostic::Diagnostic;
use crate::model::citation::CitationItem;
use crate::model::evidence::{ReadExtent, Use, UseSite};
use crate::model::output_path::encoded;
use crate::model::{LanguageId, PageId, SourceId};

/// One statement that rests on a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement {
    /// The page that it is on.
    pub(super) page: PageId,
    /// Its place on that page: its number in the body, then edges, then facts.
    rank: (u8, u32),
    /// The anchor of its mark, where a page may show it more than once.
    shown_at: Option<Box<str>>,
    /// The part of the source that it names.
    pub(super) locator: Option<Box<str>>,
    /// The passage, as an index, when the source declares its passages.
    pub(super) passage: Option<u32>,
    /// What cites the source.
    site: UseSite,
}

/// The view of a source's page. `list` draws statements by page.
///
/// They are drawn passage by passage: of a source that all pages cite, the values of all statements at once would take
/// many times the room of the page that comes of them.
pub(super) fn view<'site>(
    draw: &Draw<'site>,
    id: SourceId,
    list: impl Fn(&[CitingPageView<'site>]) -> Result<Shared<String>, Diagnostic>,
) -> Result<SourceView<'site>, Diagnostic> {
    let source = draw.site.source(id);
    let statements = statements(draw, id);
    let mut of_passages: Vec<Vec<&Statement>> = vec![Vec::new(); source.passages.len()];
    let mut of_none = Vec::new();
    for one in &statements {
        one.passage.map_or(&mut of_none, |passage| &mut of_passages[passage as usize]).push(one);
    }
    let listed = |statements: &[&Statement]| {
        let citing = by_page(draw, statements);
        let html = if citing.is_empty() { None } else { Some(list(&citing)?) };
        let statement_count = citing.iter().map(|page| page.statements.len()).sum();
        Ok(Listed { html, statement_count, page_count: citing.len() })
    };
    let mut heading: Option<&str> = None;
    let passages = source.passages.iter().zip(&of_passages).map(|(passage, statements)| {
        let is_new = passage.heading.as_deref() != heading;
        heading = passage.heading.as_deref();
        let Listed { html, statement_count, page_count } = listed(statements)?;
        Ok(PassageView {
            at: passage.at.clone(),
            anchor: cite::passage_anchor(&passage.at),
            label: cite::passage_label(&passage.at),
            heading: if is_new { passage.heading.clone() } else { None },
            gist: passage.gist.clone(),
            voice: draw.basis(passage.voice),
            watch: passage.watch.clone(),
            statements_html: html,
            statement_count,
            page_count,
        })
    });
    Ok(SourceView {
        key: source.key.clone(),
        title: source.title.clone(),
        html: draw.site.bibliography.reference(id, draw.language).to_owned(),
        url: source.url.clone(),
        basis: draw.basis(source.basis),
        read: source.read.map(ReadExtent::word),
        note: source.note.clone(),
        is_subject: draw.is_subject(id),
        passages: passages.collect::<Result<_, _>>()?,
        statements_html: listed(&of_none)?.html,
        page_count: page_count(&statements),
        index_href: draw.output.link_to(&in_language(draw.site, draw.language, "sources/index.html")),
    })
}

/// What rests on a source or a passage of it.
struct Listed {
    /// As it is drawn; none where it is nothing.
    html: Option<Shared<String>>,
    statement_count: usize,
    page_count: usize,
}

/// The rows of the list of all sources, in the order of the bibliography.
pub(super) fn rows<'site>(draw: &Draw<'site>) -> Vec<SourceRowView<'site>> {
    let ids = (0..draw.site.sources.len()).map(SourceId::new);
    ids.map(|id| {
        let source = draw.site.source(id);
        SourceRowView {
            key: source.key.clone(),
            html: draw.site.bibliography.reference(id, draw.language).to_owned(),
            href: draw.output.link_to(draw.source_output(id)),
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
    let mut of_passages: Vec<Vec<&Use>> = vec![Vec::new(); draw.site.source(id).passages.len()];
    for one in &draw.site.uses[id.index()] {
        if let Some(passage) = one.passage {
            of_passages[passage as usize].push(one);
        }
    }
    of_passages.into_iter().map(|uses| citing(draw, uses.into_iter()).len()).collect()
}

fn citing<'one>(draw: &Draw<'_>, uses: impl Iterator<Item = &'one Use>) -> BTreeSet<PageId> {
    let pages = uses.flat_map(|one| coverage::citing_pages(draw.site, one));
    pages.filter(|page| draw.site.page(*page).language == draw.language).collect()
}

/// How many pages statements are on that are in their order.
fn page_count(statements: &[Statement]) -> usize {
    statements.chunk_by(|one, next| one.page == next.page).count()
}

/// Everything in this language that rests on a source, by page and mark.
pub(super) fn statements(draw: &Draw<'_>, id: SourceId) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(draw.site.uses[id.index()].len());
    for one in &draw.site.uses[id.index()] {
        let locator = match one.passage {
            Some(_) => None,
            None => item(draw, one).locator.as_ref().map(|locator| locator.to_string().into_boxed_str()),
        };
        marks(draw, one.site, |page, rank, shown_at| {
            let (shown_at, locator) = (shown_at.map(String::into_boxed_str), locator.clone());
            statements.push(Statement { page, rank, shown_at, locator, passage: one.passage, site: one.site });
        });
    }
    statements.sort_unstable();
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
    &citation.items()[one.item as usize]
}

/// Hands over where a use is marked, in this language: the page, its rank there, and the anchor of the mark where the
/// page may show it more than once.
fn marks(draw: &Draw<'_>, one: UseSite, mut take: impl FnMut(PageId, (u8, u32), Option<String>)) {
    let site = draw.site;
    let is_in_language = |page: &PageId| site.page(*page).language == draw.language;
    match one {
        UseSite::Body(page, number) => {
            if is_in_language(&page) {
                take(page, (0, number), None);
            }
        }
        // An edge is shown at both ends; it counts where it is stated.
        UseSite::Edge(id) => take(site.in_language(site.edge(id).from, draw.language), (1, id.0), None),
        UseSite::Event(event) => {
            let shown = blocks::shown(site, event).into_iter().filter(|(page, _)| is_in_language(page));
            shown.for_each(|(page, anchor)| take(page, (3, event), Some(anchor)));
        }
        UseSite::Fact(id) => {
            let pages = site.fact_uses[id.index()].iter().copied();
            pages.filter(is_in_language).for_each(|page| take(page, (2, id.0), None));
        }
    }
}

impl Statement {
    /// The anchor of its mark.
    pub(super) fn anchor<'own>(&'own self, draw: &Draw<'_>) -> Cow<'own, str> {
        let site = draw.site;
        Cow::Owned(match self.site {
            UseSite::Body(_, number) => cite::mark_anchor(number as usize),
            UseSite::Edge(id) => cite::edge_anchor(site, site.edge(id), site.edge(id).to),
            UseSite::Fact(id) => cite::fact_anchor(&site.fact(id).name),
            UseSite::Event(_) => return Cow::Borrowed(self.shown_at.as_deref().unwrap_or_default()),
        })
    }

    /// Its words.
    pub(super) fn text<'site>(&self, draw: &Draw<'site>) -> Cow<'site, str> {
        match self.site {
            UseSite::Body(page, number) => Cow::Owned(body::statement(draw, page, number)),
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
                Cow::Owned(body::withheld(draw, draw.site.page(self.page), text))
            }
        }
    }
}

/// Statements by page, pages in the order of their kinds and titles.
fn by_page<'site>(draw: &Draw<'site>, statements: &[&Statement]) -> Vec<CitingPageView<'site>> {
    let mut pages: Vec<&[&Statement]> = statements.chunk_by(|one, next| one.page == next.page).collect();
    pages.sort_by_key(|own| {
        let page = draw.site.page(own[0].page);
        (page.kind.is_none(), page.kind, page.common.order.unwrap_or(i64::MAX), &page.common.title)
    });
    let view = |own: &[&Statement]| {
        let page = draw.card(own[0].page);
        let mut views: Vec<StatementView<'site>> = Vec::with_capacity(own.len());
        for one in own {
            let href = [&page.href, "#", &*encoded(&one.anchor(draw))].concat();
            // Two passages of one mark are one statement.
            if views.last().is_none_or(|last| last.href != href) {
                views.push(StatementView { text: one.text(draw), href, locator: one.locator.clone() });
            }
        }
        CitingPageView { page, statements: views }
    };
    pages.into_iter().map(view).collect()
}

/// Whether a source's page is drawn in a language: where the site has pages.
pub(super) fn languages(site: &crate::model::site::Site) -> Vec<LanguageId> {
    let has_pages = |language: &LanguageId| site.pages.iter().any(|page| page.language == *language);
    site.config.language_ids().filter(has_pages).collect()
}
