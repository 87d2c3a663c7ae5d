//! Statements of a body, and whether each is cited.
//!
//! A statement is a sentence (or, when the site says so, a whole block) of a paragraph, list item, table row or
//! definition. It is cited when a mark stands in it or right after it. The items of a list or the rows of a table
//! inherit the citation of the paragraph, or list item, right before them when that ends in a colon, unless one of
//! them cites for itself: then all of them must.

use std::ops::Range;

use super::keys::Problems;
use super::messages;
use super::sentences::sentences;
use crate::model::body::{Tally, Voice};
use crate::model::config::EvidenceUnit;
use crate::text::bytes::find;
use crate::text::{Place, SitePath, Span};

/// Gathers statements while a body's events go by.
pub(super) struct Statements<'text> {
    path: &'text SitePath,
    start: usize,
    evidence: Option<EvidenceUnit>,
    problems: &'text Problems,
    run: Option<Run>,
    /// The room of the run before.
    spare: Run,
    /// The open lists and tables, the innermost last.
    lists: Vec<List>,
    /// What the block that has just ended is to what comes next.
    introduction: Introduction,
    /// How many list items, definitions and quotes are open; text inside them is a statement without a paragraph.
    containers: usize,
    in_paragraph: bool,
    in_row: bool,
    /// How many headings, code blocks and the like are open, whose text is no statement.
    paused: usize,
    tally: Tally,
}

/// What a block is to a list or table right after it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Introduction {
    /// It does not introduce it.
    #[default]
    None,
    /// It introduces it, and has a citation for its items.
    Cited,
    /// It introduces it, and lacks the citation, which has been told.
    Uncited,
}

/// A list or table.
#[derive(Default)]
struct List {
    /// What introduces it, or the list that it is in.
    introduction: Introduction,
    /// Whether one of its items cites for itself.
    cites: bool,
    /// Where its items cite nothing, while that is no mistake.
    uncited: Vec<Place>,
}

/// The text of one block, as it gathers.
#[derive(Default)]
struct Run {
    text: String,
    /// The bytes at which stretches of `text` begin, and where they come from in the body.
    origins: Vec<(usize, Range<usize>)>,
    marks: Vec<usize>,
    voice: Voice,
}

impl<'text> Statements<'text> {
    pub(super) fn new(
        path: &'text SitePath,
        start: usize,
        evidence: Option<EvidenceUnit>,
        problems: &'text Problems,
    ) -> Self {
        Self {
            path,
            start,
            evidence,
            problems,
            run: None,
            spare: Run::default(),
            lists: Vec::new(),
            introduction: Introduction::None,
            containers: 0,
            in_paragraph: false,
            in_row: false,
            paused: 0,
            tally: Tally::default(),
        }
    }

    /// Opens a statement if text now belongs to one and none is open; tells whether it did.
    pub(super) fn begin(&mut self, voice: Voice) -> bool {
        let belongs = self.paused == 0 && (self.in_paragraph || self.in_row || self.containers > 0);
        if self.run.is_some() || !belongs {
            return false;
        }
        self.run = Some(Run { voice, ..std::mem::take(&mut self.spare) });
        true
    }

    pub(super) fn text(&mut self, text: &str, origin: Range<usize>, is_escaped: bool) {
        if self.paused > 0 {
            return;
        }
        if let Some(run) = &mut self.run {
            run.origins.push((run.text.len(), origin));
            if is_escaped && text.starts_with('[') {
                // An escaped bracket is no broken citation.
                run.text.push('(');
                run.text.push_str(&text[1..]);
            } else {
                run.text.push_str(text);
            }
        }
    }

    pub(super) fn space(&mut self, at: usize) {
        if let Some(run) = &mut self.run {
            run.origins.push((run.text.len(), at..at));
            run.text.push(' ');
        }
    }

    pub(super) fn mark(&mut self) {
        if let (0, Some(run)) = (self.paused, &mut self.run) {
            run.marks.push(run.text.len());
        }
    }

    pub(super) fn start_paragraph(&mut self) {
        self.end_block();
        self.introduction = Introduction::None;
        self.in_paragraph = true;
    }

    pub(super) fn end_paragraph(&mut self) {
        self.end_block();
        self.in_paragraph = false;
    }

    pub(super) fn start_row(&mut self) {
        self.end_block();
        self.in_row = true;
    }

    pub(super) fn end_row(&mut self) {
        self.end_block();
        self.in_row = false;
    }

    pub(super) fn start_container(&mut self) {
        self.end_block();
        self.introduction = Introduction::None;
        self.containers += 1;
    }

    pub(super) fn end_container(&mut self) {
        self.end_block();
        self.introduction = Introduction::None;
        self.containers -= 1;
    }

    pub(super) fn start_list(&mut self) {
        self.end_block();
        let introduction = match std::mem::take(&mut self.introduction) {
            Introduction::None => self.lists.last().map_or(Introduction::None, |list| list.introduction),
            own => own,
        };
        self.lists.push(List { introduction, ..List::default() });
    }

    pub(super) fn end_list(&mut self) {
        self.end_block();
        self.introduction = Introduction::None;
        let Some(list) = self.lists.pop() else { return };
        if list.cites {
            for place in list.uncited {
                self.tally.cited -= u32::from(list.introduction == Introduction::Cited);
                self.problems.push(messages::uncited_statement(place));
            }
        } else if let Some(outer) = self.lists.last_mut() {
            outer.uncited.extend(list.uncited);
        }
    }

    pub(super) fn pause(&mut self) {
        self.end_block();
        self.introduction = Introduction::None;
        self.paused += 1;
    }

    pub(super) fn resume(&mut self) {
        self.paused -= 1;
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The block that was open has ended.
    pub(super) fn end_block(&mut self) {
        let Some(run) = self.run.take() else { return };
        self.report_broken_marks(&run);
        let introduction = self.lists.last().map_or(Introduction::None, |list| list.introduction);
        let mut is_last_cited = !run.marks.is_empty();
        if let (false, Some(list)) = (run.marks.is_empty(), self.lists.last_mut()) {
            list.cites = true;
        }
        let whole = run.text.chars().any(char::is_alphanumeric).then_some(0..run.text.len());
        let units = match self.evidence {
            Some(EvidenceUnit::Sentence) => sentences(&run.text),
            _ => whole.into_iter().collect(),
        };
        for (index, unit) in units.iter().enumerate() {
            self.tally.statements += 1;
            // A mark right after a sentence, at the start of the next, is still the first one's.
            let from = if index == 0 { 0 } else { unit.start + 1 };
            let next = run.marks.partition_point(|mark| *mark < from);
            let is_cited = run.marks.get(next).is_some_and(|mark| *mark <= unit.end);
            is_last_cited = is_cited;
            match run.voice {
                _ if is_cited => self.tally.cited += 1,
                Voice::Editorial => self.tally.editorial += 1,
                Voice::Cited if introduction != Introduction::None => {
                    self.tally.cited += u32::from(introduction == Introduction::Cited);
                    if self.evidence.is_some() {
                        let place = Place::span(self.path, run.span(unit, self.start));
                        self.lists.last_mut().expect("what inherits is in a list").uncited.push(place);
                    }
                }
                Voice::Cited if self.evidence.is_some() => {
                    let place = Place::span(self.path, run.span(unit, self.start));
                    self.problems.push(messages::uncited_statement(place));
                }
                Voice::Cited => {}
            }
        }
        self.introduction = match run.text.trim_end().ends_with([':', '：']) {
            true if is_last_cited || introduction == Introduction::Cited => Introduction::Cited,
            true if run.voice == Voice::Cited && self.evidence.is_some() => Introduction::Uncited,
            _ => Introduction::None,
        };
        self.spare = run.emptied();
    }

    /// Brackets that look like marks of ours, and were not read as such.
    fn report_broken_marks(&self, run: &Run) {
        // Most texts have no bracket, and to look for each opening by itself costs a fifth of reading a page.
        if find(run.text.as_bytes(), 0, b'[').is_none() {
            return;
        }
        for opening in ["[@", "[-@", "[=", "[^"] {
            for (at, _) in run.text.match_indices(opening) {
                // No mark is longer, and a text without a closing bracket is not to be gone through for each.
                let rest =
                    run.text[at..].char_indices().nth(200).map_or(&run.text[at..], |(end, _)| &run.text[at..at + end]);
                let word_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let close = rest.find(']').filter(|close| !rest[1..*close].contains('['));
                let end = match close {
                    Some(close) if opening == "[^" || close < word_end => close + 1,
                    _ => word_end,
                };
                let unit = at..at + end;
                let place = Place::span(self.path, run.span(&unit, self.start));
                self.problems.push(match opening {
                    "[^" if close.is_some() => messages::unknown_footnote(place, &rest[..end]),
                    "[^" => messages::broken_footnote(place),
                    "[=" => messages::broken_fact(place),
                    _ => messages::broken_citation(place),
                });
            }
        }
    }
}

impl Run {
    /// Its room, without what was in it.
    fn emptied(mut self) -> Self {
        self.text.clear();
        self.origins.clear();
        self.marks.clear();
        self
    }

    /// Where a stretch of the text is in the file, without white space around it.
    fn span(&self, unit: &Range<usize>, start: usize) -> Span {
        let text = &self.text[unit.clone()];
        let from = unit.start + (text.len() - text.trim_start().len());
        let to = from + text.trim().len();
        Span::new(self.origin(from)..self.origin_of_end(to)).moved(start)
    }

    /// The stretch that a byte lies in: the byte it begins at, and where it comes from.
    fn stretch(&self, offset: usize) -> (usize, Range<usize>) {
        let index = self.origins.partition_point(|(own, _)| *own <= offset).saturating_sub(1);
        self.origins.get(index).cloned().unwrap_or((0, 0..0))
    }

    fn origin(&self, offset: usize) -> usize {
        let (own, origin) = self.stretch(offset);
        (origin.start + (offset - own)).min(origin.end.max(origin.start))
    }

    /// Like `origin`, but for the end of a stretch: the byte after its last one.
    ///
    /// What stands for something else, as a typeset quotation mark or code, ends where that ends.
    fn origin_of_end(&self, offset: usize) -> usize {
        let (own, origin) = self.stretch(offset.saturating_sub(1));
        let next = self.origins.partition_point(|(start, _)| *start < offset);
        let length = self.origins.get(next).map_or(self.text.len(), |(start, _)| *start) - own;
        if offset - own >= length { origin.end } else { (origin.start + (offset - own)).min(origin.end) }
    }
}
