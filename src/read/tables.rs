//! The keys of every file: what each takes, whether it must be there, and what it is for.
//!
//! The readers take keys through these tables, so that a key that is not listed here cannot be read. JSON Schemas, the
//! pages that `expound new` writes and the test of the format's description come from the same tables.

/// A key of one of the formats.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// What it takes.
    pub takes: Takes,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Always.
    Required,
    /// Only beside certain other keys.
    Sometimes,
    /// Never.
    Optional,
}

/// The keys of one group.
pub type Table = &'static [Key];

/// What a key takes.
#[derive(Debug)]
pub enum Takes {
    /// One text.
    Text,
    /// One text, or one for each language.
    Localised,
    /// One text or a list of them.
    Texts,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Flag,
    /// A year, month or day.
    Date,
    /// A date, or two with a slash between them.
    Interval,
    /// An address of the web.
    Address,
    /// A part of an address: letters, digits, `-` and `_`.
    Slug,
    /// A citation, as in `[@key, ¶7]`.
    Citation,
    /// The name of a passage: a number or a text.
    PassageName,
    /// The value of a fact: a number, or words.
    FactValue,
    /// A CSL style.
    Style,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A key of the site's bases.
    Basis,
    /// The name of a kind.
    Kind,
    /// The name of a kind, or a list of them.
    Kinds,
    /// A list of names of kinds.
    KindList,
    /// The name of a page.
    Page,
    /// The name of a page, or a list of them.
    Pages,
    /// The key of a source.
    Source,
    /// Language tags, or a map from tags to names.
    Languages,
    /// Keys of the author's choice, each with what readers see.
    Labels,
    /// A group of keys.
    Group(Table),
    /// Names of the author's choice, each with a group of keys.
    Named(Table),
    /// A list of groups of keys.
    List(Table),
}

const fn key(name: &'static str, need: Need, takes: Takes, about: &'static str) -> Key {
    Key { name, need, takes, about }
}

use Need::{Optional, Required, Sometimes};

/// The words of `html`.
pub const HTML_WORDS: &[&str] = &["clean", "trust"];
/// The words of `evidence.unit`.
pub const UNIT_WORDS: &[&str] = &["sentence", "block"];
/// The words of a field's `type`.
pub const FIELD_TYPES: &[&str] = &["text", "texts", "number", "date", "flag", "choice", "address"];
/// The words of `locator`.
pub const LOCATOR_WORDS: &[&str] = &["¶"];

/// `content/site.yaml`.
pub const SITE: Table = &[
    key("title", Required, Takes::Localised, "The name of the site."),
    key("summary", Optional, Takes::Localised, "What the site is about, in a sentence or two."),
    key("base_url", Optional, Takes::Address, "The address of the site; only canonical links and the like need it."),
    key("languages", Optional, Takes::Languages, "The site's languages, the default first. Without it, English."),
    key("licence", Optional, Takes::Text, "The name of the licence of its texts, shown at the foot of every page."),
    key("licence_url", Optional, Takes::Address, "The address of that licence."),
    key("html", Optional, Takes::Words(HTML_WORDS), "What raw HTML in Markdown becomes: `clean` without it."),
    key("evidence", Optional, Takes::Group(EVIDENCE), "The rules of evidence."),
    key("kinds", Optional, Takes::Named(KIND), "The kinds of pages, with their fields and relations."),
];

/// `evidence` in the site file.
pub const EVIDENCE: Table = &[
    key(
        "subject",
        Optional,
        Takes::Source,
        "The one source that the site derives from: its marks show the passage alone.",
    ),
    key("style", Optional, Takes::Style, "The CSL style of citations, as in `apa`, `ieee` or `vancouver`."),
    key("unit", Optional, Takes::Words(UNIT_WORDS), "What must carry a citation of its own."),
    key("bases", Optional, Takes::Labels, "Words for whose voice a statement is."),
    key("require", Optional, Takes::KindList, "The kinds whose statements and relations must be cited."),
];

/// A kind in the site file.
pub const KIND: Table = &[
    key("title", Required, Takes::Localised, "One page of the kind, as in “Case study”."),
    key("plural", Required, Takes::Localised, "Its pages, as in “Case studies”."),
    key("fields", Optional, Takes::Named(FIELD), "The keys that its pages have in their front matter."),
    key("folder", Required, Takes::Text, "The folder of `content/` that holds its pages."),
    key("glossary", Optional, Takes::Flag, "`true`: its pages define terms, which are linked in the prose of others."),
    key("relations", Optional, Takes::Named(RELATION), "The relations that its pages may state."),
];

/// A field of a kind.
pub const FIELD: Table = &[
    key("title", Optional, Takes::Localised, "What readers see."),
    key("type", Required, Takes::Words(FIELD_TYPES), "What it takes."),
    key("of", Sometimes, Takes::Labels, "The choices, each with what readers see: for the type `choice`."),
    key("required", Optional, Takes::Flag, "Whether every page of the kind must have it."),
];

/// A relation of a kind.
pub const RELATION: Table = &[
    key("title", Optional, Takes::Localised, "How it reads on the page that states it."),
    key("to", Required, Takes::Kinds, "The kinds that it may lead to."),
    key("symmetric", Optional, Takes::Flag, "`true`: it reads the same from both ends."),
    key("inverse", Sometimes, Takes::Localised, "How it reads on the page that it leads to, unless it is symmetric."),
];

/// The front matter that every page may have.
pub const PAGE: Table = &[
    key("title", Required, Takes::Text, "What the page is called."),
    key("draft", Optional, Takes::Flag, "`true`: it is only built with `--drafts`."),
    key("summary", Optional, Takes::Text, "One or two sentences, for lists, cards and descriptions."),
    key("order", Optional, Takes::Integer, "Its place in its folder; pages without it come after, by title."),
    key("updated", Optional, Takes::Date, "When it was last changed in substance."),
    key("reviewed", Optional, Takes::Date, "When it was last checked."),
    key("aliases", Optional, Takes::Texts, "Addresses that it had before; readers are sent on."),
    key("slug", Optional, Takes::Slug, "The file name of its address, if it is not its own name."),
    key("withhold", Optional, Takes::Texts, "Names that its own body alone may show."),
    key(
        "synonyms",
        Optional,
        Takes::Texts,
        "Other words that readers may look for it by, in the search and its index.",
    ),
];

/// What pages that define a term have besides.
pub const TERM: Table = &[key("forms", Optional, Takes::Texts, "Other forms of the term, which are linked too.")];

/// A relation as a page states it with its evidence.
pub const EDGE: Table = &[
    key("to", Required, Takes::Page, "The name of the page that it leads to."),
    key("basis", Optional, Takes::Basis, "Whose voice says so."),
    key("note", Optional, Takes::Text, "A sentence about it."),
    key("cite", Optional, Takes::Citation, "What it rests on."),
];

/// What a source has beside the keys of Hayagriva's format.
pub const SOURCE: Table = &[
    key("basis", Optional, Takes::Basis, "Whose voice the source is."),
    key("read", Optional, Takes::Words(READ_WORDS), "How far it was read."),
    key("note_for_readers", Optional, Takes::Text, "What it is used for, and what to be careful about."),
];

/// The words of `read`.
const READ_WORDS: &[&str] = &crate::model::evidence::ReadExtent::NAMES;

/// The passages of a source.
pub const PASSAGES: Table = &[
    key("locator", Optional, Takes::Words(LOCATOR_WORDS), "What its passages are: paragraphs."),
    key("passages", Required, Takes::List(PASSAGE), "Its passages, in their order."),
];

/// One passage of a source.
pub const PASSAGE: Table = &[
    key("at", Required, Takes::PassageName, "Its number, or `note`."),
    key("gist", Required, Takes::Text, "What it says, in the site's own words."),
    key("heading", Optional, Takes::Text, "The part of the source that it stands in."),
    key("voice", Optional, Takes::Basis, "Whose voice it is in the main."),
    key("watch", Optional, Takes::Text, "What a reader should be careful about."),
];

/// A fact.
pub const FACT: Table = &[
    key("value", Required, Takes::FactValue, "A number, or words."),
    key("qualifier", Optional, Takes::Localised, "Words before the value, as in “more than”."),
    key("unit", Optional, Takes::Localised, "Words after the value, as in “people”."),
    key("as_of", Required, Takes::Date, "The year, month or day that it holds for."),
    key("source", Required, Takes::Citation, "What it rests on."),
    key("note", Optional, Takes::Localised, "Who gave it, and what it counts."),
    key("review_by", Optional, Takes::Date, "From then on, a warning names every place that uses it."),
];

/// An event.
pub const EVENT: Table = &[
    key("date", Required, Takes::Interval, "A year, month or day, or two with a slash between them."),
    key("text", Required, Takes::Localised, "What happened."),
    key("label", Optional, Takes::Localised, "The date in words."),
    key("from", Optional, Takes::Text, "The group that it belongs to."),
    key("cite", Optional, Takes::Citation, "What it rests on."),
    key("pages", Optional, Takes::Pages, "The names of the pages that it belongs to."),
];

/// The options of the drawn block `timeline`.
pub const TIMELINE: Table = &[key("from", Optional, Takes::Texts, "Only events of these groups.")];

/// The options of the drawn block `pages`.
pub const PAGES: Table = &[
    key("kind", Required, Takes::Kind, "The kind whose pages are listed."),
    key("field", Sometimes, Takes::Text, "A field of choice that says which of them."),
    key("of", Sometimes, Takes::Texts, "The choices whose pages are listed."),
    key("order", Optional, Takes::Words(&["order", "title", "updated"]), "What they are ordered by."),
    key("most", Optional, Takes::Integer, "How many are listed at most."),
];

/// The options of the drawn block `matrix`.
pub const MATRIX: Table = &[
    key("rows", Required, Takes::Kind, "The kind whose pages are the rows."),
    key("columns", Required, Takes::Kinds, "The kinds whose pages are the columns."),
];

/// The options of the drawn block `compare`.
pub const COMPARE: Table = &[key("pages", Required, Takes::Pages, "The pages to set side by side.")];

/// The options of the drawn block `columns`.
pub const COLUMNS: Table = &[
    key("kinds", Required, Takes::Kinds, "The kinds whose pages are shown."),
    key("field", Required, Takes::Text, "The field that divides them."),
    key("columns", Required, Takes::List(COLUMN), "The columns."),
];

/// One column of the drawn block `columns`.
pub const COLUMN: Table = &[
    key("title", Required, Takes::Text, "What stands over it."),
    key("of", Required, Takes::Texts, "The choices whose pages it shows."),
];

/// The options of the drawn block `map`.
pub const MAP: Table = &[
    key("centre", Required, Takes::Kind, "The kind whose pages stand in the middle."),
    key("before", Optional, Takes::Kinds, "Kinds whose pages stand before them."),
    key("after", Optional, Takes::Kinds, "Kinds whose pages stand after them."),
];

/// Every table, by what its keys belong to.
pub const ALL: &[(&str, Table)] = &[
    ("content/site.yaml", SITE),
    ("evidence", EVIDENCE),
    ("kind", KIND),
    ("field", FIELD),
    ("relation", RELATION),
    ("page", PAGE),
    ("term", TERM),
    ("edge", EDGE),
    ("content/sources.yaml", SOURCE),
    ("content/passages.yaml", PASSAGES),
    ("passage", PASSAGE),
    ("content/facts.yaml", FACT),
    ("content/events.yaml", EVENT),
    ("timeline", TIMELINE),
    ("pages", PAGES),
    ("matrix", MATRIX),
    ("compare", COMPARE),
    ("columns", COLUMNS),
    ("column", COLUMN),
    ("map", MAP),
];
