//! The picture of a map: pages in three columns, and the edges between them.
//!
//! The columns are drawn so that few edges cross: the middle column keeps its order, and the pages beside it are
//! sorted by the mean place of those that they are related to (the barycentre method of layered graph drawing).

use super::draw::Draw;
use super::view::blocks::{LineView, MapEdgeView, MapView, NodeView, TextLineView};
use crate::model::{EdgeId, PageId};

const BOX_WIDTH: usize = 250;
const COLUMN_GAP: usize = 95;
const LINE_HEIGHT: usize = 20;
const PADDING: usize = 11;
const BOX_GAP: usize = 16;
/// How many characters of a title go on a line of a box.
const LINE_LENGTH: usize = 27;

/// Lays three columns out.
pub(super) fn map(draw: &Draw<'_>, columns: &[Vec<PageId>; 3]) -> MapView {
    let mut columns = columns.clone();
    let edges = edges_between(draw, &columns);
    let middle = columns[1].clone();
    let place = |id: PageId| middle.iter().position(|other| *other == id);
    for side in [0, 2] {
        columns[side].sort_by_cached_key(|id| {
            let places: Vec<usize> = edges
                .iter()
                .map(|edge| draw.site.edge(*edge))
                .filter_map(|edge| match (edge.from == *id, edge.to == *id) {
                    (true, _) => place(edge.to),
                    (_, true) => place(edge.from),
                    _ => None,
                })
                .collect();
            // In thousandths, so that means can be compared as whole numbers.
            places.iter().sum::<usize>() * 1000 / places.len().max(1)
        });
    }
    let heights: Vec<usize> = columns.iter().map(|column| column_height(draw, column)).collect();
    let height = heights.iter().copied().max().unwrap_or_default();
    let mut nodes: Vec<(PageId, NodeView)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let x = index * (BOX_WIDTH + COLUMN_GAP);
        // Short columns stand in the middle of the height, with their boxes spread a little.
        let spare = (height - heights[index]) / (column.len() + 1).max(1);
        let mut y = spare;
        for id in column {
            let node = node(draw, *id, x, y);
            y += node.height + BOX_GAP + spare;
            nodes.push((*id, node));
        }
    }
    let lines = edges.iter().filter_map(|id| line(draw, *id, &nodes)).collect();
    let in_words = edges.iter().map(|id| {
        let edge = draw.site.edge(*id);
        MapEdgeView {
            from: draw.card(edge.from),
            title: draw.site.config.relation(edge.relation).title.get(draw.language).to_owned(),
            to: draw.card(edge.to),
            basis: draw.basis(edge.basis),
        }
    });
    MapView {
        width: 3 * BOX_WIDTH + 2 * COLUMN_GAP,
        height,
        lines,
        edges: in_words.collect(),
        nodes: nodes.into_iter().map(|(_, node)| node).collect(),
    }
}

/// The edges between pages of different columns, by the page that states them.
fn edges_between(draw: &Draw<'_>, columns: &[Vec<PageId>; 3]) -> Vec<EdgeId> {
    let column_of = |id: PageId| columns.iter().position(|column| column.contains(&id));
    let is_wanted = |id: &EdgeId| {
        let edge = draw.site.edge(*id);
        match (column_of(edge.from), column_of(edge.to)) {
            // Lines from side to side run behind the boxes of the middle.
            (Some(from), Some(to)) => from != to,
            _ => false,
        }
    };
    let from_pages = columns.iter().flatten().flat_map(|id| draw.site.page(*id).outgoing.iter().copied());
    from_pages.filter(is_wanted).collect()
}

fn title_lines(draw: &Draw<'_>, id: PageId) -> Vec<String> {
    let page = draw.site.page(draw.site.in_language(id, draw.language));
    let mut lines: Vec<String> = Vec::new();
    for word in page.common.title.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE_LENGTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn box_height(lines: usize) -> usize {
    2 * PADDING + lines * LINE_HEIGHT
}

fn column_height(draw: &Draw<'_>, column: &[PageId]) -> usize {
    let boxes: usize = column.iter().map(|id| box_height(title_lines(draw, *id).len())).sum();
    boxes + BOX_GAP * column.len().saturating_sub(1)
}

fn node(draw: &Draw<'_>, id: PageId, x: usize, y: usize) -> NodeView {
    let lines = title_lines(draw, id);
    let height = box_height(lines.len());
    let baseline = |index: usize| y + PADDING + (index + 1) * LINE_HEIGHT - 5;
    let lines = lines.into_iter().enumerate();
    let lines = lines.map(|(index, text)| TextLineView { text, x: x + 26, y: baseline(index) });
    NodeView { page: draw.card(id), x, y, width: BOX_WIDTH, height, lines: lines.collect() }
}

/// A curve from the side of one box to the side of the other.
fn line(draw: &Draw<'_>, id: EdgeId, nodes: &[(PageId, NodeView)]) -> Option<LineView> {
    let edge = draw.site.edge(id);
    let find = |id: PageId| nodes.iter().find(|(other, _)| *other == id).map(|(_, node)| node);
    let (one, other) = (find(edge.from)?, find(edge.to)?);
    let (left, right) = if one.x < other.x { (one, other) } else { (other, one) };
    let (x1, y1) = (left.x + left.width, left.y + left.height / 2);
    let (x2, y2) = (right.x, right.y + right.height / 2);
    let middle = usize::midpoint(x1, x2);
    Some(LineView { path: format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}") })
}
