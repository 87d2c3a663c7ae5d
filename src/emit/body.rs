//! A page's HTML with its holes filled, and the statements in it.

use std::fmt::Write;

use super::cite::{self, Anchor};
use super::draw::Draw;
use super::notes::Notes;
use crate::diagnostic::Diagnostic;
use crate::model::body::HoleKind;
use crate::model::output_path::encoded;
use crate::model::page::{Link, Page, Target};
use crate::model::{FactId, PageId};
use crate::text::html::{escaped, text_of};

/// What is to be done with the holes.
enum Fill<'notes, 'site> {
    /// All of them are filled, with notes beside the marks.
    Whole(&'notes mut Notes<'site>),
    /// Only those that are words of a statement.
    Words,
}

/// The body of a page, as HTML. `block` draws one of its blocks.
pub(super) fn html(
    draw: &Draw<'_>,
    id: PageId,
    notes: &mut Notes<'_>,
    mut block: impl FnMut(usize, &mut Notes<'_>) -> Result<String, Diagnostic>,
) -> Result<String, Diagnostic> {
    let page = draw.site.page(id);
    let html = &page.markup.html;
    let mut out = String::with_capacity(html.len() + page.markup.holes.len() * 96);
    let mut from = 0;
    for hole in &page.markup.holes {
        let at = hole.at as usize;
        out.push_str(&html[from..at]);
        from = at;
        match hole.kind {
            HoleKind::Block(number) => out.push_str(&block(number as usize, notes)?),
            // A heading is no place for a note: it waits for what comes after.
            HoleKind::Citation(_) if is_in_heading(html, at) => {
                notes.hold(true);
                fill(draw, page, hole.kind, &mut Fill::Whole(notes), &mut out);
                notes.hold(false);
            }
            HoleKind::Statement => notes.write_new("main", &mut out),
            kind => fill(draw, page, kind, &mut Fill::Whole(notes), &mut out),
        }
    }
    out.push_str(&html[from..]);
    notes.write_new("main", &mut out);
    Ok(out)
}

/// Whether a place of HTML is in a heading.
fn is_in_heading(html: &str, at: usize) -> bool {
    // Headings are short. To look no further back keeps the work of a long page in bounds.
    const REACH: usize = 400;
    let mut from = at.saturating_sub(REACH);
    while !html.is_char_boundary(from) {
        from += 1;
    }
    let before = &html.as_bytes()[from..at];
    let mut tags = html[from..at].rmatch_indices('<').map(|(start, _)| &before[start..]);
    let heading = tags.find_map(|tag| match tag {
        [b'<', b'h', b'1'..=b'6', ..] => Some(true),
        // A paragraph and an item begin in no heading.
        [b'<', b'/', b'h', b'1'..=b'6', ..] | [b'<', b'p', b'>', ..] | [b'<', b'l', b'i', b'>', ..] => Some(false),
        _ => None,
    });
    heading == Some(true)
}

/// All words of a body but those of its drawn blocks, as plain text.
pub(super) fn words(draw: &Draw<'_>, id: PageId) -> String {
    let page = draw.site.page(id);
    let html = &page.markup.html;
    let mut out = String::with_capacity(html.len() + 256);
    let mut from = 0;
    for hole in &page.markup.holes {
        let at = hole.at as usize;
        out.push_str(&html[from..at]);
        from = at;
        fill(draw, page, hole.kind, &mut Fill::Words, &mut out);
    }
    out.push_str(&html[from..]);
    text_of(&out)
}

/// Of a statement, no more HTML than this is looked at, nor more marks: a paragraph of a thousand marks and no full stop
/// would be shown a thousand times.
const LONGEST_STATEMENT: usize = 4000;
const MOST_MARKS: usize = 50;

/// The words that rest on a citation in the body of a page, as plain text for another page to show.
///
/// They reach from the mark back to the end of the sentence that the mark before it closes, or to the start of the
/// block. Names that the page withholds are not shown.
pub(super) fn statement(draw: &Draw<'_>, page: PageId, citation: u32) -> String {
    let page = draw.site.page(page);
    let html = page.markup.html.as_str();
    let holes = &page.markup.holes;
    let Some(last) = page.marks[citation as usize] else { return String::new() };
    let last = last as usize;
    let end = holes[last].at as usize;
    let mut first = last;
    let mut marks = 0;
    for (index, hole) in holes[..last].iter().enumerate().rev() {
        first = index;
        let closes = match hole.kind {
            HoleKind::Statement => true,
            HoleKind::Citation(_) => {
                marks += 1;
                let after = first_character(&html[hole.at as usize..end]);
                let is_closed = after.is_some_and(|one| matches!(one, '.' | '!' | '?' | '؟'));
                is_closed || ends_sentence(&html[..hole.at as usize])
            }
            _ => false,
        };
        if closes || marks == MOST_MARKS || end - hole.at as usize > LONGEST_STATEMENT {
            break;
        }
    }
    let mut from = holes[first].at as usize;
    // Of facts and links with titles some words are added.
    let mut out = String::with_capacity(end - from + 64);
    if end - from > LONGEST_STATEMENT {
        from = start_of_text(html, end - LONGEST_STATEMENT);
        out.push_str("… ");
    }
    for hole in &holes[first..last] {
        let at = hole.at as usize;
        if at < from {
            continue;
        }
        out.push_str(&html[from..at]);
        from = at;
        fill(draw, page, hole.kind, &mut Fill::Words, &mut out);
    }
    out.push_str(&html[from..end]);
    let mut text = text_of(&out);
    let begins = text.trim_start_matches(|one: char| one.is_whitespace() || matches!(one, '.' | ',' | ';'));
    text.drain(..text.len() - begins.len());
    withheld(draw, page, text)
}

/// The first character of HTML that is neither white space nor part of a tag.
fn first_character(html: &str) -> Option<char> {
    let mut rest = html.trim_start();
    while let Some(tag) = rest.strip_prefix('<') {
        rest = tag.split_once('>')?.1.trim_start();
    }
    rest.chars().next()
}

/// The next byte from `at` on that begins a character of text: a tag that is cut in two would be shown in part.
fn start_of_text(html: &str, at: usize) -> usize {
    let at = (at..html.len()).find(|at| html.is_char_boundary(*at)).unwrap_or(html.len());
    match html[at..].find(['<', '>']) {
        Some(bracket) if html[at + bracket..].starts_with('>') => at + bracket + 1,
        _ => at,
    }
}

/// A text of a page for other pages, without the names that only its own body may show.
pub(super) fn withheld(draw: &Draw<'_>, page: &Page, text: impl Into<String>) -> String {
    let mut text = text.into();
    let original = page.translations.first().map_or(page, |id| draw.site.page(*id));
    for name in page.common.withhold.iter().chain(&original.common.withhold) {
        if text.contains(name.as_str()) {
            text = text.replace(name.as_str(), &draw.string("name-withheld"));
        }
    }
    text
}

/// Whether the text of HTML ends a sentence, whatever tags and white space follow it.
fn ends_sentence(html: &str) -> bool {
    let mut rest = html;
    loop {
        rest = rest.trim_end_matches(|one: char| one.is_whitespace() || "\"”’»)'".contains(one));
        match rest.strip_suffix('>').and_then(|inner| inner.rfind('<')) {
            Some(tag) => rest = &rest[..tag],
            None => return rest.ends_with(['.', '!', '?', '…', '؟', ':']),
        }
    }
}

fn fill(draw: &Draw<'_>, page: &Page, kind: HoleKind, fill: &mut Fill<'_, '_>, out: &mut String) {
    let is_whole = matches!(fill, Fill::Whole(_));
    match kind {
        HoleKind::Fact(number) => {
            let fact = page.facts[number as usize];
            let text = draw.fact_text(fact);
            match fill {
                Fill::Whole(notes) => fact_mark(draw, fact, &text, notes, out),
                Fill::Words => out.push_str(&escaped(&text)),
            }
        }
        HoleKind::TitledLink(number) => {
            let link = &page.links[number as usize];
            if is_whole {
                start_tag(draw, page, link, out);
            }
            out.push_str(&escaped(&title(draw, link)));
            if is_whole {
                out.push_str("</a>");
            }
        }
        HoleKind::Link(number) if is_whole => start_tag(draw, page, &page.links[number as usize], out),
        HoleKind::Image(number) if is_whole => image(draw, page, &page.images[number as usize], out),
        HoleKind::Citation(number) => {
            if let Fill::Whole(notes) = fill {
                let anchor = cite::mark_anchor(number as usize);
                cite::mark(draw, &page.citations[number as usize], Anchor::Own(&anchor), notes, out);
            }
        }
        HoleKind::VoiceTitle if is_whole => {
            let label = draw.string("site-voice");
            writeln!(out, "<p class=\"voice\">{}</p>", escaped(&label)).expect(WRITES);
        }
        HoleKind::AlertTitle(alert) if is_whole => {
            let title = draw.string(&format!("alert-{}", alert.name()));
            writeln!(out, "<p class=\"alert-title\">{}</p>", escaped(&title)).expect(WRITES);
        }
        HoleKind::NotesTitle if is_whole => {
            writeln!(out, "<h2>{}</h2>", escaped(&draw.string("notes"))).expect(WRITES);
        }
        HoleKind::NoteBack(number) if is_whole => {
            let label = draw.string("back-to-text");
            writeln!(
                out,
                "<a class=\"note-back\" href=\"#note-mark-{number}\" role=\"doc-backlink\" aria-label=\"{}\">↩</a>",
                escaped(&label)
            )
            .expect(WRITES);
        }
        HoleKind::Term(number) if is_whole => {
            let term = draw.site.page(page.terms[number as usize]);
            write!(out, "<a class=\"term\" href=\"{}\"", draw.output.link_to(&term.output)).expect(WRITES);
            if let Some(summary) = &term.common.summary {
                write!(out, " title=\"{}\"", escaped(summary)).expect(WRITES);
            }
            out.push('>');
        }
        HoleKind::LinkEnd if is_whole => out.push_str("</a>"),
        _ => {}
    }
}

/// A fact in prose. Its first use on a page has its anchor, and its note.
fn fact_mark(draw: &Draw<'_>, fact: FactId, text: &str, notes: &mut Notes<'_>, out: &mut String) {
    let anchor = cite::fact_anchor(&draw.site.fact(fact).name);
    let (number, is_first) = notes.of_fact(fact, &anchor);
    out.push_str("<a class=\"fact\"");
    if is_first {
        write!(out, " id=\"{}\"", escaped(&anchor)).expect(WRITES);
    }
    write!(out, " href=\"#n{number}\">{}</a>", escaped(text)).expect(WRITES);
}

const WRITES: &str = "a string takes all that is written";

fn start_tag(draw: &Draw<'_>, page: &Page, link: &Link, out: &mut String) {
    out.push_str("<a href=\"");
    out.push_str(&escaped(&href(draw, link)));
    out.push('"');
    if !link.title.is_empty() {
        write!(out, " title=\"{}\"", escaped(&link.title)).expect(WRITES);
    }
    if let Target::Page(target, _) = &link.target {
        let language = draw.site.page(*target).language;
        if language != page.language {
            write!(out, " hreflang=\"{}\"", escaped(&draw.site.config.language(language).tag)).expect(WRITES);
        }
    }
    out.push('>');
}

fn image(draw: &Draw<'_>, _page: &Page, image: &Link, out: &mut String) {
    write!(out, "<img src=\"{}\" alt=\"{}\"", escaped(&href(draw, image)), escaped(&image.alternative)).expect(WRITES);
    if !image.title.is_empty() {
        write!(out, " title=\"{}\"", escaped(&image.title)).expect(WRITES);
    }
    out.push_str(" loading=\"lazy\">");
}

fn href(draw: &Draw<'_>, link: &Link) -> String {
    match &link.target {
        Target::Page(id, fragment) => {
            let mut href = draw.output.link_to(&draw.site.page(*id).output);
            if let Some(fragment) = fragment {
                href.push('#');
                href.push_str(&encoded(fragment));
            }
            href
        }
        Target::Heading(fragment) => ["#", &encoded(fragment)].concat(),
        Target::File(output) => draw.output.link_to(output),
        Target::External(address) => address.clone(),
    }
}

fn title(draw: &Draw<'_>, link: &Link) -> String {
    match &link.target {
        Target::Page(id, _) => draw.site.page(*id).common.title.clone(),
        Target::Heading(fragment) => fragment.clone(),
        Target::File(output) => output.to_string(),
        Target::External(address) => address.clone(),
    }
}
