//! Templates that leave a trace: every attribute that one of them writes says where it is written.
//!
//! What a template writes cannot be told from what others write once a page is drawn. To find the place of a mistake,
//! the page is drawn again with templates in which a mark stands at the start of every value that can hold an address
//! or an id. A value without one comes from elsewhere.

use std::fmt::Write;

use crate::text::Span;
use crate::text::addresses::HOLDERS;
use crate::text::bytes::three_bytes;

/// Stands before the mark of a value, and `CLOSE` after it. Both are of the private use area.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
const OPENS: [u8; 3] = three_bytes(OPEN);

/// Where a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// The number of the template.
    pub(super) template: usize,
    /// The byte of its text at which the value begins.
    pub(super) at: usize,
}

/// The mark at the start of a value, and the value without it.
#[inline]
pub(super) fn read(value: &str) -> (Option<Mark>, &str) {
    // Only templates that leave a trace write anything like it.
    if value.as_bytes().first_chunk() == Some(&OPENS) { read_marked(value) } else { (None, value) }
}

fn read_marked(value: &str) -> (Option<Mark>, &str) {
    let inner = value.strip_prefix(OPEN).and_then(|rest| rest.split_once(CLOSE));
    let mark = |inner: &str| {
        let (template, at) = inner.split_once('.')?;
        Some(Mark { template: template.parse().ok()?, at: at.parse().ok()? })
    };
    match inner.and_then(|(inner, rest)| Some((mark(inner)?, rest))) {
        Some((mark, rest)) => (Some(mark), rest),
        None => (None, value),
    }
}

/// A template's text with its marks.
pub(super) fn marked(template: usize, text: &str) -> String {
    let mut marked = String::with_capacity(text.len() * 5 / 4);
    let mut from = 0;
    for at in values(text) {
        marked.push_str(&text[from..at]);
        write!(marked, "{OPEN}{template}.{at}{CLOSE}").expect("a string takes all that is written");
        from = at;
    }
    marked.push_str(&text[from..]);
    marked
}

/// The value that begins at a byte of a template, up to the quotation mark that closes it.
pub(super) fn value_span(text: &str, at: usize) -> Span {
    let quote = text[..at].chars().next_back().filter(|before| matches!(before, '"' | '\''));
    let mut end = at;
    while let Some(here) = text[end..].chars().next() {
        let is_end = match quote {
            Some(quote) => here == quote,
            None => here.is_whitespace() || here == '>',
        };
        if is_end {
            break;
        }
        end = end_of_tag(text, end).unwrap_or(end + here.len_utf8());
    }
    Span::new(at..end)
}

/// Where the values of marked attributes begin.
fn values(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut values = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(end) = end_of_tag(text, at) {
            at = end;
            continue;
        }
        if bytes[at] == b'=' && is_marked(&text[..at]) {
            let spaces = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            at += 1 + spaces;
            at += usize::from(matches!(bytes.get(at), Some(b'"' | b'\'')));
            values.push(at);
            continue;
        }
        at += 1;
    }
    values
}

/// Whether a text ends with the name of a marked attribute.
fn is_marked(before: &str) -> bool {
    let before = before.trim_ascii_end();
    let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b':' | b'-');
    let length = before.bytes().rev().take_while(|byte| is_of_name(byte)).count();
    let (rest, name) = before.split_at(before.len() - length);
    let begins = rest.ends_with(|last: char| last.is_ascii_whitespace() || matches!(last, '"' | '\'' | '}'));
    begins && HOLDERS.contains(&name.to_ascii_lowercase().as_str())
}

/// The byte after the expression, statement or comment of a template that begins at a byte, if one does.
fn end_of_tag(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let close = match rest.as_bytes().get(..2)? {
        b"{{" => "}}",
        b"{%" => "%}",
        b"{#" => return Some(rest.find("#}").map_or(text.len(), |end| at + end + 2)),
        _ => return None,
    };
    let mut quote = None;
    let mut is_escaped = false;
    for (offset, here) in rest.char_indices().skip(2) {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if here == '\\' => is_escaped = true,
            Some(open) if here == open => quote = None,
            None if matches!(here, '"' | '\'' | '`') => quote = Some(here),
            None if rest[offset..].starts_with(close) => return Some(at + offset + 2),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_marked_and_found_again() {
        let text = "<a class=\"x\" href=\"{{ root }}{% if a == \"\\\"\" %}b{% endif %}.html\" ID = 'c'>{{ t(id=\"d\") }}<p id=e>";
        let found: Vec<&str> = values(text).into_iter().map(|at| &text[value_span(text, at).range()]).collect();
        assert_eq!(found, ["{{ root }}{% if a == \"\\\"\" %}b{% endif %}.html", "c", "e"]);
        let marked = marked(3, "<p id=\"a\">");
        assert_eq!(marked, "<p id=\"\u{e000}3.7\u{e001}a\">");
        assert_eq!(read("\u{e000}3.7\u{e001}a"), (Some(Mark { template: 3, at: 7 }), "a"));
        assert_eq!(read("a"), (None, "a"));
    }
}
