//! Notes: what a sentence rests on, beside it in the margin or opened at its mark.
//!
//! What a note says does not depend on the page, but for the way to the root of the site: so each is drawn once for a
//! language, and a page has it once, after the first mark that leads to it.

use std::collections::HashMap;

use super::cite;
use super::draw::Draw;
use super::view::{FactNoteView, NoteSourceView, NoteView, SourceNoteView};
use crate::diagnostic::Diagnostic;
use crate::model::citation::{Citation, CitationItem, Locator};
use crate::model::output_path::encoded;
use crate::model::site::Site;
use crate::model::{FactId, SourceId};
use crate::text::html::{escaped, text_of};
use crate::text::push_number;

/// Stands for the way to the root of the site until a page is drawn. No text can hold it.
pub(super) const ROOT: &str = "\u{FDD0}";

/// HTML, in pieces between which the way to the root goes.
#[derive(Debug)]
struct Text(Vec<String>);

/// The texts of all notes in one language.
#[derive(Debug)]
pub(super) struct NoteTexts {
    sources: Vec<Text>,
    passages: Vec<Vec<Text>>,
    facts: Vec<Text>,
    /// The sources as marks name them, in plain text.
    shorts: Vec<String>,
    /// The words that lead from a note back to its mark.
    back: String,
}

impl NoteTexts {
    /// Draws them all. `draw` is for a page at the root, and `template` draws a template with the value `note`.
    pub(super) fn new(
        draw: &Draw<'_>,
        template: impl Fn(&'static str, NoteView<'_>) -> Result<String, Diagnostic>,
    ) -> Result<Self, Diagnostic> {
        let site = draw.site;
        let source =
            |view: SourceNoteView<'_>| template("parts/note.html", NoteView::Source(view)).map(|html| Text::new(&html));
        let ids = || (0..site.sources.len()).map(SourceId::new);
        let facts = (0..site.facts.len()).map(FactId::new).map(|id| fact_view(draw, id));
        Ok(Self {
            back: escaped(&draw.string("back-to-text")).into_owned(),
            shorts: ids().map(|id| text_of(site.bibliography.short(id, draw.language)).trim().to_owned()).collect(),
            sources: ids().map(|id| source(source_view(draw, id, None))).collect::<Result<_, _>>()?,
            passages: ids()
                .map(|id| {
                    let passages = 0..site.source(id).passages.len();
                    passages.map(|index| source(source_view(draw, id, Some(index)))).collect::<Result<_, _>>()
                })
                .collect::<Result<_, _>>()?,
            facts: facts
                .map(|view| template("parts/fact-note.html", NoteView::Fact(view)).map(|html| Text::new(&html)))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Text {
    fn new(html: &str) -> Self {
        Self(html.trim_end().split(ROOT).map(str::to_owned).collect())
    }

    fn write(&self, root: &str, out: &mut String) {
        for (index, piece) in self.0.iter().enumerate() {
            if index > 0 {
                out.push_str(root);
            }
            out.push_str(piece);
        }
    }
}

fn source_view<'site>(draw: &Draw<'site>, id: SourceId, passage: Option<usize>) -> SourceNoteView<'site> {
    let source = draw.site.source(id);
    let passage = passage.map(|index| &source.passages[index]);
    SourceNoteView {
        short_html: draw.site.bibliography.short(id, draw.language).to_owned(),
        title: source.title.clone(),
        label: passage.map(|passage| cite::passage_label(&passage.at)),
        gist: passage.map(|passage| passage.gist.clone()),
        basis: draw.basis(passage.and_then(|passage| passage.voice).or(source.basis)),
        href: href(draw, id, passage.map(|passage| passage.at.as_str())),
        entry_href: format!("#{}", encoded(&cite::source_anchor(&source.key))),
    }
}

fn fact_view(draw: &Draw<'_>, id: FactId) -> FactNoteView {
    let fact = draw.site.fact(id);
    let source = |item: &CitationItem<SourceId>| {
        let names = item.locator.as_ref().map(Locator::passage_names).unwrap_or_default();
        let passage = names.into_iter().find(|name| draw.site.source(item.source).passage(name).is_some());
        // A passage is called here as in the notes on statements.
        let mark_html = match (&passage, &item.locator) {
            (Some(_), Some(locator)) => {
                format!(
                    "{}, {}",
                    draw.site.bibliography.short(item.source, draw.language),
                    escaped(&locator.to_string())
                )
            }
            _ => draw.site.bibliography.mark(item, draw.language).concat(),
        };
        NoteSourceView { mark_html, href: href(draw, item.source, passage.as_deref()) }
    };
    FactNoteView {
        text: draw.fact_text(id),
        as_of: fact.as_of.map(|date| draw.date(date)),
        note: fact.note.as_ref().map(|note| note.get(draw.language).to_owned()),
        sources: fact.source.iter().flat_map(Citation::items).map(source).collect(),
    }
}

/// The page of a source, or a passage on it, from anywhere.
fn href(draw: &Draw<'_>, id: SourceId, passage: Option<&str>) -> String {
    let page = draw.source_output(id).encoded();
    match passage {
        Some(at) => format!("{ROOT}{page}#{}", encoded(&cite::passage_anchor(at))),
        None => format!("{ROOT}{page}"),
    }
}

/// What a note is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Source(SourceId),
    Passage(SourceId, usize),
    Passages(SourceId, Vec<usize>),
    Fact(FactId),
}

/// The notes of one page, in the order of their first marks.
pub(super) struct Notes<'site> {
    texts: &'site NoteTexts,
    root: String,
    // Only looked up, so that no order of hashes can be seen.
    numbers: HashMap<Subject, usize>,
    /// Each with its number, and the anchor that leads back from it, if that is not the next mark's.
    unwritten: Vec<(usize, Subject, Option<String>)>,
    is_held: bool,
}

impl<'site> Notes<'site> {
    /// No notes yet, for a page from which the root is at `root`.
    pub(super) fn new(texts: &'site NoteTexts, root: String) -> Self {
        Self { texts, root, numbers: HashMap::new(), unwritten: Vec::new(), is_held: false }
    }

    /// A source as a mark names it, in plain text.
    pub(super) fn short(&self, source: SourceId) -> &'site str {
        &self.texts.shorts[source.index()]
    }

    /// The number of the note about what an item cites.
    pub(super) fn of_item(&mut self, site: &Site, item: &CitationItem<SourceId>) -> usize {
        let source = site.source(item.source);
        let passages: Vec<usize> = match &item.locator {
            Some(locator) if !source.passages.is_empty() => {
                locator.passage_names().iter().filter_map(|name| source.passage(name)).collect()
            }
            _ => Vec::new(),
        };
        self.number(
            match passages.as_slice() {
                [] => Subject::Source(item.source),
                [one] => Subject::Passage(item.source, *one),
                _ => Subject::Passages(item.source, passages),
            },
            None,
        )
    }

    /// The number of the note about a fact, which `anchor` leads back from, and whether it is asked for the first time.
    ///
    /// A fact stands within a sentence. Its note waits for the mark at the end.
    pub(super) fn of_fact(&mut self, fact: FactId, anchor: &str) -> (usize, bool) {
        let known = self.numbers.len();
        let number = self.number(Subject::Fact(fact), Some(anchor));
        (number, number > known)
    }

    fn number(&mut self, subject: Subject, back: Option<&str>) -> usize {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(subject.clone()).or_insert(next);
        if number == next {
            self.unwritten.push((number, subject, back.map(str::to_owned)));
        }
        number
    }

    /// Whether notes wait to be written, since what stands here cannot have them in it.
    pub(super) fn hold(&mut self, is_held: bool) {
        self.is_held = is_held;
    }

    /// Writes the notes that have been asked for since the last time. `back` is the anchor of the mark before them.
    pub(super) fn write_new(&mut self, back: &str, out: &mut String) {
        if self.is_held {
            return;
        }
        for (number, subject, own_back) in std::mem::take(&mut self.unwritten) {
            out.push_str("<span class=\"note\" id=\"n");
            push_number(out, number);
            out.push_str("\" role=\"note\">");
            let Self { texts, root, .. } = self;
            match subject {
                Subject::Source(source) => texts.sources[source.index()].write(root, out),
                Subject::Passage(source, passage) => texts.passages[source.index()][passage].write(root, out),
                Subject::Passages(source, passages) => {
                    for (index, passage) in passages.into_iter().enumerate() {
                        if index > 0 {
                            out.push_str("<br>");
                        }
                        texts.passages[source.index()][passage].write(root, out);
                    }
                }
                Subject::Fact(fact) => texts.facts[fact.index()].write(root, out),
            }
            out.push_str(" <a href=\"#");
            out.push_str(&encoded(own_back.as_deref().unwrap_or(back)));
            out.push_str("\">");
            out.push_str(&texts.back);
            out.push_str("</a></span>");
        }
    }
}
