//! A page's body: HTML with holes.
//!
//! Markdown is parsed once, by `read`, into HTML in which everything that needs the rest of the site (links, citations,
//! facts, terms, drawn blocks) is left as a [`Hole`]. `emit` copies the HTML and fills the holes, so that no page is
//! parsed or drawn twice.

use crate::text::Span;

/// What goes into a hole. Indexes count within the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoleKind {
    /// The start tag of link number n.
    Link(u32),
    /// Link number n as a whole, with its page's title for a text: `[[name]]`.
    TitledLink(u32),
    /// Image number n.
    Image(u32),
    /// The mark of citation number n.
    Citation(u32),
    /// Use number n of a fact.
    Fact(u32),
    /// Drawn block number n.
    Block(u32),
    /// The words that say that a section is the site's own voice.
    VoiceTitle,
    /// The title of an alert.
    AlertTitle(Alert),
    /// The title of the notes at the body's end.
    NotesTitle,
    /// The link from note number n, counting from 1, back to its mark.
    NoteBack(u32),
    /// A statement begins: a paragraph, list item, table row or definition.
    Statement,
    /// From here on no terms are linked; nests.
    TermsOff,
    /// Terms are linked again.
    TermsOn,
    /// The start tag of the link to term number n of the page.
    Term(u32),
    /// The end tag of a link to a term, or of one that `Link` starts.
    LinkEnd,
}

/// A kind of alert (GitHub Flavored Markdown, "Alerts").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
}

impl Alert {
    /// The name in classes and strings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// A place in a page's HTML that is filled when the page is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The byte of the HTML that it comes before.
    pub at: u32,
    /// What goes there.
    pub kind: HoleKind,
}

/// Whose voice a section is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// That of what it cites.
    #[default]
    Cited,
    /// The site's own: `{.editorial}`.
    Editorial,
}

/// A heading of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 for `##`, to 6.
    pub level: u8,
    /// Its anchor, unique on the page.
    pub anchor: String,
    /// Its text, without markup.
    pub text: String,
    /// Whose voice its section is.
    pub voice: Voice,
}

/// HTML with holes, and its headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    /// The HTML between the holes.
    pub html: String,
    /// The holes, by place.
    pub holes: Vec<Hole>,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The addresses and ids that raw HTML writes.
    pub raw: Vec<RawValue>,
    /// How many statements there are, and how many of them cite something or are the site's own voice.
    pub tally: Tally,
}

/// The value of an attribute in raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawValue {
    /// What it is.
    pub kind: RawKind,
    /// Its text.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// What the value of an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawKind {
    /// An address.
    Link,
    /// An id, or the name of an anchor.
    Id,
}

/// A count of statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements in all.
    pub statements: u32,
    /// Those that cite, or inherit a citation.
    pub cited: u32,
    /// Those in the site's own voice.
    pub editorial: u32,
}

/// What a link of a body leads to, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `[text](../factors/family-ties.md#two-kinds)`: a file of the site.
    File {
        /// The path as written, decoded.
        path: String,
        /// The part after `#`.
        fragment: Option<String>,
    },
    /// `[[family-ties#two-kinds]]`: a page by name.
    Name {
        /// The name.
        name: String,
        /// The part after `#`.
        fragment: Option<String>,
    },
    /// `[text](#two-kinds)`: a heading of the same page.
    Heading(String),
    /// Another site, or a mail address.
    External(String),
}

/// A link or image of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLink {
    /// Where it leads.
    pub reference: Reference,
    /// Its title attribute; empty without one.
    pub title: String,
    /// The text alternative of an image; empty for links.
    pub alternative: String,
    /// Where it is written.
    pub span: Span,
}

/// Whether an anchor is one that the theme keeps for itself, so that no heading may have it.
pub fn is_theme_anchor(anchor: &str) -> bool {
    let is_numbered = |prefix: &str| {
        anchor
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_named = |prefix: &str| anchor.starts_with(prefix);
    matches!(anchor, "main" | "top")
        || ["page-", "source-", "fact-"].into_iter().any(is_named)
        || ["c", "n", "note-", "note-mark-"].into_iter().any(is_numbered)
}
