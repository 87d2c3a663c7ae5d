//! Pages as the site means them: everything by id, nothing left to look up.

use super::block::PageBlock;
use super::body::Markup;
use super::citation::Citation;
use super::config::FieldValue;
use super::draft::{Common, Role};
use super::output_path::OutputPath;
use super::{BasisId, EdgeId, FactId, KindId, LanguageId, PageId, RelationId};
use crate::text::{SitePath, Span};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page, and perhaps a heading of it.
    Page(PageId, Option<String>),
    /// A heading of the same page.
    Heading(String),
    /// A file that is copied beside the pages.
    File(OutputPath),
    /// Another site, or a mail address.
    External(String),
}

/// A link of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// Its title attribute; empty without one.
    pub title: String,
    /// The text alternative of an image; empty for links.
    pub alternative: String,
    /// Where it is written.
    pub span: Span,
}

/// A page of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The file it is written in.
    pub path: SitePath,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: LanguageId,
    /// What its place makes of it.
    pub role: Role,
    /// Its kind.
    pub kind: Option<KindId>,
    /// What every page has.
    pub common: Common,
    /// The fields of its kind, in the kind's order.
    pub fields: Vec<Option<FieldValue>>,
    /// Where it is in the built site.
    pub output: OutputPath,
    /// Where it was before, and sends readers on from.
    pub aliases: Vec<OutputPath>,
    /// The same page in every language it is written in, itself included, the default first.
    pub translations: Vec<PageId>,
    /// The edges that it, or the page it translates, states.
    pub outgoing: Vec<EdgeId>,
    /// The edges that lead to it, or to the page it translates.
    pub incoming: Vec<EdgeId>,
    /// Its HTML.
    pub markup: Markup,
    /// Its links.
    pub links: Vec<Link>,
    /// Its images.
    pub images: Vec<Link>,
    /// Its citations.
    pub citations: Vec<Citation>,
    /// For each of them the index of its hole, if its mark is in the HTML still.
    pub marks: Vec<Option<u32>>,
    /// The facts it uses.
    pub facts: Vec<FactId>,
    /// Its drawn blocks.
    pub blocks: Vec<PageBlock>,
    /// The pages of the terms that are linked in its prose.
    pub terms: Vec<PageId>,
}

/// One page related to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// How they are related.
    pub relation: RelationId,
    /// The page that states it.
    pub from: PageId,
    /// The page it leads to.
    pub to: PageId,
    /// Whose voice it is.
    pub basis: Option<BasisId>,
    /// A sentence about it.
    pub note: Option<String>,
    /// What it rests on.
    pub citation: Option<Citation>,
}
