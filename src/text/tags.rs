//! The tags of HTML, as a browser finds them in the bytes of a file.
//!
//! Every page of a built site passes through here, so this is no tree and no tokeniser with states by character: it
//! goes from `<` to `<`, and knows of the rest of HTML only what decides where a tag is (WHATWG HTML, section 13.2.5:
//! comments, raw text, quoted values, foreign content). A property test holds it against `html5ever`.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::bytes::{Names, Word, find, first};

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'html, 'visit> {
    /// Its name, as it is written.
    pub name: &'html [u8],
    /// Where its `<` is.
    pub start: usize,
    /// Its attributes, in order, but for those that nobody asks for.
    pub attributes: &'visit [Attribute<'html>],
}

/// An attribute of a start tag.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'html> {
    /// Its name, as it is written.
    pub name: &'html str,
    /// Its value, as it is written between its quotation marks.
    pub value: &'html str,
    /// Where the value begins.
    pub start: usize,
    /// Whether the value is its text, without character references.
    pub is_plain: bool,
}

impl<'html> Tag<'html, '_> {
    /// Whether this is its name; names are given in small letters.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// An attribute, if it is there.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'html>> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

/// A piece of HTML that may hold addresses.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'html, 'visit> {
    /// A start tag.
    Tag(Tag<'html, 'visit>),
    /// The text of a `<style>`, and where it begins.
    Style(&'html str, usize),
}

/// Hands over every start tag of HTML, with those of its attributes whose names are asked for, and the styles between
/// them.
pub fn visit<'html>(html: &'html str, asks_for: impl Fn(&[u8]) -> bool, mut take: impl FnMut(Piece<'html, '_>)) {
    let mut scan = Scan { html, asks_for, at: 0, foreign: 0, attributes: Vec::with_capacity(16) };
    // None where the file ends inside a tag or a comment.
    while scan.step(&mut take).is_some() {}
}

struct Scan<'html, Asks> {
    html: &'html str,
    /// Whether anyone asks for attributes of this name.
    asks_for: Asks,
    at: usize,
    /// How many `<svg>` and `<math>` are open, inside which other rules hold.
    foreign: usize,
    /// Those of the tag at hand.
    attributes: Vec<Attribute<'html>>,
}

impl<'html, Asks: Fn(&[u8]) -> bool> Scan<'html, Asks> {
    fn step(&mut self, take: &mut impl FnMut(Piece<'html, '_>)) -> Option<()> {
        let bytes = self.html.as_bytes();
        let start = find(bytes, self.at, b'<')?;
        match *bytes.get(start + 1)? {
            b'/' if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                let end = after_name(bytes, start + 2)?;
                let name = &bytes[start + 2..end];
                match bytes[end] {
                    b'>' => self.at = end + 1,
                    // Attributes of an end tag mean nothing, and may hold a `>`.
                    _ => _ = self.tag(start + 2)?,
                }
                if self.foreign > 0 && ElementKind::of(name) == ElementKind::Foreign {
                    self.foreign -= 1;
                }
            }
            b'/' | b'?' => self.at = start + 2 + memchr(b'>', &bytes[start + 2..])? + 1,
            b'!' => self.at = self.after_declaration(start)?,
            first if first.is_ascii_alphabetic() => {
                let (name, is_closed) = self.tag(start + 1)?;
                take(Piece::Tag(Tag { name, start, attributes: &self.attributes }));
                match ElementKind::of(name) {
                    ElementKind::Foreign => self.foreign += usize::from(!is_closed),
                    ElementKind::RawText if self.foreign == 0 => {
                        let text = self.at;
                        self.at = end_of_raw_text(self.html, text, name);
                        if name.eq_ignore_ascii_case(b"style") {
                            take(Piece::Style(&self.html[text..self.at], text));
                        }
                    }
                    ElementKind::RawText | ElementKind::Normal => {}
                }
            }
            _ => self.at = start + 1,
        }
        Some(())
    }

    /// Reads the tag whose name begins at a byte, with its attributes. Gives the name, and whether the tag closes
    /// itself. None when the file ends inside it.
    #[inline]
    fn tag(&mut self, name_start: usize) -> Option<(&'html [u8], bool)> {
        let bytes = self.html.as_bytes();
        self.attributes.clear();
        let mut at = after_name(bytes, name_start)?;
        let name = &bytes[name_start..at];
        // Most tags have no attributes.
        if bytes[at] == b'>' {
            self.at = at + 1;
            return Some((name, false));
        }
        loop {
            // Most are written ` name="value"`.
            if bytes.get(at) == Some(&b' ')
                && let Some(equals) = plain_name(bytes, at + 1, |word| word.equal(b'='))
                && bytes.get(equals + 1) == Some(&b'"')
            {
                let (own, start) = (at + 1..equals, equals + 2);
                let (end, is_plain) = end_of_value(bytes, start)?;
                if (self.asks_for)(&bytes[own.clone()]) {
                    let (name, value) = (&self.html[own], &self.html[start..end]);
                    self.attributes.push(Attribute { name, value, start, is_plain });
                }
                at = end + 1;
                continue;
            }
            while CLASSES[usize::from(*bytes.get(at)?)] & SPACE_OR_SLASH != 0 {
                at += 1;
            }
            if bytes[at] == b'>' {
                self.at = at + 1;
                return Some((name, bytes[at - 1] == b'/'));
            }
            let own_start = at;
            // An equals sign that comes first is a part of the name.
            at = after_word(bytes, at + 1, ENDS_ATTRIBUTE)?;
            let own = own_start..at;
            let mut value = at..at;
            let mut after = at;
            while is_space(*bytes.get(after)?) {
                after += 1;
            }
            // A slash before the end of a tag may belong to a value.
            let mut is_end = false;
            if bytes[after] == b'=' {
                after += 1;
                while is_space(*bytes.get(after)?) {
                    after += 1;
                }
                match bytes[after] {
                    quote @ (b'"' | b'\'') => {
                        value = after + 1..find(bytes, after + 1, quote)?;
                        at = value.end + 1;
                    }
                    _ => {
                        at = after_word(bytes, after, SPACE | GREATER)?;
                        value = after..at;
                        is_end = bytes[at] == b'>';
                    }
                }
            }
            if (self.asks_for)(&bytes[own.clone()]) {
                let start = value.start;
                let (name, value) = (&self.html[own], &self.html[value]);
                self.attributes.push(Attribute { name, value, start, is_plain: !value.contains('&') });
            }
            if is_end {
                self.at = at + 1;
                return Some((name, false));
            }
        }
    }

    /// The byte after a comment, a document type or a stretch of character data.
    fn after_declaration(&self, start: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            if rest.starts_with(b"<!-->") {
                return Some(start + 5);
            }
            if rest.starts_with(b"<!--->") {
                return Some(start + 6);
            }
            return memchr_iter(b'>', &rest[4..])
                .map(|at| at + 4)
                .find(|at| rest[4..*at].ends_with(b"--") || rest[4..*at].ends_with(b"--!"))
                .map(|at| start + at + 1);
        }
        if self.foreign > 0 && rest.starts_with(b"<![CDATA[") {
            return memmem::find(rest, b"]]>").map(|at| start + at + 3);
        }
        memchr(b'>', &rest[2..]).map(|at| start + 2 + at + 1)
    }
}

/// The kinds of elements that decide what a `<` inside them means (WHATWG HTML, section 13.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ElementKind {
    Normal,
    /// Text without tags.
    RawText,
    /// Other rules, those of XML.
    Foreign,
}

impl ElementKind {
    /// That of the element of a name.
    #[inline]
    fn of(name: &[u8]) -> Self {
        const FOREIGN: Names = Names::new(&["svg", "math"]);
        const RAW_TEXT: Names =
            Names::new(&["script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp"]);
        if RAW_TEXT.have(name) {
            Self::RawText
        } else if FOREIGN.have(name) {
            Self::Foreign
        } else {
            Self::Normal
        }
    }
}

const SPACE: u8 = 1;
const SLASH: u8 = 2;
const GREATER: u8 = 4;
const EQUALS: u8 = 8;
const SPACE_OR_SLASH: u8 = SPACE | SLASH;
const ENDS_NAME: u8 = SPACE | SLASH | GREATER;
const ENDS_ATTRIBUTE: u8 = ENDS_NAME | EQUALS;

/// What every byte may end.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    classes[b' ' as usize] = SPACE;
    classes[b'\n' as usize] = SPACE;
    classes[b'\t' as usize] = SPACE;
    classes[b'\r' as usize] = SPACE;
    classes[b'\x0c' as usize] = SPACE;
    classes[b'/' as usize] = SLASH;
    classes[b'>' as usize] = GREATER;
    classes[b'=' as usize] = EQUALS;
    classes
};

/// Where the name of a tag ends that begins at `at`.
#[inline]
fn after_name(bytes: &[u8], at: usize) -> Option<usize> {
    match plain_name(bytes, at, |word| word.equal(b'>') | word.equal(b' ')) {
        Some(end) => Some(end),
        None => after_word(bytes, at, ENDS_NAME),
    }
}

/// Where the name of a tag or attribute ends that begins at `at`, if it is short and ends with one of these bytes.
#[inline]
fn plain_name(bytes: &[u8], at: usize, ends: impl FnOnce(Word) -> u64) -> Option<usize> {
    let word = Word::at(bytes, at)?;
    let ends = ends(word);
    // The bits below the first. All else that ends a name, but for these two, is less than a digit.
    let before = (ends & ends.wrapping_neg()).wrapping_sub(1);
    let others = (word.less(b'0') | word.equal(b'>') | word.equal(b'=')) & before;
    let length = first(ends);
    (ends != 0 && others == 0 && length > 0).then_some(at + length)
}

/// Where the value ends that begins at `at` after a `"`, and whether there is no `&` in it.
#[inline]
fn end_of_value(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let (mut from, mut is_plain) = (at, true);
    // Most are short.
    for _ in 0..8 {
        let Some(word) = Word::at(bytes, from) else { break };
        let (quotes, references) = (word.equal(b'"'), word.equal(b'&'));
        // Those before the first quotation mark, or all.
        is_plain &= references & (quotes & quotes.wrapping_neg()).wrapping_sub(1) == 0;
        if quotes != 0 {
            return Some((from + first(quotes), is_plain));
        }
        from += 8;
    }
    let end = find(bytes, from, b'"')?;
    Some((end, is_plain && memchr(b'&', &bytes[from..end]).is_none()))
}

/// The first byte from `at` on that is of one of these classes.
#[inline]
fn after_word(bytes: &[u8], at: usize, ends: u8) -> Option<usize> {
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| CLASSES[usize::from(*byte)] & ends != 0).map(|length| at + length)
}

#[inline]
fn is_space(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & SPACE != 0
}

/// Where the end tag of an element without tags in its text begins.
fn end_of_raw_text(html: &str, from: usize, name: &[u8]) -> usize {
    let bytes = html.as_bytes();
    // In a script, a comment may hold a script of its own (section 13.2.5.20 and on).
    let is_script = name.eq_ignore_ascii_case(b"script");
    let (mut is_comment, mut is_nested) = (false, false);
    let mut at = from;
    while let Some(found) = memchr2(b'<', b'-', &bytes[at..]) {
        let start = at + found;
        let rest = &bytes[start..];
        if rest.starts_with(b"</") && is_word(&rest[2..], name) {
            if !is_nested {
                return start;
            }
            is_nested = false;
        } else if is_script && rest.starts_with(b"<!--") && !is_comment {
            is_comment = true;
            // The same two hyphens may be those that end it.
            at = start + 2;
            continue;
        } else if is_comment && rest.starts_with(b"<") && is_word(&rest[1..], name) {
            is_nested = true;
        } else if rest.starts_with(b"-->") {
            (is_comment, is_nested) = (false, false);
        }
        at = start + 1;
    }
    html.len()
}

/// Whether a name stands at the start of these bytes, and ends there.
fn is_word(bytes: &[u8], name: &[u8]) -> bool {
    bytes.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name))
        && bytes.get(name.len()).is_some_and(|byte| is_space(*byte) || matches!(byte, b'>' | b'/'))
}

/// The text of an attribute's value: its character references read, those that are known by name as far as writers of
/// HTML need them.
pub fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let (read, length) = reference(&rest[at..]).unwrap_or(('&', 1));
        text.push(read);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character that a reference at the start of a text stands for, and how long it is.
fn reference(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}')];
    let end = text.find(';')?;
    let inner = &text[1..end];
    let character = match inner.strip_prefix('#') {
        Some(number) => {
            let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
            char::from_u32(u32::from_str_radix(digits, radix).ok()?)?
        }
        None => NAMED.iter().find(|(name, _)| *name == inner)?.1,
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(html: &str) -> String {
        let mut seen = Vec::new();
        let all = |_: &[u8]| true;
        visit(html, all, |piece| match piece {
            Piece::Tag(tag) => {
                let attributes = tag.attributes.iter().map(|one| format!("{}={}", one.name, one.value));
                let name = String::from_utf8_lossy(tag.name);
                seen.push(format!("{name}({})", attributes.collect::<Vec<_>>().join(",")));
                assert!(tag.attributes.iter().all(|one| html[one.start..].starts_with(one.value)));
                assert!(tag.attributes.iter().all(|one| one.is_plain != one.value.contains('&')));
            }
            Piece::Style(text, start) => {
                assert!(html[start..].starts_with(text));
                seen.push(format!("style:{text}"));
            }
        });
        seen.join(" ")
    }

    #[test]
    fn tags_are_where_a_browser_sees_them() {
        let check = |html: &str, expected: &str| assert_eq!(seen(html), expected, "{html}");
        check("<a href=\"b\">c</a><d>", "a(href=b) d()");
        check("<a href = 'b>c' e f=g/>", "a(href=b>c,e=,f=g/)");
        check("<a\n\tb/c d>", "a(b=,c=,d=)");
        check("1 < 2 <3 <a>", "a()");
        check("<!-- <a> --><b><!--><c><!-- --!><d>", "b() c() d()");
        check("<script>'<a href=\"x\">'</script ><b>", "script() b()");
        check("<title><a></title><style>b{}</STYLE><c>", "title() style() style:b{} c()");
        check("<svg><title><a/></title><![CDATA[<b>]]></svg><title><c></title>", "svg() title() a() title()");
        check("<a =b=c>", "a(=b=c)");
        check("<a b", "");
        check("<!doctype html><?x <a>?></ b><c>", "c()");
    }

    #[test]
    fn values_with_references_are_told_from_others() {
        for length in 0..100 {
            for reference in 0..length + 6 {
                // What stands behind the value, or begins as `"` and `&` do, does not count.
                let mut html = format!("<a b=\"{}\" é%#!'>", "%".repeat(length)).into_bytes();
                if let Some(byte) = html.get_mut(6 + reference).filter(|byte| **byte == b'%') {
                    *byte = b'&';
                }
                let html = String::from_utf8(html).expect("text");
                let mut found = 0;
                let all = |_: &[u8]| true;
                visit(&html, all, |piece| {
                    let Piece::Tag(tag) = piece else { return };
                    found += tag.attributes.len();
                    for one in tag.attributes {
                        assert_eq!(one.is_plain, !one.value.contains('&'), "{html}");
                    }
                });
                assert_eq!(found, 2, "{html}");
            }
        }
    }

    #[test]
    fn attributes_that_nobody_asks_for_are_passed_over() {
        let mut seen = Vec::new();
        visit(
            "<a b=c>d='>' class=e/><f class>",
            |name| name == b"class",
            |piece| {
                let Piece::Tag(tag) = piece else { return };
                seen.push(tag.attributes.iter().map(|one| (one.name, one.value, one.start)).collect::<Vec<_>>());
            },
        );
        assert_eq!(seen, [vec![], vec![("class", "", 30)]]);
    }

    #[test]
    fn references_are_read() {
        let check = |value: &str, expected: &str| assert_eq!(unescaped(value), expected);
        check("a&amp;b&#39;&#x2F;&nbsp;", "a&b'/\u{a0}");
        check("a&b;c&", "a&b;c&");
    }
}
