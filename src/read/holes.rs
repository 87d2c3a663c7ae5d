//! HTML on its way through the writer and the sanitiser, with numbers where holes will be. The one file that knows
//! `ammonia`.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr;

use super::keys::Problems;
use super::messages;
use super::references::of_destination;
use crate::model::body::{Hole, HoleKind, Reference};
use crate::text::addresses::names_host;
use crate::text::bytes::three_bytes;
use crate::text::{Place, SitePath, push_number};

/// Stands before the number of a hole, and `CLOSE` after it. Both are of the private use area; an author's own are
/// replaced before anything is parsed, by a character of the same length.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A text in which nothing can be taken for the number of a hole, with every other byte where it was.
pub(super) fn without_numbers(text: &str) -> Cow<'_, str> {
    // To look for the first byte alone takes a twentieth of the time.
    match memchr(FIRST_BYTE, text.as_bytes()).is_some() && text.contains([OPEN, CLOSE]) {
        true => Cow::Owned(text.replace([OPEN, CLOSE], "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// Both in UTF-8. The first byte of both is the same, and is rare.
const OPENS: [u8; 3] = three_bytes(OPEN);
const CLOSES: [u8; 3] = three_bytes(CLOSE);
const FIRST_BYTE: u8 = OPENS[0];

/// HTML in which no character reference, as in `&#xE000;`, stands for one of the two.
pub(super) fn without_references(html: &str) -> Cow<'_, str> {
    let mut safe = Cow::Borrowed(html);
    for (at, _) in html.match_indices("&#") {
        let rest = &html[at + 2..];
        let (digits, radix) = rest.strip_prefix(['x', 'X']).map_or((rest, 10), |rest| (rest, 16));
        let end = digits.find(|one: char| !one.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(digits[..end].trim_start_matches('0'), radix).ok();
        if code.and_then(char::from_u32).is_some_and(|one| matches!(one, OPEN | CLOSE)) {
            // Any other character of as many bytes will do.
            safe.to_mut().replace_range(at..at + 2, "  ");
        }
    }
    safe
}

/// Writes the number of a hole as it stands in HTML.
pub(super) fn push_hole(html: &mut String, number: usize) {
    html.push(OPEN);
    push_number(html, number);
    html.push(CLOSE);
}

/// How long the number of a hole is in HTML.
fn length_of(number: usize) -> usize {
    let digits = number.checked_ilog10().map_or(1, |tens| tens as usize + 1);
    OPEN.len_utf8() + digits + CLOSE.len_utf8()
}

/// The HTML of a page without what could harm its readers; none, and a problem, where that would take too long.
pub(super) fn cleaned(html: &str, path: &SitePath, problems: &Problems) -> String {
    clean(html).unwrap_or_else(|what| {
        problems.push(messages::too_much(Place::file(path), &what));
        String::new()
    })
}

/// Takes out of raw HTML all that could run, restyle the page or send a reader elsewhere unseen. What it would take too
/// long with is given back in words.
fn clean(html: &str) -> Result<String, String> {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
        let mut cleaner = ammonia::Builder::default();
        cleaner
            .add_tags(["section", "figure", "figcaption"])
            .add_generic_attributes(["id", "class", "role", "tabindex", "dir"])
            .rm_clean_content_tags(["style"])
            .add_clean_content_tags(["style", "template"])
            .link_rel(None)
            .url_relative(ammonia::UrlRelative::PassThrough)
            .attribute_filter(|element, attribute, value| {
                let leads_well = match (element, attribute) {
                    ("img", "src") => is_of_the_site(value),
                    // An address that the sanitiser cannot parse it takes for a relative one.
                    (_, "href" | "cite") => !names_host(value) && of_destination(value).is_some(),
                    _ => true,
                };
                // A hole in a tag would be filled with tags.
                leads_well.then(|| without_numbers(value))
            });
        cleaner
    });
    is_bounded(html)?;
    Ok(CLEANER.clean(html).to_string())
}

/// The sanitiser goes through all open tags at most tags, and through all attributes of a tag at each.
const DEEPEST: usize = 2000;
const MOST_ATTRIBUTES: usize = 1000;

/// Tags that need no closing, or that the next one of their kind closes.
const CLOSED_BY_ITSELF: &[&str] = &[
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "param",
    "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Whether tags are nested, and have attributes, in numbers that people write.
fn is_bounded(html: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (is_end, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let name = &rest[..rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        if name.is_empty() {
            continue;
        }
        if !is_end && attribute_count(rest) > MOST_ATTRIBUTES {
            return Err(format!("a tag has more than {MOST_ATTRIBUTES} attributes"));
        }
        if CLOSED_BY_ITSELF.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            continue;
        }
        depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        if depth > DEEPEST {
            return Err(format!("more than {DEEPEST} tags are open one inside the other"));
        }
    }
    Ok(())
}

/// How many attributes the tag has whose name begins here (WHATWG HTML, "tag name state" and what follows).
fn attribute_count(tag: &str) -> usize {
    enum At {
        TagName,
        Between,
        Name,
        AfterName,
        BeforeValue,
        Value,
        Quoted(u8),
    }
    let mut at = At::TagName;
    let mut count = 0;
    for byte in tag.bytes() {
        let is_space = byte.is_ascii_whitespace();
        at = match at {
            At::Quoted(mark) if byte == mark => At::Between,
            At::Quoted(mark) => At::Quoted(mark),
            _ if byte == b'>' => break,
            At::BeforeValue if matches!(byte, b'"' | b'\'') => At::Quoted(byte),
            At::BeforeValue if is_space => At::BeforeValue,
            At::TagName | At::Between | At::Value if is_space => At::Between,
            At::BeforeValue | At::Value => At::Value,
            At::Name | At::AfterName if byte == b'=' => At::BeforeValue,
            At::Name | At::AfterName if is_space => At::AfterName,
            _ if byte == b'/' => At::Between,
            At::TagName => At::TagName,
            At::Name => At::Name,
            At::Between | At::AfterName => {
                count += 1;
                At::Name
            }
        };
        if count > MOST_ATTRIBUTES {
            break;
        }
    }
    count
}

/// Whether a browser looks for an address on the host of the page. It takes `\\` for `/`, and passes over tabs and ends of
/// lines (WHATWG URL, "URL parsing").
fn is_of_the_site(address: &str) -> bool {
    let is_plain = !address.contains(|one: char| one.is_control() || one == '\\') && !address.starts_with([' ', '/']);
    is_plain && matches!(of_destination(address), Some(Reference::File { .. } | Reference::Heading(_)))
}

/// Where the next number of a hole begins.
fn start_of_number(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr(FIRST_BYTE, &bytes[from..])?;
        if bytes[at..].first_chunk() == Some(&OPENS) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Divides HTML at the numbers of its holes, whose kinds are these.
pub(super) fn divide(html: &str, kinds: &[HoleKind]) -> (String, Vec<Hole>) {
    let narrow = |offset: usize| u32::try_from(offset).expect("a page has fewer bytes than that");
    // The sanitiser may have taken some of the numbers out.
    let numbers: usize = (0..kinds.len()).map(length_of).sum();
    let mut plain = String::with_capacity(html.len().saturating_sub(numbers));
    let mut holes = Vec::with_capacity(kinds.len());
    let mut rest = html;
    while let Some(at) = start_of_number(rest) {
        plain.push_str(&rest[..at]);
        let inner = &rest[at + OPEN.len_utf8()..];
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        if inner.as_bytes()[digits..].first_chunk() != Some(&CLOSES) {
            break;
        }
        let add = |number: usize, digit: u8| number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        let number = inner[..digits].bytes().fold(0, add);
        if let Some(kind) = kinds.get(number) {
            holes.push(Hole { at: narrow(plain.len()), kind: *kind });
        }
        rest = &inner[digits + CLOSES.len()..];
    }
    plain.push_str(rest);
    plain.shrink_to_fit();
    (plain, holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(number: usize) -> String {
        let mut html = String::new();
        push_hole(&mut html, number);
        html
    }

    #[test]
    fn numbers_become_holes() {
        let html = format!("<p>é{}x{}</p>", numbered(1), numbered(0));
        let kinds = [HoleKind::LinkEnd, HoleKind::Statement];
        let (plain, holes) = divide(&html, &kinds);
        assert_eq!(plain, "<p>éx</p>");
        assert_eq!(holes, [Hole { at: 5, kind: HoleKind::Statement }, Hole { at: 6, kind: HoleKind::LinkEnd }]);
        assert!([0, 9, 10, 99, 100].into_iter().all(|number| numbered(number) == format!("{OPEN}{number}{CLOSE}")));
        assert!([0, 9, 10, 99, 100].into_iter().all(|number| numbered(number).len() == length_of(number)));
        assert_eq!(start_of_number(&format!("é\u{e0ff}{}", numbered(1))), Some(5));
        assert_eq!(without_numbers(&numbered(7)), "\u{fffd}7\u{fffd}");
        assert_eq!(without_references("&#xE000;&#057345;&#65;"), "  xE000;  057345;&#65;");
    }

    #[test]
    fn attributes_are_counted_as_a_browser_reads_them() {
        let check = |tag: &str, expected: usize| assert_eq!(attribute_count(tag), expected, "{tag}");
        check("b>a b c", 0);
        check("b a b=c d = 'e f' g=\"h i\"j k/l>m", 7);
        check("b a==\" b c", 3);
        check("b/a/=b", 2);
        check(&format!("b {}", "a ".repeat(5000)), MOST_ATTRIBUTES + 1);
    }

    #[test]
    fn what_would_take_long_is_not_cleaned() {
        assert!(clean(&"<div>".repeat(100_000)).is_err());
        assert!(clean(&format!("<b {}>", "a ".repeat(500_000))).is_err());
        assert!(clean(&"<p>a<br><li>b".repeat(10_000)).is_ok());
        assert!(clean(&"<div><b>a</b></div>".repeat(10_000)).is_ok());
    }

    #[test]
    fn nothing_that_runs_is_left() {
        let check = |html: &str, expected: &str| assert_eq!(clean(html).as_deref(), Ok(expected));
        check("<b onclick=x()>a</b>", "<b>a</b>");
        check("<script>a</script><style>b</style><template>c</template>d", "d");
        check("<a href=\"jav&#x09;ascript:x()\">a</a>", "<a>a</a>");
        check("<p style=\"color: red\" id=\"a\">a</p>", "<p id=\"a\">a</p>");
        check("<b title=\"\u{e000}0\u{e001}>\">a</b>", "<b title=\"\u{fffd}0\u{fffd}&gt;\">a</b>");
        for elsewhere in ["https://example.org/a.png", "//a/b", "\\\\a/b", "/&#9;/a/b", " //a/b", "data:image/png,a"] {
            check(&format!("<img src=\"{elsewhere}\" alt=a>"), "<img alt=\"a\">");
        }
        check("<img src=\"../a%20b.png\">", "<img src=\"../a%20b.png\">");
        for elsewhere in ["//a/b", "/////b", "/\\a", "\\\\a", "&#9;/&#10;/a", "a://[b", "a:// b"] {
            check(&format!("<a href=\"{elsewhere}\">a</a><q cite=\"{elsewhere}\">b</q>"), "<a>a</a><q>b</q>");
        }
    }
}
