//! The view of a page: its body, its relations from both sides, what it rests on, what is around it.

use std::collections::BTreeSet;

use super::blocks;
use super::cite::{self, Anchor, Cited};
use super::draw::Draw;
use super::layout;
use super::notes::Notes;
use super::view::{
    CardView, DownloadView, EdgeView, FolderView, GroupView, HeadingView, PageView, RelationView, TranslationView,
};
use super::{BibliographyFormat, Order};
use crate::model::body::Voice;
use crate::model::config::{FieldType, FieldValue, Inverse};
use crate::model::draft::Role;
use crate::model::output_path::OutputPath;
use crate::model::page::{Edge, Page};
use crate::model::site::Site;
use crate::model::{EdgeId, KindId, PageId, RelationId, SourceId};

/// The view of a page.
///
/// `cited` holds what its body and its blocks cite, `notes` the notes beside them, and `body_html` both.
pub(super) fn view<'site>(
    draw: &Draw<'site>,
    id: PageId,
    order: &Order,
    mut cited: Cited<'site>,
    notes: &mut Notes<'_>,
    body_html: String,
) -> PageView<'site> {
    let site = draw.site;
    let page = site.page(id);
    let ends = ends(draw, page);
    let relations = relations(draw, &ends, &mut cited, notes);
    cite_facts(draw, page, &mut cited);
    let (previous, next) = order.neighbours(site.original(id));
    let lists = listed_kind(draw, page);
    let references = cited.references(draw, notes);
    PageView {
        title: &page.common.title,
        summary: page.common.summary.as_deref(),
        name: &page.name,
        role: match page.role {
            Role::Home => "home",
            Role::Folder => "folder",
            Role::Page => "page",
        },
        kind: draw.kind(page.kind),
        lists: draw.kind(lists),
        updated: page.common.updated.map(|date| draw.date(date)),
        reviewed: page.common.reviewed.map(|date| draw.date(date)),
        trail: trail(site, id, order).into_iter().map(|above| draw.card(above)).collect(),
        fields: draw.fields(id),
        body_html,
        contents: contents(page),
        relations,
        neighbourhood: layout::neighbourhood(draw, id, &ends),
        downloads: BibliographyFormat::ALL
            .into_iter()
            .filter(|_| !references.is_empty())
            .map(|format| DownloadView {
                format: format.name(),
                href: draw.output.link_to(&bibliography_output(page, format)),
            })
            .collect(),
        references,
        listing: if page.role == Role::Folder { listing(draw, page, lists, order) } else { Vec::new() },
        used_by: site.term_uses[id.index()].iter().map(|user| draw.card(*user)).collect(),
        previous: previous.map(|id| draw.card(id)),
        next: next.map(|id| draw.card(id)),
        requires_evidence: site.config.requires_evidence(page.kind),
    }
}

/// What a page's body cites, in its order.
pub(super) fn body_citations(page: &Page) -> Cited<'_> {
    let mut cited = Cited::default();
    for (number, citation) in page.citations.iter().enumerate() {
        cited.add(citation, &cite::mark_anchor(number));
    }
    cited
}

/// The sources that a page cites, in its body, its edges or its facts.
pub(super) fn cited_sources(site: &Site, id: PageId) -> BTreeSet<SourceId> {
    let page = site.page(id);
    let edges = page.outgoing.iter().chain(&page.incoming).filter_map(|edge| site.edge(*edge).citation.as_ref());
    let facts = page.facts.iter().filter_map(|fact| site.fact(*fact).source.as_ref());
    let citations = page.citations.iter().chain(blocks::citations(site, page)).chain(edges).chain(facts);
    citations.flat_map(|citation| citation.items().iter().map(|item| item.source)).collect()
}

/// Where the sources of a page are for reference managers: beside the page.
pub(super) fn bibliography_output(page: &Page, format: BibliographyFormat) -> OutputPath {
    let stem = page.output.as_str().trim_end_matches(".html");
    OutputPath::parse(&format!("{stem}.{}", format.extension())).expect("beside a page is a path too")
}

/// The versions of a page, when there is more than one.
pub(super) fn translations<'site>(draw: &Draw<'site>, id: PageId) -> Vec<TranslationView<'site>> {
    let page = draw.site.page(id);
    if page.translations.len() < 2 {
        return Vec::new();
    }
    let version = |version: &PageId| {
        let other = draw.site.page(*version);
        TranslationView {
            language: draw.language_view(other.language),
            href: draw.output.link_to(&other.output),
            url: draw.site.config.base_url.as_ref().map(|base| format!("{base}{}", other.output.encoded())),
            is_current: *version == id,
        }
    };
    page.translations.iter().map(version).collect()
}

fn contents(page: &Page) -> Vec<HeadingView<'_>> {
    let headings = page.markup.headings.iter();
    headings
        .map(|heading| HeadingView {
            level: heading.level,
            anchor: &heading.anchor,
            text: &heading.text,
            is_editorial: heading.voice == Voice::Editorial,
        })
        .collect()
}

/// The pages above: home, and the folders that have pages of their own.
pub(super) fn trail(site: &Site, id: PageId, order: &Order) -> Vec<PageId> {
    let page = site.page(id);
    if page.role == Role::Home {
        return Vec::new();
    }
    let mut trail: Vec<PageId> = order.home.into_iter().collect();
    let below = page.path.below("content").unwrap_or_default();
    for (at, _) in below.match_indices('/') {
        let folder = &below[..at];
        let own_folder = page.role == Role::Folder && page.name == folder;
        if let (false, Some(above)) = (own_folder, order.folders.get(folder)) {
            trail.push(*above);
        }
    }
    trail
}

/// Edges by relation, in the order of the site file: those that the page states, then those that lead to it.
fn relations<'site>(
    draw: &Draw<'site>,
    ends: &[Ends<'site>],
    cited: &mut Cited<'site>,
    notes: &mut Notes<'_>,
) -> Vec<RelationView<'site>> {
    ends.iter()
        .map(|ends| RelationView {
            name: &draw.site.config.relation(ends.relation).name,
            title: ends.title,
            direction: ends.direction,
            edges: ends.edges.iter().map(|(edge, other)| edge_view(draw, edge, *other, cited, notes)).collect(),
        })
        .collect()
}

/// The edges of a page that read alike, each with the page at its other end.
pub(super) struct Ends<'site> {
    relation: RelationId,
    /// How they read from the page.
    pub(super) title: &'site str,
    /// `outgoing`, `incoming` or `both`.
    pub(super) direction: &'static str,
    pub(super) edges: Vec<(&'site Edge, PageId)>,
}

/// The edges of a page: by relation, and then by kind, order and title of the pages at their other ends.
pub(super) fn ends<'site>(draw: &Draw<'site>, page: &Page) -> Vec<Ends<'site>> {
    let site = draw.site;
    let mut all = Vec::new();
    for index in 0..site.config.relations.len() {
        let id = RelationId::new(index);
        let relation = site.config.relation(id);
        let of = |edges: &[EdgeId]| -> Vec<&'site Edge> {
            edges.iter().map(|edge| site.edge(*edge)).filter(|edge| edge.relation == id).collect()
        };
        let (outgoing, incoming) = (of(&page.outgoing), of(&page.incoming));
        let mut push = |title: &'site str, direction: &'static str, mut edges: Vec<(&'site Edge, PageId)>| {
            if edges.is_empty() {
                return;
            }
            edges.sort_by_key(|(_, other)| {
                let other = site.page(*other);
                (other.kind, other.common.order.unwrap_or(i64::MAX), &other.common.title, &other.path)
            });
            all.push(Ends { relation: id, title, direction, edges });
        };
        let from_here = outgoing.iter().map(|edge| (*edge, edge.to));
        let to_here = incoming.iter().map(|edge| (*edge, edge.from));
        let title = relation.title.get(draw.language);
        match &relation.inverse {
            Inverse::Symmetric => push(title, "both", from_here.chain(to_here).collect()),
            Inverse::Title(inverse) => {
                push(title, "outgoing", from_here.collect());
                push(inverse.get(draw.language), "incoming", to_here.collect());
            }
        }
    }
    all
}

fn edge_view<'site>(
    draw: &Draw<'site>,
    edge: &'site Edge,
    other: PageId,
    cited: &mut Cited<'site>,
    notes: &mut Notes<'_>,
) -> EdgeView<'site> {
    let mut cite_html = String::new();
    let anchor = cite::edge_anchor(draw.site, edge, other);
    if let Some(citation) = &edge.citation {
        cite::mark(draw, citation, Anchor::Around(&anchor), notes, &mut cite_html);
        cited.add(citation, &anchor);
    }
    EdgeView { anchor, page: draw.card(other), note: edge.note.as_deref(), basis: draw.basis(edge.basis), cite_html }
}

/// Takes in what the facts of a page rest on, each once, at its first use.
fn cite_facts<'site>(draw: &Draw<'site>, page: &Page, cited: &mut Cited<'site>) {
    let mut seen = BTreeSet::new();
    for id in &page.facts {
        let fact = draw.site.fact(*id);
        if let (true, Some(citation)) = (seen.insert(*id), &fact.source) {
            cited.add(citation, &cite::fact_anchor(&fact.name));
        }
    }
}

/// A folder, as the home page shows it.
pub(super) fn folder<'site>(draw: &Draw<'site>, id: PageId, order: &Order) -> FolderView<'site> {
    let page = draw.site.page(id);
    FolderView {
        page: draw.card(id),
        lists: draw.kind(listed_kind(draw, page)),
        page_count: order.of_folder.get(&page.name).map_or(0, Vec::len),
    }
}

fn listed_kind(draw: &Draw<'_>, page: &Page) -> Option<KindId> {
    (page.role == Role::Folder).then(|| draw.site.config.kind_of_folder(&page.name)).flatten()
}

/// The pages of a folder, in their order; divided by the kind's first field of choice, if it has one.
fn listing<'site>(draw: &Draw<'site>, page: &Page, kind: Option<KindId>, order: &Order) -> Vec<GroupView<'site>> {
    let empty = Vec::new();
    let ids = order.of_folder.get(&page.name).unwrap_or(&empty);
    let field = kind.and_then(|kind| {
        let fields = &draw.site.config.kind(kind).fields;
        fields.iter().enumerate().find_map(|(index, field)| match &field.takes {
            FieldType::Choice(choices) => Some((index, choices)),
            _ => None,
        })
    });
    let Some((index, choices)) = field else {
        let pages = ids.iter().map(|id| draw.card(*id)).collect();
        return vec![GroupView { key: None, title: None, pages }];
    };
    let choice_of = |id: &PageId| match draw.site.page(*id).fields.get(index) {
        Some(Some(FieldValue::Choice(choice))) => Some(*choice),
        _ => None,
    };
    let group = |choice: Option<usize>| {
        let pages: Vec<CardView> = ids.iter().filter(|id| choice_of(id) == choice).map(|id| draw.card(*id)).collect();
        let named = choice.map(|choice| &choices[choice]);
        GroupView {
            key: named.map(|(key, _)| key.clone()),
            title: named.map(|(_, label)| label.get(draw.language).to_owned()),
            pages,
        }
    };
    (0..choices.len()).map(Some).chain([None]).map(group).filter(|group| !group.pages.is_empty()).collect()
}
