//! Drawn blocks: fenced blocks of a body that show the site's own data.

use crate::text::{Span, Spanned};

use super::{KindId, PageId};

/// A drawn block. `Kind` and `Page` are names as written, and ids in a page; a `Word` of a draft has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<Kind, Page, Word> {
    /// The events, in order of date; of these groups alone, if any are named.
    Timeline {
        /// The groups, as in `article`.
        from: Vec<Word>,
    },
    /// The pages of a kind.
    Pages {
        /// The kind.
        kind: Kind,
        /// Only those that choose one of these for this field.
        filter: Option<(Word, Vec<Word>)>,
        /// What they are ordered by.
        order: PageOrder,
        /// How many at most.
        most: Option<usize>,
    },
    /// The relations between the pages of one kind and those of others, as a table.
    Matrix {
        /// The kind whose pages are the rows.
        rows: Kind,
        /// The kinds whose pages are the columns.
        columns: Vec<Kind>,
    },
    /// Pages side by side, by field and relation.
    Compare {
        /// The pages.
        pages: Vec<Page>,
    },
    /// Pages in columns, by what they choose for a field.
    Columns {
        /// The kinds whose pages are shown.
        kinds: Vec<Kind>,
        /// The key of the field.
        field: Word,
        /// The columns.
        columns: Vec<Column<Word>>,
    },
    /// The relations between the pages of one kind and those of others, as a picture.
    Map {
        /// The kind in the middle.
        centre: Kind,
        /// The kinds before it.
        before: Vec<Kind>,
        /// The kinds after it.
        after: Vec<Kind>,
    },
}

/// What listed pages are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageOrder {
    /// Their places in their folder.
    #[default]
    Order,
    /// Their titles.
    Title,
    /// When they were last changed, the last first.
    Updated,
}

impl PageOrder {
    /// Every order, with the word that a block uses for it.
    pub const WORDS: [(&'static str, Self); 3] =
        [("order", Self::Order), ("title", Self::Title), ("updated", Self::Updated)];
}

/// A column of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<Word> {
    /// What stands above it.
    pub title: String,
    /// The choices whose pages are in it.
    pub of: Vec<Word>,
}

/// A block of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftBlock {
    /// What is to be drawn.
    pub block: DraftedBlock,
    /// The whole fence.
    pub span: Span,
}

/// A block of a page.
pub type PageBlock = Block<KindId, PageId, String>;

/// A block as it was written.
pub type DraftedBlock = Block<Spanned<String>, Spanned<String>, Spanned<String>>;

/// The names of fences that are drawn.
pub const NAMES: [&str; 6] = ["timeline", "pages", "matrix", "compare", "columns", "map"];
