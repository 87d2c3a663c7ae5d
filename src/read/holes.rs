//! HTML on its way through the writer and the sanitiser, with numbers where holes will be. The one file that knows
//! `ammonia`.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::references::of_destination;
use crate::model::body::{Hole, HoleKind, Reference};

/// Stands before the number of a hole, and `CLOSE` after it. Both are of the private use area; an author's own are
/// replaced before anything is parsed, by a character of the same length.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A text in which nothing can be taken for the number of a hole, with every other byte where it was.
pub(super) fn without_numbers(text: &str) -> Cow<'_, str> {
    match text.contains([OPEN, CLOSE]) {
        true => Cow::Owned(text.replace([OPEN, CLOSE], "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

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

/// The number of a hole as it stands in HTML.
pub(super) fn numbered(number: usize) -> String {
    format!("{OPEN}{number}{CLOSE}")
}

/// Takes out of raw HTML all that could run, restyle the page or send a reader elsewhere unseen.
pub(super) fn clean(html: &str) -> String {
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
                let is_loaded = element == "img" && attribute == "src";
                // A hole in a tag would be filled with tags.
                (!is_loaded || is_of_the_site(value)).then(|| without_numbers(value))
            });
        cleaner
    });
    CLEANER.clean(html).to_string()
}

/// Whether a browser looks for an address on the host of the page. It takes `\\` for `/`, and passes over tabs and ends of
/// lines (WHATWG URL, "URL parsing").
fn is_of_the_site(address: &str) -> bool {
    let is_plain = !address.contains(|one: char| one.is_control() || one == '\\') && !address.starts_with([' ', '/']);
    is_plain && matches!(of_destination(address), Some(Reference::File { .. } | Reference::Heading(_)))
}

/// Divides HTML at the numbers of its holes, whose kinds are these.
pub(super) fn divide(html: &str, kinds: &[HoleKind]) -> (String, Vec<Hole>) {
    let narrow = |offset: usize| u32::try_from(offset).expect("a page has fewer bytes than that");
    let mut plain = String::with_capacity(html.len());
    let mut holes = Vec::with_capacity(kinds.len());
    let mut rest = html;
    while let Some(at) = rest.find(OPEN) {
        plain.push_str(&rest[..at]);
        let inner = &rest[at + OPEN.len_utf8()..];
        let Some(end) = inner.find(CLOSE) else { break };
        if let Some(kind) = inner[..end].parse::<usize>().ok().and_then(|number| kinds.get(number)) {
            holes.push(Hole { at: narrow(plain.len()), kind: *kind });
        }
        rest = &inner[end + CLOSE.len_utf8()..];
    }
    plain.push_str(rest);
    plain.shrink_to_fit();
    (plain, holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_holes() {
        let html = format!("<p>é{}x{}</p>", numbered(1), numbered(0));
        let kinds = [HoleKind::LinkEnd, HoleKind::Statement];
        let (plain, holes) = divide(&html, &kinds);
        assert_eq!(plain, "<p>éx</p>");
        assert_eq!(holes, [Hole { at: 5, kind: HoleKind::Statement }, Hole { at: 6, kind: HoleKind::LinkEnd }]);
        assert_eq!(without_numbers(&numbered(7)), "\u{fffd}7\u{fffd}");
        assert_eq!(without_references("&#xE000;&#057345;&#65;"), "  xE000;  057345;&#65;");
    }

    #[test]
    fn nothing_that_runs_is_left() {
        let check = |html: &str, expected: &str| assert_eq!(clean(html), expected);
        check("<b onclick=x()>a</b>", "<b>a</b>");
        check("<script>a</script><style>b</style><template>c</template>d", "d");
        check("<a href=\"jav&#x09;ascript:x()\">a</a>", "<a>a</a>");
        check("<p style=\"color: red\" id=\"a\">a</p>", "<p id=\"a\">a</p>");
        check("<b title=\"\u{e000}0\u{e001}>\">a</b>", "<b title=\"\u{fffd}0\u{fffd}&gt;\">a</b>");
        for elsewhere in ["https://example.org/a.png", "//a/b", "\\\\a/b", "/&#9;/a/b", " //a/b", "data:image/png,a"] {
            check(&format!("<img src=\"{elsewhere}\" alt=a>"), "<img alt=\"a\">");
        }
        check("<img src=\"../a%20b.png\">", "<img src=\"../a%20b.png\">");
    }
}
