//! What the templates of drawn blocks see.

use serde::Serialize;

use super::{BasisView, CardView, FieldView, KindView};
use crate::emit::theme::Shared;

/// What the template of a block sees.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BlockView<'site> {
    /// `blocks/timeline.html`
    Timeline {
        /// The events, in order of date.
        events: Vec<EventView<'site>>,
    },
    /// `blocks/pages.html`
    Pages {
        /// The pages, in their order.
        pages: Vec<CardView<'site>>,
    },
    /// `blocks/matrix.html`
    Matrix(MatrixView<'site>),
    /// `blocks/compare.html`
    Compare {
        /// The pages.
        pages: Vec<CardView<'site>>,
        /// Fields, then relations.
        rows: Vec<CompareRowView<'site>>,
    },
    /// `blocks/columns.html`
    Columns {
        /// The columns.
        columns: Vec<ColumnView<'site>>,
    },
    /// `blocks/map.html`
    Map(MapView<'site>),
}

/// A column of pages.
#[derive(Debug, Serialize)]
pub struct ColumnView<'site> {
    /// What stands above it.
    pub title: String,
    /// Its pages.
    pub pages: Vec<CardView<'site>>,
}

/// A dated event.
#[derive(Debug, Serialize)]
pub struct EventView<'site> {
    /// The date, as HTML's `time` takes it: that of its beginning.
    pub iso: String,
    /// The date in words.
    pub date: String,
    /// What happened.
    pub text: String,
    /// The group that it belongs to.
    pub from: Option<String>,
    /// That group in words: the string `from-GROUP`, or its name where there is none.
    pub from_label: Option<String>,
    /// Whether that is the group `article`.
    pub is_article: bool,
    /// The pages that it belongs to.
    pub pages: Vec<CardView<'site>>,
    /// The mark of what it rests on.
    pub cite_html: String,
}

/// The relations between pages, as a table.
#[derive(Debug, Serialize)]
pub struct MatrixView<'site> {
    /// The kind of the rows.
    pub row_kind: Option<Shared<KindView<'site>>>,
    /// The pages of the columns.
    pub columns: Vec<CardView<'site>>,
    /// The rows.
    pub rows: Vec<MatrixRowView<'site>>,
}

/// A row of a matrix.
#[derive(Debug, Serialize)]
pub struct MatrixRowView<'site> {
    /// The page.
    pub page: CardView<'site>,
    /// A cell for every column.
    pub cells: Vec<MatrixCellView<'site>>,
}

/// A cell of a matrix.
#[derive(Debug, Serialize)]
pub struct MatrixCellView<'site> {
    /// The title of its column, for screens on which the table falls apart into lists.
    pub column: String,
    /// The edges between the page of its column and that of its row.
    pub edges: Vec<CellEdgeView<'site>>,
}

/// An edge in a cell.
#[derive(Debug, Serialize)]
pub struct CellEdgeView<'site> {
    /// How it reads from the page of the row.
    pub title: String,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// Its evidence, on the page of the row.
    pub href: String,
}

/// A row of a comparison.
#[derive(Debug, Serialize)]
pub struct CompareRowView<'site> {
    /// The title of the field or relation.
    pub title: String,
    /// For every page its field, if it has it.
    pub fields: Vec<Option<FieldView<'site>>>,
    /// For every page the pages it is related to.
    pub pages: Vec<Vec<CardView<'site>>>,
}

/// A map, in two shapes.
#[derive(Debug, Serialize)]
pub struct MapView<'site> {
    /// In three columns.
    pub wide: DrawingView,
    /// In one column, for narrow screens.
    pub narrow: DrawingView,
    /// The same in words.
    pub edges: Vec<MapEdgeView<'site>>,
    /// How many pages it shows.
    pub shown: usize,
    /// How many pages there are to show.
    pub all: usize,
}

/// A picture of pages and of the lines between them, as SVG takes it.
#[derive(Debug, Default, Serialize)]
pub struct DrawingView {
    /// Its width, in units of its own.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// All lines, as `d` of one path.
    pub path: String,
    /// Words that are not pages, as elements of SVG: `text.label`, or a link.
    pub labels_html: String,
    /// The pages, as elements of SVG: links with a `rect.sign` and the title, line by line.
    pub nodes_html: String,
}

/// An edge in words.
#[derive(Debug, Serialize)]
pub struct MapEdgeView<'site> {
    /// The page that states it.
    pub from: CardView<'site>,
    /// How it reads.
    pub title: String,
    /// The page it leads to.
    pub to: CardView<'site>,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
}
