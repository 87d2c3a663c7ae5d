//! Raw HTML in Markdown: what it links to, the ids it gives, its headings and its images.

use super::anchors::Anchors;
use super::keys::Problems;
use super::messages;
use crate::model::body::{RawKind, RawValue};
use crate::text::addresses::{self, PartKind};
use crate::text::tags::{Piece, visit};
use crate::text::{Place, SitePath, Span};

/// What something is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Markdown,
    Html,
}

/// The levels of a page's headings, one after another.
pub(super) struct Levels<'text> {
    path: &'text SitePath,
    problems: &'text Problems,
    last: u8,
}

impl<'text> Levels<'text> {
    pub(super) fn new(path: &'text SitePath, problems: &'text Problems) -> Self {
        Self { path, problems, last: 1 }
    }

    /// Takes in the heading that stands there.
    pub(super) fn add(&mut self, level: u8, span: Span, syntax: Syntax) {
        let place = Place::span(self.path, span);
        if level == 1 {
            self.problems.push(messages::heading_repeats_title(place, syntax));
        } else if level > self.last + 1 {
            self.problems.push(messages::heading_skips(place, self.last, level, syntax));
        }
        self.last = level;
    }
}

/// Reads a stretch of HTML that begins at byte `start` of the page's text.
pub(super) fn read(html: &str, start: usize, values: &mut Vec<RawValue>, anchors: &mut Anchors, levels: &mut Levels) {
    let span = |at: usize, length: usize| Span::new(start + at..start + at + length);
    let asks_for = |name: &[u8]| addresses::asks_for(name) || name.eq_ignore_ascii_case(b"alt");
    visit(html, asks_for, |piece| {
        let Piece::Tag(tag) = piece else { return };
        let whole = || span(tag.start, html[tag.start..].find('>').map_or(html.len() - tag.start, |end| end + 1));
        if let Some(level) = heading_level(tag.name) {
            levels.add(level, whole(), Syntax::Html);
        }
        if tag.is("img") && tag.attribute("alt").is_none() {
            levels.problems.push(messages::no_alternative(Place::span(levels.path, whole()), Syntax::Html));
        }
        for attribute in tag.attributes {
            addresses::of_attribute(&tag, *attribute, None, &mut |part| {
                let kind = if part.what == PartKind::Link { RawKind::Link } else { RawKind::Id };
                let (text, span) = (part.text.into_owned(), span(part.start, part.length));
                if kind == RawKind::Id {
                    anchors.given(&text, span, Syntax::Html);
                } else if addresses::names_host(&text) {
                    levels.problems.push(messages::unsafe_link(Place::span(levels.path, span), &text));
                }
                values.push(RawValue { kind, text, span });
            });
        }
    });
}

fn heading_level(name: &[u8]) -> Option<u8> {
    match name {
        [b'h' | b'H', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}
