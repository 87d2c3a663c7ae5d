//! What pages rest on: sources and their passages.

use super::BasisId;
use crate::text::KeyPath;

/// How far a source was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadExtent {
    /// A catalogue page about it.
    Record,
    /// Its first part.
    Excerpt,
    /// The whole of the passage cited.
    Passage,
    /// All of it.
    Whole,
}

impl ReadExtent {
    /// Every extent, with the word that `sources.yaml` uses for it.
    pub const WORDS: [(&'static str, Self); 4] =
        [("record", Self::Record), ("excerpt", Self::Excerpt), ("passage", Self::Passage), ("whole", Self::Whole)];

    /// The words alone.
    pub const NAMES: [&'static str; 4] = {
        let [record, excerpt, passage, whole] = Self::WORDS;
        [record.0, excerpt.0, passage.0, whole.0]
    };

    /// The word that `sources.yaml` uses.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, extent)| *extent == self).map_or("", |(word, _)| word)
    }
}

/// A numbered part of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its name: a number, or `note`.
    pub at: String,
    /// The part of the source that it stands in.
    pub heading: Option<String>,
    /// What it says, in the site's words.
    pub gist: String,
    /// Whose voice it is in the main.
    pub voice: Option<BasisId>,
    /// What a reader should be careful about.
    pub watch: Option<String>,
}

/// A source: an entry of the bibliography with what the site says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The key it is cited by.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// Whose voice it is.
    pub basis: Option<BasisId>,
    /// How far it was read.
    pub read: Option<ReadExtent>,
    /// What it is used for, and what to be careful about.
    pub note: Option<String>,
    /// Its passages, when it is cited by passage; otherwise empty.
    pub passages: Vec<Passage>,
}

impl Source {
    /// The index of the passage with a name.
    pub fn passage(&self, name: &str) -> Option<usize> {
        self.passages.iter().position(|passage| passage.at == name)
    }
}

/// The passages that `passages.yaml` declares for one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftPassages {
    /// The key of the source.
    pub source: String,
    /// Its passages.
    pub passages: Vec<Passage>,
    /// Where the source is named.
    pub keys: KeyPath,
}

/// Where a source is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseSite {
    /// Citation number n of a page's body.
    Body(super::PageId, u32),
    /// The citation of an edge.
    Edge(super::EdgeId),
    /// The source of a fact.
    Fact(super::FactId),
    /// What event number n rests on, wherever a timeline shows it.
    Event(u32),
}

/// One use of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where.
    pub site: UseSite,
    /// Which item of the citation.
    pub item: u32,
    /// Which passage, as an index, when the source declares its passages.
    pub passage: Option<u32>,
}

/// All uses of all sources, by source.
pub type Uses = Vec<Vec<Use>>;

/// The segment of an address that stands for a source's key: letters, digits, `-` and `_` as they are, `-` for the rest.
pub fn address_of_key(key: &str) -> String {
    // Most keys are written as their addresses are.
    if key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return key.trim_matches('-').to_owned();
    }
    let mut segment = String::with_capacity(key.len());
    segment.extend(key.chars().map(|one| if one.is_alphanumeric() || one == '_' { one } else { '-' }));
    match segment.starts_with('-') || segment.ends_with('-') {
        true => segment.trim_matches('-').to_owned(),
        false => segment,
    }
}
