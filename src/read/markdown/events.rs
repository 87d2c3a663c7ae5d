//! What is done with single events of a body.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event};

use crate::model::body::Alert;

/// What is still to come of a body.
pub(super) type Events<'events, 'text> = dyn Iterator<Item = (Event<'text>, Range<usize>)> + 'events;

/// The same text, or what a change makes of it.
pub(super) fn changed(text: CowStr<'_>, change: impl Fn(&str) -> Cow<'_, str>) -> CowStr<'_> {
    match change(&text) {
        Cow::Owned(other) => other.into(),
        Cow::Borrowed(_) => text,
    }
}

/// Passes over what is inside a tag whose start has been taken.
pub(super) fn skip(parser: &mut Events<'_, '_>) {
    plain_text(parser);
}

/// The plain text inside a tag whose start has been taken, up to its end.
pub(super) fn plain_text(parser: &mut Events<'_, '_>) -> String {
    let mut depth = 0;
    let mut text = String::new();
    for (event, _) in parser {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => break,
            Event::End(_) => depth -= 1,
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

pub(super) fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).expect("a page has fewer bytes than that")
}
