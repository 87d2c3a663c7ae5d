//! Markdown as HTML with holes. With `events`, what knows `pulldown-cmark`.
//!
//! `CommonMark` with tables, footnotes, strikethrough, definition lists, alerts, heading attributes, smart punctuation,
//! wiki links, and the two marks of our own: `[@source, ¶7]` and `[=fact]`. Both are found where `CommonMark` looks
//! for a link reference that nobody defined ("Shortcut reference link"), so that code and escapes are left alone.

mod events;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BrokenLink, CodeBlockKind, CowStr, Event, InlineStr, LinkType, Options, Parser, Tag, TagEnd, html,
};

use self::events::{Events, alert, changed, count, plain_text, skip};
use super::anchors::Anchors;
use super::footnotes::Footnotes;
use super::holes;
use super::keys::Problems;
use super::messages;
use super::raw::{self, Levels, Syntax};
use super::references::{self, Written};
use super::statements::Statements;
use super::{blocks, citation};
use crate::diagnostic::Code;
use crate::model::KeyId;
use crate::model::block::DraftBlock;
use crate::model::body::{DraftLink, Heading, HoleKind, Markup, Reference, Voice};
use crate::model::citation::Citation;
use crate::model::config::{EvidenceUnit, HtmlPolicy};
use crate::text::html::{escaped, start_of_code};
use crate::text::{Place, SitePath, Span, Spanned};

/// How a body is to be read.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// What must be cited, if anything must.
    pub(super) evidence: Option<EvidenceUnit>,
    /// What raw HTML becomes.
    pub(super) html: HtmlPolicy,
}

/// What a body holds.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) markup: Markup,
    pub(super) links: Vec<DraftLink>,
    pub(super) images: Vec<DraftLink>,
    pub(super) citations: Vec<Citation<KeyId>>,
    pub(super) cited_at: Vec<Span>,
    pub(super) keys: Vec<Box<str>>,
    pub(super) facts: Vec<Spanned<String>>,
    pub(super) blocks: Vec<DraftBlock>,
}

/// By level, from 1.
const NAMES_OF_HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// What `own_mark` calls a link that is a citation or a fact; no destination that an author writes begins like this.
const CITATION: &str = "\u{e000}@";
const FACT: &str = "\u{e000}=";

/// Reads the body that starts at byte `start` of a page's text.
pub(super) fn parse(path: &SitePath, text: &str, start: usize, rules: Rules, problems: &Problems) -> Parsed {
    let body = &text[start..];
    let body: Cow<'_, str> = holes::without_numbers(body);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS;
    let parser = Parser::new_with_broken_link_callback(&body, options, Some(own_mark));
    let definitions = parser.reference_definitions().iter();
    let written = Written::new(definitions.map(|(_, definition)| (&*definition.dest, definition.span.clone())));
    let mut parser = parser.into_offset_iter();
    let mut writer = Writer {
        path,
        text,
        body: &body,
        start,
        rules,
        problems,
        html: String::with_capacity(body.len() * 3 / 2),
        events: Vec::new(),
        kinds: Vec::new(),
        number: String::new(),
        parsed: Parsed::default(),
        keys: citation::CitedKeys::default(),
        statements: Statements::new(path, start, rules.evidence, problems),
        anchors: Anchors::new(path, problems),
        footnotes: Footnotes::new(),
        editorial: None,
        depth: 0,
        levels: Levels::new(path, problems),
        has_raw_html: false,
        has_alignment: false,
        written,
    };
    writer.write(&mut parser);
    writer.finish()
}

#[expect(clippy::needless_pass_by_value, reason = "the parser hands it over")]
fn own_mark(link: BrokenLink<'_>) -> Option<(CowStr<'_>, CowStr<'_>)> {
    if link.link_type != LinkType::Shortcut {
        return None;
    }
    let inner = link.reference.trim();
    let mark = match inner.starts_with('=') {
        true => FACT,
        false if citation::is_citation(inner) => CITATION,
        false => return None,
    };
    Some((mark.into(), "".into()))
}

struct Writer<'text> {
    path: &'text SitePath,
    /// The whole file.
    text: &'text str,
    body: &'text str,
    start: usize,
    rules: Rules,
    problems: &'text Problems,
    /// The blocks that are written, with numbers where holes will be.
    html: String,
    /// The block that is being read.
    events: Vec<Event<'text>>,
    kinds: Vec<HoleKind>,
    /// Room for the number of a hole.
    number: String,
    parsed: Parsed,
    keys: citation::CitedKeys<'text>,
    statements: Statements<'text>,
    anchors: Anchors<'text>,
    footnotes: Footnotes<Event<'text>>,
    /// The level of the heading that opened the editorial section.
    editorial: Option<u8>,
    /// How many lists, quotes and the like are open: sections cannot begin inside them.
    depth: usize,
    levels: Levels<'text>,
    has_raw_html: bool,
    /// Whether a table says how its columns are aligned.
    has_alignment: bool,
    /// Where destinations are written.
    written: Written,
}

impl<'text> Writer<'text> {
    fn write(&mut self, parser: &mut Events<'_, 'text>) {
        let mut block_end = 0;
        while let Some((event, range)) = parser.next() {
            // What begins where the last block has ended is the next one.
            if range.start >= block_end {
                self.write_block();
                block_end = range.end;
            }
            self.event(event, range, parser);
        }
    }

    /// Writes the blocks that have ended, so that no page is held as events as a whole.
    fn write_block(&mut self) {
        // The writer begins a new line where it knows that none has begun.
        let ends_line = match self.events.last() {
            Some(Event::End(_)) => true,
            Some(Event::Html(html)) => html.ends_with('\n'),
            _ => false,
        };
        if ends_line {
            html::push_html(&mut self.html, self.events.drain(..));
        }
    }

    fn event(&mut self, event: Event<'text>, range: Range<usize>, parser: &mut Events<'_, 'text>) {
        match event {
            Event::Start(tag) => self.start_tag(tag, range, parser),
            Event::End(tag) => self.end_tag(tag),
            Event::Text(text) => {
                self.text(&text, &range);
                self.events.push(Event::Text(match text {
                    // It is a part of the body, which has none.
                    CowStr::Borrowed(_) => text,
                    _ => changed(text, holes::without_numbers),
                }));
            }
            Event::Code(code) => {
                self.text("\u{fffc}", &range);
                self.hole(HoleKind::TermsOff);
                self.events.push(Event::Code(code));
                self.hole(HoleKind::TermsOn);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.statements.space(range.start);
                self.events.push(event);
            }
            // An entity may stand for what stands for a hole.
            Event::Html(html) => self.events.push(Event::Html(changed(html, holes::without_references))),
            Event::InlineHtml(html) => {
                self.raw(&range);
                self.events.push(Event::InlineHtml(changed(html, holes::without_references)));
            }
            Event::FootnoteReference(label) => self.footnote_mark(&label),
            other => self.events.push(other),
        }
    }

    fn start_tag(&mut self, tag: Tag<'text>, range: Range<usize>, parser: &mut Events<'_, 'text>) {
        match tag {
            Tag::Link { dest_url, .. } if &*dest_url == CITATION => {
                skip(parser);
                self.citation(range);
            }
            Tag::Link { dest_url, .. } if &*dest_url == FACT => {
                skip(parser);
                self.fact(range);
            }
            Tag::Link { link_type: LinkType::WikiLink { has_pothole: false }, dest_url, .. } => {
                skip(parser);
                self.text("\u{fffc}", &range);
                let range = references::wiki_destination(self.body, &dest_url, range);
                let number = self.link(references::of_wiki(&dest_url), "", range);
                self.hole(HoleKind::TitledLink(number));
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                let reference = match link_type {
                    LinkType::WikiLink { .. } => references::of_wiki(&dest_url),
                    LinkType::Email => Reference::External(format!("mailto:{dest_url}")),
                    _ => self.reference(&dest_url, &range),
                };
                let range = match link_type {
                    LinkType::WikiLink { .. } => references::wiki_destination(self.body, &dest_url, range),
                    _ => self.written.destination(self.body, &dest_url, range),
                };
                let number = self.link(reference, &title, range);
                self.hole(HoleKind::Link(number));
                self.hole(HoleKind::TermsOff);
            }
            Tag::Image { dest_url, title, .. } => {
                let alternative = plain_text(parser);
                self.text("\u{fffc}", &range);
                if alternative.trim().is_empty() {
                    self.problems.push(messages::no_alternative(self.place(&range), Syntax::Markdown));
                }
                let reference = self.reference(&dest_url, &range);
                let span = self.span(&self.written.destination(self.body, &dest_url, range));
                let number = count(self.parsed.images.len());
                self.parsed.images.push(DraftLink { reference, title: title.to_string(), alternative, span });
                self.hole(HoleKind::Image(number));
            }
            Tag::Heading { level, id, classes, .. } => {
                self.heading(level as u8, id, &classes, range, parser);
            }
            Tag::FootnoteDefinition(label) => {
                let outer = std::mem::take(&mut self.events);
                self.depth += 1;
                while let Some((event, range)) = parser.next() {
                    if matches!(event, Event::End(TagEnd::FootnoteDefinition)) {
                        break;
                    }
                    self.event(event, range, parser);
                }
                self.depth -= 1;
                self.statements.end_block();
                let note = std::mem::replace(&mut self.events, outer);
                self.footnotes.add(&label, note, range);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(ref info)) if blocks::is_drawn(info) => {
                let info = info.clone();
                self.block(&info, &range, parser);
            }
            Tag::HtmlBlock => {
                self.raw(&range);
                self.events.push(Event::Start(tag));
            }
            Tag::CodeBlock(kind) => {
                self.statements.pause();
                self.hole(HoleKind::TermsOff);
                let info = if let CodeBlockKind::Fenced(info) = &kind { info } else { "" };
                self.events.push(Event::Html(start_of_code(&holes::without_numbers(info)).into()));
            }
            Tag::BlockQuote(kind) => {
                self.depth += 1;
                self.statements.start_container();
                if let Some(kind) = kind {
                    let alert = alert(kind);
                    let start = format!("<div class=\"alert alert-{}\">\n", alert.name());
                    self.events.push(Event::Html(start.into()));
                    self.hole(HoleKind::AlertTitle(alert));
                } else {
                    self.hole(HoleKind::TermsOff);
                    self.events.push(Event::Html("<blockquote>\n".into()));
                }
            }
            other => {
                match other {
                    Tag::Paragraph => self.statements.start_paragraph(),
                    Tag::Item | Tag::DefinitionListDefinition => self.statements.start_container(),
                    Tag::List(_) | Tag::DefinitionList => {
                        self.depth += 1;
                        self.statements.start_list();
                    }
                    Tag::Table(ref alignments) => {
                        self.has_alignment |= alignments.iter().any(|one| *one != Alignment::None);
                        self.depth += 1;
                        self.statements.start_list();
                        self.events.push(Event::Html("<div class=\"table\" tabindex=\"0\">\n".into()));
                    }
                    Tag::TableRow => self.statements.start_row(),
                    Tag::TableHead | Tag::DefinitionListTitle => self.statements.pause(),
                    _ => {}
                }
                self.events.push(Event::Start(other));
            }
        }
    }

    fn end_tag(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => {
                // A hole as its start tag is: the sanitiser takes out end tags that it sees no start of.
                self.hole(HoleKind::LinkEnd);
                self.hole(HoleKind::TermsOn);
                return;
            }
            TagEnd::BlockQuote(kind) => {
                self.depth -= 1;
                self.statements.end_container();
                let end = if kind.is_some() { "</div>\n" } else { "</blockquote>\n" };
                self.events.push(Event::Html(end.into()));
                if kind.is_none() {
                    self.hole(HoleKind::TermsOn);
                }
                return;
            }
            TagEnd::Paragraph => self.statements.end_paragraph(),
            TagEnd::Item | TagEnd::DefinitionListDefinition => self.statements.end_container(),
            TagEnd::List(_) | TagEnd::DefinitionList => {
                self.depth -= 1;
                self.statements.end_list();
            }
            TagEnd::TableRow => self.statements.end_row(),
            TagEnd::TableCell => self.statements.space(self.body.len()),
            TagEnd::TableHead | TagEnd::DefinitionListTitle => self.statements.resume(),
            TagEnd::Table => {
                self.depth -= 1;
                self.statements.end_list();
                self.events.push(Event::End(tag));
                self.events.push(Event::Html("</div>\n".into()));
                return;
            }
            TagEnd::CodeBlock => {
                self.statements.resume();
                self.events.push(Event::End(tag));
                self.hole(HoleKind::TermsOn);
                return;
            }
            _ => {}
        }
        self.events.push(Event::End(tag));
    }

    /// Text of a statement. At the first of a statement, a hole says that it begins.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        self.begin_statement();
        let before = self.body.as_bytes()[..range.start].last();
        self.statements.text(text, range.clone(), before == Some(&b'\\'));
    }

    fn begin_statement(&mut self) {
        if self.statements.begin(self.voice()) {
            self.hole(HoleKind::Statement);
        }
    }

    fn voice(&self) -> Voice {
        if self.editorial.is_some() { Voice::Editorial } else { Voice::Cited }
    }

    fn hole(&mut self, kind: HoleKind) {
        self.number.clear();
        holes::push_hole(&mut self.number, self.kinds.len());
        self.kinds.push(kind);
        let short = InlineStr::try_from(self.number.as_str()).map(CowStr::Inlined);
        self.events.push(Event::InlineHtml(short.unwrap_or_else(|_| self.number.clone().into())));
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(range.clone()).moved(self.start)
    }

    fn place(&self, range: &Range<usize>) -> Place {
        Place::span(self.path, self.span(range))
    }

    fn citation(&mut self, range: Range<usize>) {
        let written = &self.body[range.clone()];
        let inner = written.trim_start_matches('[').trim_end_matches(']');
        // The statement counts as cited even where the citation cannot be read: one mistake, one message.
        self.begin_statement();
        self.statements.mark();
        match citation::parse(inner) {
            Ok(citation) => {
                let number = count(self.parsed.citations.len());
                let citation = citation.renamed(|key| Some(self.keys.id(key)));
                let items = citation::parts(inner, range.start + 1 + self.start);
                self.parsed.cited_at.extend(items.map(Span::new));
                self.parsed.citations.push(citation);
                self.hole(HoleKind::Citation(number));
            }
            Err(error) => self.problems.push(messages::malformed_citation(self.place(&range), written, &error)),
        }
    }

    fn fact(&mut self, range: Range<usize>) {
        let written = &self.body[range.clone()];
        let name = written.trim_start_matches("[=").trim_end_matches(']').trim();
        self.text("0", &range);
        if name.is_empty() {
            self.problems.push(messages::nameless_fact(self.place(&range)));
            return;
        }
        let number = count(self.parsed.facts.len());
        self.parsed.facts.push(Spanned { value: name.to_owned(), span: self.span(&range) });
        self.hole(HoleKind::Fact(number));
    }

    fn link(&mut self, reference: Reference, title: &str, range: Range<usize>) -> u32 {
        let span = self.span(&range);
        self.parsed.links.push(DraftLink { reference, title: title.to_owned(), alternative: String::new(), span });
        count(self.parsed.links.len() - 1)
    }

    /// What a destination leads to. One that could run code is a problem, and leads nowhere.
    fn reference(&self, destination: &str, range: &Range<usize>) -> Reference {
        references::of_destination(destination).unwrap_or_else(|| {
            let place = self.place(&self.written.destination(self.body, destination, range.clone()));
            self.problems.push(messages::unsafe_link(place, destination));
            Reference::Heading(String::new())
        })
    }

    fn heading(
        &mut self,
        level: u8,
        id: Option<CowStr<'text>>,
        classes: &[CowStr<'text>],
        range: Range<usize>,
        parser: &mut Events<'_, 'text>,
    ) {
        self.statements.end_block();
        self.statements.pause();
        let is_editorial = classes.iter().any(|class| &**class == "editorial");
        if self.depth == 0 {
            if self.editorial.is_some_and(|open| level <= open) {
                self.editorial = None;
                self.events.push(Event::Html("</section>\n".into()));
            }
            if is_editorial && self.editorial.is_none() {
                self.editorial = Some(level);
                self.events.push(Event::Html("<section class=\"editorial\">\n".into()));
                self.hole(HoleKind::VoiceTitle);
            }
        }
        let start = self.events.len();
        let mut text = String::new();
        while let Some((event, range)) = parser.next() {
            match event {
                Event::End(TagEnd::Heading(_)) => break,
                Event::Text(ref part) | Event::Code(ref part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
            self.event(event, range, parser);
        }
        self.statements.resume();
        let line = range.start..range.start + self.body[range].trim_end().len();
        self.levels.add(level, self.span(&line), Syntax::Markdown);
        let anchor = match id {
            Some(given) => {
                let written = self.body[line.clone()].rfind(&format!("#{given}"));
                let range = written.map_or(line.clone(), |at| line.start + at..line.start + at + given.len() + 1);
                self.anchors.given(&given, self.span(&range), Syntax::Markdown)
            }
            None => self.anchors.of_words(&text, self.span(&line)),
        };
        let classes = classes.iter().filter(|class| &***class != "editorial");
        let classes: String = classes.flat_map(|class| [&**class, " "]).collect();
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", escaped(classes.trim())) };
        let name = NAMES_OF_HEADINGS[usize::from(level) - 1];
        let inner = self.events.split_off(start);
        self.events.push(Event::Html(["<", name, " id=\"", &escaped(&anchor), "\"", &class, ">"].concat().into()));
        self.hole(HoleKind::TermsOff);
        self.events.extend(inner);
        self.hole(HoleKind::TermsOn);
        self.events.push(Event::Html(["</", name, ">\n"].concat().into()));
        let voice = self.voice();
        let text = text.trim().to_owned();
        self.parsed.markup.headings.push(Heading { level, anchor, text, voice });
    }

    /// HTML that stands there as it is.
    fn raw(&mut self, range: &Range<usize>) {
        self.has_raw_html = true;
        let values = &mut self.parsed.markup.raw;
        raw::read(&self.body[range.clone()], range.start + self.start, values, &mut self.anchors, &mut self.levels);
    }

    fn footnote_mark(&mut self, label: &str) {
        self.begin_statement();
        let (number, is_first) = self.footnotes.mark(label);
        let id = if is_first { format!(" id=\"note-mark-{number}\"") } else { String::new() };
        self.hole(HoleKind::TermsOff);
        self.events.push(Event::InlineHtml(
            format!("<sup class=\"note-mark\"><a{id} href=\"#note-{number}\" role=\"doc-noteref\">{number}</a></sup>")
                .into(),
        ));
        self.hole(HoleKind::TermsOn);
    }

    /// A fence that shows the site's own data.
    fn block(&mut self, info: &str, range: &Range<usize>, parser: &mut Events<'_, 'text>) {
        self.statements.end_block();
        let mut inner: Option<Range<usize>> = None;
        for (event, part) in parser {
            if matches!(event, Event::End(TagEnd::CodeBlock)) {
                break;
            }
            inner = Some(inner.map_or(part.start, |inner| inner.start)..part.end);
        }
        let whole = self.span(range);
        let inner = inner.map_or(Span { start: whole.end, end: whole.end }, |inner| self.span(&inner));
        if blocks::has_room(self.parsed.blocks.len(), self.place(range), self.problems)
            && let Some(block) = blocks::read(self.path, self.text, info, inner, whole, self.problems)
        {
            let number = count(self.parsed.blocks.len());
            self.parsed.blocks.push(block);
            self.hole(HoleKind::Block(number));
        }
    }

    fn write_footnotes(&mut self) {
        let notes = self.footnotes.take();
        // A mark and a note that do not find each other are one mistake.
        if !self.problems.has(Code::UnknownFootnote) {
            for (label, range) in self.footnotes.unmarked() {
                let mark = format!("[^{label}]");
                let range = range.start..range.start + mark.len();
                self.problems.push(messages::unmarked_footnote(self.place(&range), &mark));
            }
        }
        if notes.is_empty() {
            return;
        }
        self.events.push(Event::Html("<section class=\"notes\" role=\"doc-endnotes\">\n".into()));
        self.hole(HoleKind::NotesTitle);
        self.events.push(Event::Html("<ol>\n".into()));
        for (index, note) in notes.into_iter().enumerate() {
            let number = index + 1;
            self.events.push(Event::Html(format!("<li id=\"note-{number}\">\n").into()));
            self.events.extend(note);
            self.hole(HoleKind::NoteBack(count(number)));
            self.events.push(Event::Html("</li>\n".into()));
        }
        self.events.push(Event::Html("</ol>\n</section>\n".into()));
    }

    fn finish(mut self) -> Parsed {
        self.statements.end_block();
        if self.editorial.is_some() {
            self.events.push(Event::Html("</section>\n".into()));
        }
        self.write_footnotes();
        let mut html = self.html;
        html::push_html(&mut html, self.events.into_iter());
        if self.has_alignment {
            // The pages' policy of security lets no style stand in a tag.
            for side in ["left", "center", "right"] {
                html = html.replace(&format!(" style=\"text-align: {side}\""), &format!(" class=\"{side}\""));
            }
        }
        if self.has_raw_html && self.rules.html == HtmlPolicy::Clean {
            html = holes::cleaned(&html, self.path, self.problems);
        }
        let markup = &mut self.parsed.markup;
        markup.tally = self.statements.tally();
        (markup.html, markup.holes) = holes::divide(&html, &self.kinds);
        // All pages are kept until the last is read.
        self.parsed.links.shrink_to_fit();
        self.parsed.citations.shrink_to_fit();
        self.parsed.cited_at.shrink_to_fit();
        self.parsed.keys = self.keys.into_all();
        self.parsed
    }
}
