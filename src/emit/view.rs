//! What templates see. The one file in which [`Serialize`] stands for a promise.
//!
//! Every value is as small as its page needs. Fields that end in `html` hold HTML that is safe to print with the
//! `safe` filter; all others are plain text. `href`s are relative to the page; `path`s are relative to the root of the
//! site, and a template puts `root` before them.

pub mod blocks;
pub mod search;

use std::borrow::Cow;

use serde::Serialize;

use super::theme::Shared;

/// What every page of one language shares.
#[derive(Debug, Serialize)]
pub struct SiteView<'site> {
    /// The name of the site.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// The name of the licence of its content.
    pub licence: Option<String>,
    /// The address of that licence.
    pub licence_url: Option<String>,
    /// The path of the home page; none when the site has none.
    pub home_path: Option<String>,
    /// The path of the list of sources; none when there are no sources.
    pub sources_path: Option<String>,
    /// The path of the page of evidence; none when there are no sources.
    pub evidence_path: Option<String>,
    /// The path of the feed; none while the address of the site is not known, or when no page says when it changed.
    pub feed_path: Option<String>,
    /// The path of the page for searching, which lists every page from A to Z; none in a language without pages.
    pub search_path: Option<String>,
    /// The folders, for navigation.
    pub folders: Vec<NavView>,
    /// Pages of no kind at the top, for navigation.
    pub asides: Vec<NavView>,
    /// The legend of bases.
    pub bases: Vec<BasisView<'site>>,
}

/// An entry of the navigation.
#[derive(Clone, Debug, Serialize)]
pub struct NavView {
    /// The title of the page.
    pub title: String,
    /// Its path.
    pub path: String,
    /// The name of the kind whose folder it is.
    pub kind: Option<String>,
}

/// The entry of the navigation that a page is, or that it belongs to.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// The path of the entry.
    pub path: String,
    /// Whether it is this very page.
    pub is_page: bool,
}

/// A language.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageView<'site> {
    /// Its tag.
    pub tag: &'site str,
    /// Its name for itself.
    pub name: &'site str,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
}

/// What a page says of itself to machines.
#[derive(Debug, Serialize)]
pub struct MetadataView {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Whether it is a text of its own, and not the home page or a list.
    pub is_article: bool,
    /// Its whole address, when that of the site is known.
    pub url: Option<String>,
    /// The whole address of the picture that stands for the site.
    pub image_url: Option<String>,
    /// Its language and territory, as in `pt_BR`.
    pub locale: Option<String>,
    /// When it was last changed in substance, as ISO 8601 writes it.
    pub updated: Option<String>,
    /// Its structured data, as JSON-LD that may stand in a script.
    pub structured_data_html: Option<String>,
}

/// A version of the page in a language.
#[derive(Debug, Serialize)]
pub struct TranslationView<'site> {
    /// The language.
    pub language: Shared<LanguageView<'site>>,
    /// The version.
    pub href: String,
    /// The whole address of the version, when the site's is known.
    pub url: Option<String>,
    /// Whether it is this very page.
    pub is_current: bool,
}

/// A basis.
#[derive(Clone, Debug, Serialize)]
pub struct BasisView<'site> {
    /// Its key.
    pub key: &'site str,
    /// Its label.
    pub label: &'site str,
}

/// A date.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// As ISO 8601 writes it.
    pub iso: String,
    /// In words.
    pub text: String,
}

/// A kind.
#[derive(Clone, Debug, Serialize)]
pub struct KindView<'site> {
    /// Its name.
    pub name: &'site str,
    /// One page of it.
    pub title: &'site str,
    /// Its pages.
    pub plural: &'site str,
    /// Its place among the kinds, from 0 to 7 and then from 0 again: the theme has a colour and a shape for each.
    pub index: usize,
    /// Whether its pages are terms.
    pub is_glossary: bool,
}

/// A page, as another refers to it.
#[derive(Debug, Serialize)]
pub struct CardView<'site> {
    /// Its title.
    pub title: &'site str,
    /// Its summary.
    pub summary: Option<&'site str>,
    /// Where it is.
    pub href: String,
    /// Its kind.
    pub kind: Option<Shared<KindView<'site>>>,
    /// Its language, when it is not the page's own.
    pub language: Option<Shared<LanguageView<'site>>>,
    /// The fields of choice that it has.
    pub choices: Shared<Vec<FieldView<'site>>>,
}

/// A field of a page.
#[derive(Debug, Serialize)]
pub struct FieldView<'site> {
    /// The key.
    pub name: &'site str,
    /// What readers see.
    pub title: &'site str,
    /// `text`, `texts`, `number`, `date`, `flag`, `choice` or `address`.
    pub takes: &'static str,
    /// The value in words; of `texts`, the first.
    pub text: String,
    /// All values of `texts`; for others the one.
    pub texts: Vec<String>,
    /// The key of a choice, the address, or the date as ISO 8601 writes it.
    pub key: Option<String>,
}

/// The edges of a page that read alike.
#[derive(Debug, Serialize)]
pub struct RelationView<'site> {
    /// The name of the relation.
    pub name: &'site str,
    /// How it reads from this page.
    pub title: &'site str,
    /// `outgoing` when this page states it, otherwise `incoming`; `both` when it reads the same from both ends.
    pub direction: &'static str,
    /// The edges.
    pub edges: Vec<EdgeView<'site>>,
}

/// An edge, seen from one of its ends.
#[derive(Debug, Serialize)]
pub struct EdgeView<'site> {
    /// Its anchor.
    pub anchor: String,
    /// The page at the other end.
    pub page: CardView<'site>,
    /// A sentence about it.
    pub note: Option<&'site str>,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// The mark of what it rests on; empty without one.
    pub cite_html: String,
}

/// A heading, for the contents list.
#[derive(Debug, Serialize)]
pub struct HeadingView<'site> {
    /// 2 to 6.
    pub level: u8,
    /// Its anchor.
    pub anchor: &'site str,
    /// Its text.
    pub text: &'site str,
    /// Whether its section is the site's own voice.
    pub is_editorial: bool,
}

/// A source, as the list at a page's end shows it.
#[derive(Debug, Serialize)]
pub struct ReferenceView<'site> {
    /// The key.
    pub key: &'site str,
    /// The anchor of the entry on this page.
    pub anchor: String,
    /// The entry, set in the site's style.
    pub html: &'site str,
    /// The source as a mark names it, in plain text.
    pub short: String,
    /// The page of the source.
    pub href: String,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// The marks on this page.
    pub uses: Vec<UseView>,
    /// The passages cited on this page.
    pub passages: Vec<CitedPassageView>,
}

/// The way back to a mark.
#[derive(Debug, Serialize)]
pub struct UseView {
    /// Where it is.
    pub href: String,
    /// Its number among the marks of its source, from 1.
    pub number: usize,
}

/// A passage that a page cites.
#[derive(Debug, Serialize)]
pub struct CitedPassageView {
    /// As it is cited, as in `¶7`.
    pub label: String,
    /// Its place on the page of the source.
    pub href: String,
}

/// A list of sources for a reference manager.
#[derive(Debug, Serialize)]
pub struct DownloadView {
    /// The name of the format.
    pub format: &'static str,
    /// Where it is.
    pub href: String,
}

/// What the template of a note sees.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum NoteView<'site> {
    /// `parts/note.html`
    Source(SourceNoteView<'site>),
    /// `parts/fact-note.html`
    Fact(FactNoteView),
}

/// A note about a source, or about a passage of it.
#[derive(Debug, Serialize)]
pub struct SourceNoteView<'site> {
    /// The source as a mark names it.
    pub short_html: String,
    /// Its title.
    pub title: String,
    /// The passage as it is cited, as in `¶7`.
    pub label: Option<String>,
    /// What the passage says.
    pub gist: Option<String>,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// The page of the source, or the passage on it.
    pub href: String,
    /// The entry in the list of sources at the page's end.
    pub entry_href: String,
}

/// A note about a fact.
#[derive(Debug, Serialize)]
pub struct FactNoteView {
    /// Value and unit, in words.
    pub text: String,
    /// When it was so.
    pub as_of: Option<DateView>,
    /// Who gave it, and what it counts.
    pub note: Option<String>,
    /// What it rests on.
    pub sources: Vec<NoteSourceView>,
}

/// What a fact rests on.
#[derive(Debug, Serialize)]
pub struct NoteSourceView {
    /// The source and the part of it, as a mark names them.
    pub mark_html: String,
    /// The page of the source, or the passage on it.
    pub href: String,
}

/// A page of the site.
#[derive(Debug, Serialize)]
pub struct PageView<'site> {
    /// Its title.
    pub title: &'site str,
    /// Its summary.
    pub summary: Option<&'site str>,
    /// Its name.
    pub name: &'site str,
    /// `home`, `folder` or `page`.
    pub role: &'static str,
    /// Its kind.
    pub kind: Option<Shared<KindView<'site>>>,
    /// The kind whose pages it lists, for a folder's page.
    pub lists: Option<Shared<KindView<'site>>>,
    /// When it was last changed in substance.
    pub updated: Option<DateView>,
    /// When it was last checked.
    pub reviewed: Option<DateView>,
    /// The pages above it, the home page first.
    pub trail: Vec<CardView<'site>>,
    /// Its fields, in the order of its kind.
    pub fields: Vec<FieldView<'site>>,
    /// Its body.
    pub body_html: String,
    /// Its headings.
    pub contents: Vec<HeadingView<'site>>,
    /// Its relations, in the order of the site file.
    pub relations: Vec<RelationView<'site>>,
    /// The pages that it is related to, as a picture; none if there are fewer than two.
    pub neighbourhood: Option<blocks::DrawingView>,
    /// The sources it cites, in the order of their first use.
    pub references: Vec<ReferenceView<'site>>,
    /// The same sources for reference managers.
    pub downloads: Vec<DownloadView>,
    /// The pages of its folder, for a folder's page.
    pub listing: Vec<GroupView<'site>>,
    /// The pages that use it as a term.
    pub used_by: Vec<CardView<'site>>,
    /// The page before it in its folder.
    pub previous: Option<CardView<'site>>,
    /// The page after it in its folder.
    pub next: Option<CardView<'site>>,
    /// Whether its statements must be cited.
    pub requires_evidence: bool,
}

/// A folder, as the home page shows it.
#[derive(Debug, Serialize)]
pub struct FolderView<'site> {
    /// Its own page.
    pub page: CardView<'site>,
    /// The kind whose pages it lists.
    pub lists: Option<Shared<KindView<'site>>>,
    /// How many pages are in it.
    pub page_count: usize,
}

/// Pages of a folder that belong together: by the kind's first field of choice, if it has one.
#[derive(Debug, Serialize)]
pub struct GroupView<'site> {
    /// The key of the choice; none when the pages are not divided.
    pub key: Option<String>,
    /// Its label.
    pub title: Option<String>,
    /// The pages.
    pub pages: Vec<CardView<'site>>,
}

/// The page of a source.
#[derive(Debug, Serialize)]
pub struct SourceView<'site> {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its entry, set in the site's style.
    pub html: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// How far it was read: `record`, `excerpt`, `passage` or `whole`.
    pub read: Option<&'static str>,
    /// What it is used for, and what to be careful about.
    pub note: Option<String>,
    /// Whether it is the one that the site derives from.
    pub is_subject: bool,
    /// Its passages, each with what rests on it.
    pub passages: Vec<PassageView<'site>>,
    /// What rests on it as a whole, or on parts that are not declared, as `parts/statements.html` draws it.
    pub statements_html: Option<Shared<String>>,
    /// How many pages cite it.
    pub page_count: usize,
    /// The list of sources.
    pub index_href: String,
}

/// About how many bytes a passage has beside its texts.
const ROOM_AROUND_PASSAGE: usize = 512;
/// About how many bytes a page has beside its title and its address, where others refer to it.
const ROOM_AROUND_CARD: usize = 128;
/// About how many bytes a statement has beside its words and its address.
const ROOM_AROUND_STATEMENT: usize = 40;

impl SourceView<'_> {
    /// How many bytes the largest texts are of the page that comes of it.
    pub(super) fn size(&self) -> usize {
        let around = |passage: &PassageView<'_>| {
            let watch = passage.watch.as_ref().map_or(0, String::len);
            passage.gist.len() + watch + ROOM_AROUND_PASSAGE
        };
        let of_passages: usize = self.passages.iter().map(around).sum();
        let lists = self.passages.iter().map(|passage| &passage.statements_html).chain([&self.statements_html]);
        of_passages + lists.flatten().map(Shared::len).sum::<usize>()
    }
}

/// A passage, and what rests on it.
#[derive(Debug, Serialize)]
pub struct PassageView<'site> {
    /// Its name.
    pub at: String,
    /// Its anchor.
    pub anchor: String,
    /// As it is cited, as in `¶7`.
    pub label: String,
    /// The part of the source that it stands in; only where that changes.
    pub heading: Option<String>,
    /// What it says.
    pub gist: String,
    /// Whose voice it is in the main.
    pub voice: Option<Shared<BasisView<'site>>>,
    /// What to be careful about.
    pub watch: Option<String>,
    /// What rests on it, as `parts/statements.html` draws it.
    pub statements_html: Option<Shared<String>>,
    /// How many statements these are.
    pub statement_count: usize,
    /// How many pages they are on.
    pub page_count: usize,
}

/// A page, and its statements that rest on one source or passage.
#[derive(Debug, Serialize)]
pub struct CitingPageView<'site> {
    /// The page.
    pub page: CardView<'site>,
    /// The statements.
    pub statements: Vec<StatementView<'site>>,
}

impl CitingPageView<'_> {
    /// About how many bytes come of it, rather too many than too few.
    pub(super) fn size(&self) -> usize {
        let of_statement = |one: &StatementView<'_>| {
            one.text.len()
                + one.href.len()
                + one.locator.as_ref().map_or(0, |locator| locator.len())
                + ROOM_AROUND_STATEMENT
        };
        let own = self.page.title.len() + self.page.href.len() + ROOM_AROUND_CARD;
        own + self.statements.iter().map(of_statement).sum::<usize>()
    }
}

/// A statement.
#[derive(Debug, Serialize)]
pub struct StatementView<'site> {
    /// Its words.
    pub text: Cow<'site, str>,
    /// Where it is.
    pub href: String,
    /// The part of the source that it names, as in `p. 31`; none for a declared passage.
    pub locator: Option<Box<str>>,
}

/// A source in the list of all.
#[derive(Debug, Serialize)]
pub struct SourceRowView<'site> {
    /// Its key.
    pub key: String,
    /// Its entry, set in the site's style.
    pub html: String,
    /// Its page.
    pub href: String,
    /// Whose voice it is.
    pub basis: Option<Shared<BasisView<'site>>>,
    /// How far it was read.
    pub read: Option<&'static str>,
    /// How many pages cite it.
    pub page_count: usize,
    /// Whether it is the one that the site derives from.
    pub is_subject: bool,
}

/// How well a page is cited.
#[derive(Debug, Serialize)]
pub struct PageCoverageView<'site> {
    /// The page.
    pub page: CardView<'site>,
    /// Statements in all.
    pub statements: u32,
    /// Those that cite.
    pub cited: u32,
    /// Those in the site's own voice.
    pub editorial: u32,
}

/// How well a source's passages are used.
#[derive(Debug, Serialize)]
pub struct SourceCoverageView {
    /// The source's title.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Its passages, as they are cited, and whether any page cites them.
    pub passages: Vec<PassageCoverageView>,
    /// How many of them are cited.
    pub used: usize,
}

/// Whether a passage is used.
#[derive(Debug, Serialize)]
pub struct PassageCoverageView {
    /// As it is cited.
    pub label: String,
    /// Its place.
    pub href: String,
    /// How many pages cite it.
    pub page_count: usize,
}
