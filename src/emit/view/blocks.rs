//! What the templates of drawn blocks see.

use serde::Serialize;

use super::{BasisView, CardView, FieldView, KindView};

/// What the template of a block sees.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BlockView {
    /// `blocks/timeline.html`
    Timeline {
        /// The events, in order of date.
        events: Vec<EventView>,
    },
    /// `blocks/pages.html`
    Pages {
        /// The pages, in their order.
        pages: Vec<CardView>,
    },
    /// `blocks/matrix.html`
    Matrix(MatrixView),
    /// `blocks/compare.html`
    Compare {
        /// The pages.
        pages: Vec<CardView>,
        /// Fields, then relations.
        rows: Vec<CompareRowView>,
    },
    /// `blocks/columns.html`
    Columns {
        /// The columns.
        columns: Vec<ColumnView>,
    },
    /// `blocks/map.html`
    Map(MapView),
}

/// A column of pages.
#[derive(Debug, Serialize)]
pub struct ColumnView {
    /// What stands above it.
    pub title: String,
    /// Its pages.
    pub pages: Vec<CardView>,
}

/// A dated event.
#[derive(Debug, Serialize)]
pub struct EventView {
    /// The date, as HTML's `time` takes it: that of its beginning.
    pub iso: String,
    /// The date in words.
    pub date: String,
    /// What happened.
    pub text: String,
    /// The group that it belongs to.
    pub from: Option<String>,
    /// The pages that it belongs to.
    pub pages: Vec<CardView>,
    /// The mark of what it rests on.
    pub cite_html: String,
}

/// The relations between pages, as a table.
#[derive(Debug, Serialize)]
pub struct MatrixView {
    /// The kind of the rows.
    pub row_kind: Option<KindView>,
    /// The pages of the columns.
    pub columns: Vec<CardView>,
    /// The rows.
    pub rows: Vec<MatrixRowView>,
}

/// A row of a matrix.
#[derive(Debug, Serialize)]
pub struct MatrixRowView {
    /// The page.
    pub page: CardView,
    /// For every column the edges between its page and the row's.
    pub cells: Vec<Vec<CellEdgeView>>,
}

/// An edge in a cell.
#[derive(Debug, Serialize)]
pub struct CellEdgeView {
    /// How it reads from the page of the row.
    pub title: String,
    /// Whose voice it is.
    pub basis: Option<BasisView>,
    /// Its evidence, on the page of the row.
    pub href: String,
}

/// A row of a comparison.
#[derive(Debug, Serialize)]
pub struct CompareRowView {
    /// The title of the field or relation.
    pub title: String,
    /// For every page its field, if it has it.
    pub fields: Vec<Option<FieldView>>,
    /// For every page the pages it is related to.
    pub pages: Vec<Vec<CardView>>,
}

/// A map.
#[derive(Debug, Serialize)]
pub struct MapView {
    /// The width of the picture, in units of its own.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// The pages.
    pub nodes: Vec<NodeView>,
    /// The lines between them.
    pub lines: Vec<LineView>,
    /// The same in words.
    pub edges: Vec<MapEdgeView>,
}

/// A page on a map.
#[derive(Debug, Serialize)]
pub struct NodeView {
    /// The page.
    pub page: CardView,
    /// The left edge of its box.
    pub x: usize,
    /// The top of its box.
    pub y: usize,
    /// The width of its box.
    pub width: usize,
    /// The height of its box.
    pub height: usize,
    /// Its title, broken into lines, each with its baseline.
    pub lines: Vec<TextLineView>,
}

/// A line of a title.
#[derive(Debug, Serialize)]
pub struct TextLineView {
    /// Its words.
    pub text: String,
    /// Its left edge.
    pub x: usize,
    /// Its baseline.
    pub y: usize,
}

/// A line between two boxes.
#[derive(Debug, Serialize)]
pub struct LineView {
    /// The path, as SVG's `d` takes it.
    pub path: String,
}

/// An edge in words.
#[derive(Debug, Serialize)]
pub struct MapEdgeView {
    /// The page that states it.
    pub from: CardView,
    /// How it reads.
    pub title: String,
    /// The page it leads to.
    pub to: CardView,
    /// Whose voice it is.
    pub basis: Option<BasisView>,
}
