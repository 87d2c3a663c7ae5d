//! The views of drawn blocks: each is a table, a list or a picture of the site's own data.

use std::collections::BTreeMap;

use super::cite::{self, Anchor, Cited};
use super::draw::Draw;
use super::notes::Notes;
use super::order::Order;
use super::view::CardView;
use super::view::blocks::{
    BlockView, CellEdgeView, ColumnView, CompareRowView, EventView, MatrixCellView, MatrixRowView, MatrixView,
};
use super::{layout, page};
use crate::model::block::{Block, Column, PageBlock, PageOrder};
use crate::model::citation::Citation;
use crate::model::config::{FieldType, FieldValue, Inverse};
use crate::model::fact::Event;
use crate::model::page::Page;
use crate::model::site::Site;
use crate::model::{EdgeId, KindId, PageId, SourceId};

/// The name of a block's template.
pub(super) fn template(block: &PageBlock) -> &'static str {
    match block {
        Block::Timeline { .. } => "blocks/timeline.html",
        Block::Pages { .. } => "blocks/pages.html",
        Block::Matrix { .. } => "blocks/matrix.html",
        Block::Compare { .. } => "blocks/compare.html",
        Block::Columns { .. } => "blocks/columns.html",
        Block::Map { .. } => "blocks/map.html",
    }
}

/// The view of block number `number` of a page. What it cites is cited by the page.
pub(super) fn view<'site>(
    draw: &Draw<'site>,
    page: &'site Page,
    number: usize,
    order: &Order,
    cited: &mut Cited<'site>,
    notes: &mut Notes<'_>,
) -> BlockView<'site> {
    match &page.blocks[number] {
        Block::Timeline { from } => BlockView::Timeline { events: events(draw, number, from, cited, notes) },
        Block::Pages { kind, filter, order: by, most } => {
            let choices = filter.as_ref().map(|(field, of)| (field.as_str(), of.as_slice()));
            let mut ids: Vec<PageId> = of_kind(draw, *kind, order)
                .filter(|id| choices.is_none_or(|wanted| chooses(draw, *id, wanted)))
                .collect();
            let page = |id: &PageId| draw.site.page(draw.site.in_language(*id, draw.language));
            match by {
                PageOrder::Order => {}
                PageOrder::Title => ids.sort_by_cached_key(|id| page(id).common.title.to_lowercase()),
                PageOrder::Updated => ids.sort_by_key(|id| std::cmp::Reverse(page(id).common.updated)),
            }
            ids.truncate(most.unwrap_or(usize::MAX));
            BlockView::Pages { pages: ids.into_iter().map(|id| draw.card(id)).collect() }
        }
        Block::Matrix { rows, columns } => BlockView::Matrix(matrix(draw, *rows, columns, order)),
        Block::Compare { pages } => {
            BlockView::Compare { pages: pages.iter().map(|id| draw.card(*id)).collect(), rows: comparison(draw, pages) }
        }
        Block::Columns { kinds, field, columns } => {
            let ids: Vec<PageId> = kinds.iter().flat_map(|kind| of_kind(draw, *kind, order)).collect();
            let view = |column: &Column<String>| {
                let is_in = |id: &PageId| chooses(draw, *id, (field, &column.of));
                let pages = ids.iter().copied().filter(is_in).map(|id| draw.card(id)).collect();
                ColumnView { title: column.title.clone(), pages }
            };
            BlockView::Columns { columns: columns.iter().map(view).collect() }
        }
        Block::Map { centre, before, after } => {
            let columns = [before.as_slice(), &[*centre], after.as_slice()];
            let of_column = |kinds: &[KindId]| kinds.iter().flat_map(|kind| of_kind(draw, *kind, order)).collect();
            let columns = columns.map(of_column);
            BlockView::Map(layout::map(draw, &columns))
        }
    }
}

/// The pages of a kind, in their order.
fn of_kind<'site>(draw: &Draw<'site>, kind: KindId, order: &'site Order) -> impl Iterator<Item = PageId> + 'site {
    let folder = &draw.site.config.kind(kind).folder;
    order.of_folder.get(folder).into_iter().flatten().copied()
}

/// Whether a page, or the one that it translates, has one of these choices for a field.
fn chooses(draw: &Draw<'_>, id: PageId, (name, of): (&str, &[String])) -> bool {
    let page = draw.site.page(draw.site.original(id));
    let fields = page.kind.map_or(&[][..], |kind| &draw.site.config.kind(kind).fields);
    fields.iter().zip(&page.fields).any(|(field, value)| match (&field.takes, value) {
        (FieldType::Choice(choices), Some(FieldValue::Choice(index))) => {
            field.name == name && of.contains(&choices[*index].0)
        }
        _ => false,
    })
}

/// What the blocks of a page cite.
pub(super) fn citations<'site>(site: &'site Site, page: &'site Page) -> impl Iterator<Item = &'site Citation> {
    let of_block = |block: &'site PageBlock| match block {
        Block::Timeline { from } => Some(events_of(site, from)),
        _ => None,
    };
    page.blocks.iter().filter_map(of_block).flatten().filter_map(|event| event.citation.as_ref())
}

/// The words of the events that a page's timelines show.
pub(super) fn event_words<'site>(draw: &Draw<'site>, page: &'site Page) -> impl Iterator<Item = String> {
    let of_block = |block: &'site PageBlock| match block {
        Block::Timeline { from } => Some(events_of(draw.site, from)),
        _ => None,
    };
    let events = page.blocks.iter().filter_map(of_block).flatten();
    events.map(|event| format!("{}: {}", date_words(draw, event), event.text.get(draw.language)))
}

/// The pages whose timelines show an event, each with the anchor of its mark there.
pub(super) fn shown(site: &Site, event: u32) -> Vec<(PageId, String)> {
    let wanted = &site.events[event as usize];
    let mut found = Vec::new();
    for id in site.page_ids() {
        for (number, block) in site.page(id).blocks.iter().enumerate() {
            let Block::Timeline { from } = block else { continue };
            if let Some(index) = events_of(site, from).position(|event| std::ptr::eq(event, wanted)) {
                found.push((id, anchor(number, index)));
            }
        }
    }
    found
}

/// The anchor of the mark of event `index` in block `number`.
fn anchor(number: usize, index: usize) -> String {
    format!("event-{}-{}", number + 1, index + 1)
}

/// The events of these groups, or all.
fn events_of<'site>(site: &'site Site, from: &'site [String]) -> impl Iterator<Item = &'site Event<SourceId, PageId>> {
    let is_wanted = |group: Option<&String>| from.is_empty() || group.is_some_and(|group| from.contains(group));
    site.events.iter().filter(move |event| is_wanted(event.from.as_ref()))
}

fn events<'site>(
    draw: &Draw<'site>,
    number: usize,
    from: &'site [String],
    cited: &mut Cited<'site>,
    notes: &mut Notes<'_>,
) -> Vec<EventView<'site>> {
    events_of(draw.site, from)
        .enumerate()
        .map(|(index, event)| {
            let mut cite_html = String::new();
            if let Some(citation) = &event.citation {
                let anchor = anchor(number, index);
                cite::mark(draw, citation, Anchor::Own(&anchor), notes, &mut cite_html);
                cited.add(citation, &anchor);
            }
            EventView {
                iso: event.start.to_string(),
                date: date_words(draw, event),
                text: event.text.get(draw.language).to_owned(),
                from: event.from.clone(),
                from_label: event.from.as_ref().map(|from| draw.string_or(&format!("from-{from}"), from)),
                is_article: event.from.as_deref() == Some("article"),
                pages: event.pages.iter().map(|page| draw.card(*page)).collect(),
                cite_html,
            }
        })
        .collect()
}

fn date_words(draw: &Draw<'_>, event: &Event<SourceId, PageId>) -> String {
    match (&event.label, event.end) {
        (Some(label), _) => label.get(draw.language).to_owned(),
        (None, Some(end)) => format!("{}–{}", draw.date(event.start).text, draw.date(end).text),
        (None, None) => draw.date(event.start).text,
    }
}

fn matrix<'site>(draw: &Draw<'site>, rows: KindId, columns: &[KindId], order: &Order) -> MatrixView<'site> {
    let column_ids: Vec<PageId> = columns.iter().flat_map(|kind| of_kind(draw, *kind, order)).collect();
    let title = |id: &PageId| draw.site.page(draw.site.in_language(*id, draw.language)).common.title.clone();
    let titles: Vec<String> = column_ids.iter().map(title).collect();
    let rows_of = |row: PageId| {
        let cells = column_ids.iter().zip(&titles).map(|(column, title)| {
            let edges = between(draw, row, *column);
            MatrixCellView { column: title.clone(), edges }
        });
        MatrixRowView { page: draw.card(row), cells: cells.collect() }
    };
    MatrixView {
        row_kind: draw.kind(Some(rows)),
        rows: of_kind(draw, rows, order).map(rows_of).collect(),
        columns: column_ids.iter().map(|id| draw.card(*id)).collect(),
    }
}

/// The edges between two pages, as the first reads them.
fn between<'site>(draw: &Draw<'site>, one: PageId, other: PageId) -> Vec<CellEdgeView<'site>> {
    let site = draw.site;
    let page = site.page(one);
    let at = draw.output.link_to(&site.page(site.in_language(one, draw.language)).output);
    let view = |id: EdgeId, is_outgoing: bool| {
        let edge = site.edge(id);
        let relation = site.config.relation(edge.relation);
        let title = match (&relation.inverse, is_outgoing) {
            (Inverse::Title(inverse), false) => inverse,
            _ => &relation.title,
        };
        CellEdgeView {
            title: title.get(draw.language).to_owned(),
            basis: draw.basis(edge.basis),
            href: format!("{at}#{}", cite::edge_anchor(site, edge, other)),
        }
    };
    let outgoing = page.outgoing.iter().filter(|id| site.edge(**id).to == other).map(|id| view(*id, true));
    let incoming = page.incoming.iter().filter(|id| site.edge(**id).from == other).map(|id| view(*id, false));
    outgoing.chain(incoming).collect()
}

/// Fields by title, then relations by title, each in the order in which the pages first have them.
fn comparison<'site>(draw: &Draw<'site>, ids: &[PageId]) -> Vec<CompareRowView<'site>> {
    let mut rows: Vec<CompareRowView<'site>> = Vec::new();
    let empty = || -> Vec<Vec<CardView<'site>>> { ids.iter().map(|_| Vec::new()).collect() };
    for (index, id) in ids.iter().enumerate() {
        for field in draw.fields(*id) {
            let at = rows.iter().position(|row| row.title == field.title).unwrap_or_else(|| {
                let fields = ids.iter().map(|_| None).collect();
                rows.push(CompareRowView { title: field.title.to_owned(), fields, pages: empty() });
                rows.len() - 1
            });
            rows[at].fields[index] = Some(field);
        }
    }
    let mut relations: BTreeMap<(usize, bool), CompareRowView<'site>> = BTreeMap::new();
    for (index, id) in ids.iter().enumerate() {
        for (rank, relation) in page::ends(draw, draw.site.page(*id)).into_iter().enumerate() {
            let known = relations.iter().find(|(_, row)| row.title == relation.title).map(|(key, _)| *key);
            let key = known.unwrap_or((rank + index * 100, false));
            let row = relations.entry(key).or_insert_with(|| CompareRowView {
                title: relation.title.to_owned(),
                fields: ids.iter().map(|_| None).collect(),
                pages: empty(),
            });
            row.pages[index] = relation.edges.into_iter().map(|(_, other)| draw.card(other)).collect();
        }
    }
    rows.extend(relations.into_values());
    rows
}
