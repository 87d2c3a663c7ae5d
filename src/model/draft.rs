//! Pages as their authors write them: everything by name, nothing looked up.

use std::sync::Arc;

use super::bibliography::Entries;
use super::block::DraftBlock;
use super::body::{DraftLink, Markup};
use super::citation::Citation;
use super::config::FieldValue;
use super::date::Date;
use super::evidence::{DraftPassages, Source};
use super::fact::{Event, Fact};
use super::lock::Locked;
use super::{BasisId, KeyId, KindId, LanguageId, RelationId};
use crate::text::{KeyPath, SitePath, Span, Spanned};

/// What a file's place in `content/` makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `content/index.md`.
    Home,
    /// A folder's own page, `_index.md`.
    Folder,
    /// Any other page.
    Page,
}

/// Whether a draft can be judged by what it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soundness {
    /// All of it was read.
    Sound,
    /// A part of it could not be read, so that what seems to be missing may only be hidden.
    Damaged,
}

/// Whether a page is part of a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publication {
    /// It is.
    #[default]
    Published,
    /// `draft: true`: only with `--drafts`.
    Draft,
}

/// An edge as a page states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftEdge {
    /// The relation.
    pub relation: RelationId,
    /// The name of the page it leads to.
    pub target: String,
    /// Whose voice it is.
    pub basis: Option<BasisId>,
    /// A sentence about it.
    pub note: Option<String>,
    /// What it rests on.
    pub citation: Option<Citation<Box<str>>>,
    /// Where the target is named.
    pub target_keys: KeyPath,
    /// Where the edge stands as a whole.
    pub keys: KeyPath,
}

/// The front matter that every page may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// What the page is called.
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: Option<String>,
    /// Its place in its folder.
    pub order: Option<i64>,
    /// When it was last changed in substance.
    pub updated: Option<Date>,
    /// When it was last checked.
    pub reviewed: Option<Date>,
    /// Whether it is part of a build.
    pub publication: Publication,
    /// Addresses and names it had before.
    pub aliases: Vec<String>,
    /// The file name of its address, if it is not its own name.
    pub slug: Option<String>,
    /// Names that only its own body may show.
    pub withhold: Vec<String>,
    /// Other words that readers may look for it by.
    pub synonyms: Vec<String>,
    /// Other forms of the term that it defines.
    pub forms: Vec<String>,
}

/// One Markdown file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The file.
    pub path: SitePath,
    /// Its name: the file name without language and extension; for a folder's own page the folder below `content`.
    pub name: String,
    /// Its language.
    pub language: LanguageId,
    /// What its place makes of it.
    pub role: Role,
    /// The kind of the folder it is in. A folder's own page has none.
    pub kind: Option<KindId>,
    /// Whether all of it was read.
    pub soundness: Soundness,
    /// What every page has.
    pub common: Common,
    /// The fields of its kind, in the kind's order.
    pub fields: Vec<Option<FieldValue>>,
    /// The edges that it states.
    pub edges: Vec<DraftEdge>,
    /// Its HTML.
    pub markup: Markup,
    /// Its links.
    pub links: Vec<DraftLink>,
    /// Its images.
    pub images: Vec<DraftLink>,
    /// Its citations.
    pub citations: Vec<Citation<KeyId>>,
    /// Where their items are written, one after the other.
    pub cited_at: Vec<Span>,
    /// The keys of the sources that they cite, each once.
    pub keys: Vec<Box<str>>,
    /// The facts it uses, by name.
    pub facts: Vec<Spanned<String>>,
    /// Its drawn blocks.
    pub blocks: Vec<DraftBlock>,
}

impl Draft {
    /// A copy of what a page keeps of its draft: all but what is looked up (links, images, keys, facts, blocks
    /// and edges) and the places of its citations.
    #[must_use]
    pub fn lasting(&self) -> Self {
        Self {
            path: self.path.clone(),
            name: self.name.clone(),
            language: self.language,
            role: self.role,
            kind: self.kind,
            soundness: self.soundness,
            common: self.common.clone(),
            fields: self.fields.clone(),
            edges: Vec::new(),
            markup: self.markup.clone(),
            links: Vec::new(),
            images: Vec::new(),
            citations: self.citations.clone(),
            cited_at: Vec::new(),
            keys: Vec::new(),
            facts: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

/// The data files of a site, read: all but the site file.
#[derive(Debug, Default)]
pub struct Data {
    /// The sources, one for one with the entries.
    pub sources: Vec<Source>,
    /// The sources as Hayagriva read them.
    pub entries: Arc<Entries>,
    /// The passages of sources.
    pub passages: Vec<DraftPassages>,
    /// The facts.
    pub facts: Vec<Fact<Box<str>>>,
    /// The events.
    pub events: Vec<Event<Box<str>, String>>,
    /// The addresses that were published.
    pub locked: Vec<Locked>,
    /// The keys of sources that could not be read. They are known all the same.
    pub broken_sources: Vec<String>,
    /// Whether the bibliography was read. If not, no source can be missing from it.
    pub sources_are_sound: bool,
    /// Whether the facts were read. If not, none can be missing from them.
    pub facts_are_sound: bool,
}
