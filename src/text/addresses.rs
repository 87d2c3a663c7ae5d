//! The addresses and ids in the attributes of HTML and in CSS.

use std::borrow::Cow;

use super::bytes::Names;
use super::tags::{Attribute, Tag, unescaped};

/// An address or an anchor in HTML or CSS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'text> {
    /// Which of them.
    pub what: PartKind,
    /// Its text, with character references read.
    pub text: Cow<'text, str>,
    /// Where it begins.
    pub start: usize,
    /// How long it is as written.
    pub length: usize,
}

/// What a part of an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The address of something.
    Link,
    /// The id of an element.
    Id,
    /// A place that links may lead to, and that is no id.
    Anchor,
}

/// Whether a browser takes an address without a scheme for one of another host, as in `//example.org/a`: it passes over
/// tabs and ends of lines, and takes `\\` for `/` (WHATWG URL, "basic URL parser"). From a file that was opened without a
/// server, such an address leads to no host at all.
pub fn names_host(address: &str) -> bool {
    let is_passed_over = |one: char| matches!(one, '\t' | '\n' | '\r');
    let mut first = address.trim_start_matches(|one: char| one <= ' ').chars().filter(|one| !is_passed_over(*one));
    let mut is_slash = || matches!(first.next(), Some('/' | '\\'));
    is_slash() && is_slash()
}

/// The attributes that may hold an address or an id.
pub const HOLDERS: [&str; 14] = [
    "action",
    "cite",
    "content",
    "data",
    "formaction",
    "href",
    "id",
    "imagesrcset",
    "name",
    "poster",
    "src",
    "srcset",
    "style",
    "xlink:href",
];

/// Whether an attribute of a name may be one of these, or says what another holds. Most are not, and every one is asked.
#[inline]
pub fn asks_for(name: &[u8]) -> bool {
    const NAMES: Names = Names::new(&HOLDERS);
    NAMES.may_have(name) || name.eq_ignore_ascii_case(b"http-equiv")
}

/// Hands over what an attribute of a tag holds, of which at least those are known that are [asked for](asks_for). `base`
/// is the address of the site, whose own addresses in `<meta>` are links too.
pub fn of_attribute<'text>(
    tag: &Tag<'_, '_>,
    attribute: Attribute<'text>,
    base: Option<&str>,
    found: &mut impl FnMut(Part<'text>),
) {
    let Attribute { name, value, start, is_plain } = attribute;
    let part = |what: PartKind, at: usize, value: &'text str| Part {
        what,
        text: if is_plain { Cow::Borrowed(value) } else { unescaped(value) },
        start: start + at,
        length: value.len(),
    };
    let lowered;
    let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        lowered = name.to_ascii_lowercase();
        &lowered
    } else {
        name
    };
    match name {
        "id" if !value.is_empty() => found(part(PartKind::Id, 0, value)),
        "href" | "src" | "poster" | "action" | "formaction" | "xlink:href" | "cite" => {
            found(part(PartKind::Link, 0, value));
        }
        "data" if tag.is("object") => found(part(PartKind::Link, 0, value)),
        "name" if tag.is("a") && !value.is_empty() => found(part(PartKind::Anchor, 0, value)),
        "srcset" | "imagesrcset" => candidates(value, |at, address| found(part(PartKind::Link, at, address))),
        "style" => of_style(value, start, found),
        "content" if tag.is("meta") => {
            if let Some(at) = address_of_meta(tag, value, base) {
                found(part(PartKind::Link, at, &value[at..]));
            }
        }
        _ => {}
    }
}

/// Hands over the addresses of a style sheet that begins at a byte, but for `url(#a)`, which means an element of the
/// page that the style is for.
pub fn of_style<'text>(style: &'text str, start: usize, found: &mut impl FnMut(Part<'text>)) {
    for (address, at) in css_addresses(style).filter(|(address, _)| !address.starts_with('#')) {
        let (text, start, length) = (Cow::Borrowed(address), start + at, address.len());
        found(Part { what: PartKind::Link, text, start, length });
    }
}

/// Hands over the addresses of a `srcset`, each with the byte it begins at.
fn candidates<'text>(value: &'text str, mut take: impl FnMut(usize, &'text str)) {
    let mut at = 0;
    while at < value.len() {
        let rest = &value[at..];
        let inner = rest.trim_start_matches(|one: char| one.is_ascii_whitespace() || one == ',');
        let start = at + (rest.len() - inner.len());
        let length = inner.find(|one: char| one.is_ascii_whitespace()).unwrap_or(inner.len());
        let address = &value[start..start + length];
        let bare = address.trim_end_matches(',');
        if !bare.is_empty() {
            take(start, bare);
        }
        at = start + length;
        // What describes an address ends with the next comma.
        if bare.len() == address.len() {
            at = value[at..].find(',').map_or(value.len(), |comma| at + comma + 1);
        }
    }
}

/// Where the address in a `<meta>` begins: that of a refresh, or one of the site.
fn address_of_meta(tag: &Tag<'_, '_>, value: &str, base: Option<&str>) -> Option<usize> {
    let is_refresh = tag.attribute("http-equiv").is_some_and(|one| one.value.eq_ignore_ascii_case("refresh"));
    if is_refresh {
        let at = value.to_ascii_lowercase().find("url=")? + "url=".len();
        return Some(at);
    }
    base.filter(|base| value.starts_with(base)).map(|_| 0)
}

/// The addresses of a style sheet, `url(…)` and `@import "…"`, each with the byte it begins at.
fn css_addresses(css: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &css[at..];
            let start = rest.find(['/', 'u', 'U', '@', '"', '\''])?;
            let here = &rest[start..];
            at += start;
            if here.starts_with("/*") {
                at += here.find("*/").map_or(here.len(), |end| end + 2);
            } else if here.len() >= 4 && here.as_bytes()[..4].eq_ignore_ascii_case(b"url(") {
                let inner = here[4..].trim_start();
                let begin = at + (here.len() - inner.len());
                let (begin, length) = match inner.chars().next() {
                    Some(quote @ ('"' | '\'')) => (begin + 1, inner[1..].find(quote).unwrap_or(inner.len() - 1)),
                    _ => (begin, inner.find(|one: char| one == ')' || one.is_whitespace()).unwrap_or(inner.len())),
                };
                at = begin + length;
                // The quotation mark that closes it opens nothing.
                at += usize::from(css[at..].starts_with(['"', '\'']));
                return Some((&css[begin..begin + length], begin));
            } else if here.len() >= 7 && here.as_bytes()[..7].eq_ignore_ascii_case(b"@import") {
                let inner = here[7..].trim_start();
                let begin = at + (here.len() - inner.len());
                at = begin;
                if let Some(quote @ ('"' | '\'')) = inner.chars().next() {
                    let length = inner[1..].find(quote).unwrap_or(inner.len() - 1);
                    at = (begin + 1 + length + 1).min(css.len());
                    return Some((&css[begin + 1..begin + 1 + length], begin + 1));
                }
            } else if let Some(quote @ ('"' | '\'')) = here.chars().next() {
                at += 1 + here[1..].find(quote).map_or(here.len() - 1, |end| end + 1);
            } else {
                at += 1;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_seen_as_a_browser_sees_them() {
        for address in ["//a", "/////a", "\\\\a", "/\\a", " //a", "\u{1}//a", "/\t/a", "\n//a"] {
            assert!(names_host(address), "{address:?}");
        }
        for address in ["", "/", "/a", "a//b", "./\\a", "https://a", "#//a"] {
            assert!(!names_host(address), "{address:?}");
        }
    }

    #[test]
    fn candidates_are_told_apart() {
        let check = |value: &str, expected: &[&str]| {
            let mut found = Vec::new();
            candidates(value, |at, address| {
                assert!(value[at..].starts_with(address));
                found.push(address.to_owned());
            });
            assert_eq!(found, expected, "{value}");
        };
        check("a.png 1x, b.png 2x", &["a.png", "b.png"]);
        check(" a.png,b.png 100w ,c,d.png", &["a.png,b.png", "c,d.png"]);
        check("a.png, b.png", &["a.png", "b.png"]);
        check(",, ", &[]);
    }

    #[test]
    fn addresses_of_styles_are_found() {
        let check = |css: &str, expected: &[&str]| {
            let found: Vec<&str> = css_addresses(css).map(|(address, _)| address).collect();
            assert_eq!(found, expected, "{css}");
            assert!(css_addresses(css).all(|(address, at)| css[at..].starts_with(address)));
        };
        check("a{b:url(c.png)}d{e:URL( \"f.png\" )}", &["c.png", "f.png"]);
        check("/* url(a) */@import 'b.css';@import url(c.css);", &["b.css", "c.css"]);
        check("a{content:\"url(b)\"}c{d:url(", &[""]);
        check("a:'é", &[]);
    }
}
