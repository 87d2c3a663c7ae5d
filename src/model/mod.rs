//! The nouns of a site, shared by all phases.
//!
//! A [`draft::Draft`] holds names, as an author writes them; a [`page::Page`] holds ids, as the site means them.
//! Nothing here reads YAML or Markdown, and nothing here draws.

pub mod bibliography;
pub mod block;
pub mod body;
pub mod citation;
pub mod config;
pub mod date;
pub mod draft;
pub mod evidence;
pub mod fact;
pub mod lock;
pub mod output_path;
pub mod page;
pub mod site;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident($inner:ty);)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub $inner);

            impl $name {
                /// The id as an index.
                pub fn index(self) -> usize {
                    self.0 as usize
                }

                /// The id of an index.
                pub fn new(index: usize) -> Self {
                    Self(<$inner>::try_from(index).expect("a site has fewer things than its ids can count"))
                }
            }
        )+
    };
}

ids! {
    /// A language of the site: an index into its `languages`, 0 being the default.
    LanguageId(u8);
    /// A kind of page: an index into the site's kinds.
    KindId(u16);
    /// A relation: an index into the relations of all kinds together.
    RelationId(u16);
    /// A basis: an index into the site's bases.
    BasisId(u16);
    /// A page: an index into the site's pages.
    PageId(u32);
    /// An edge: an index into the site's edges.
    EdgeId(u32);
    /// A source: an index into the site's bibliography.
    SourceId(u32);
    /// A fact: an index into the site's facts.
    FactId(u32);
    /// The key of a source: an index into the keys that a draft's body cites.
    KeyId(u32);
}

/// How many pages a thread takes at a time. Left to itself, a list is divided into four for two threads, and in the end
/// one of them is alone with the rest of a quarter.
pub const PAGES_AT_A_TIME: usize = 8;

impl LanguageId {
    /// The language that lives at the root.
    pub const DEFAULT: Self = Self(0);
}
