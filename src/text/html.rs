//! Plain text in HTML, and back.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// The text with the characters that HTML gives a meaning in text and in quoted attributes written as references.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        return Cow::Borrowed(text);
    }
    let mut html = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
    Cow::Owned(html)
}

/// The text of HTML that we wrote ourselves: without tags, references read, white space folded.
pub fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    let mut is_spaced = true;
    loop {
        let plain = memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        fold(&rest[..plain], &mut is_spaced, &mut text);
        rest = &rest[plain..];
        match rest.as_bytes() {
            [] => break,
            [b'<', tag @ ..] => {
                let Some(end) = memchr(b'>', tag) else { break };
                // Tags of blocks and cells part words; tags inside a line do not.
                let parts =
                    matches!(tag.strip_prefix(b"/").unwrap_or(tag), [b't', b'd', ..] | [b'l', b'i', ..] | [b'p', ..])
                        || matches!(tag, [b't', b'h', ..] | [b'b', b'r', ..] | [b'd', ..]);
                if parts && !is_spaced {
                    text.push(' ');
                    is_spaced = true;
                }
                rest = &rest[end + 2..];
            }
            _ => {
                let (character, length) = reference(rest);
                fold(character.encode_utf8(&mut [0; 4]), &mut is_spaced, &mut text);
                rest = &rest[length..];
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Adds text to a text, white space as single spaces. `is_spaced` says whether it would begin with another space.
fn fold(added: &str, is_spaced: &mut bool, text: &mut String) {
    let added = if *is_spaced { added.trim_start() } else { added };
    let inner = added.trim_end();
    if is_folded(inner.as_bytes()) {
        text.push_str(inner);
        *is_spaced &= inner.is_empty();
    } else {
        for (index, word) in inner.split(char::is_whitespace).enumerate() {
            if index > 0 && !*is_spaced {
                text.push(' ');
                *is_spaced = true;
            }
            if !word.is_empty() {
                text.push_str(word);
                *is_spaced = false;
            }
        }
    }
    if inner.len() < added.len() && !*is_spaced {
        text.push(' ');
        *is_spaced = true;
    }
}

/// Whether text is words with single spaces between them, in ASCII, as most is. Without a way out of it, the loop takes
/// many bytes at a time.
fn is_folded(text: &[u8]) -> bool {
    let mut other = 0;
    for pair in text.windows(2) {
        let (is_other, are_spaces) = (!(b' '..=b'~').contains(&pair[0]), (pair[0] | pair[1]) == b' ');
        other |= u8::from(is_other) | u8::from(are_spaces);
    }
    other == 0 && text.last().is_none_or(|last| (b' '..=b'~').contains(last))
}

fn reference(text: &str) -> (char, usize) {
    let known = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&#x27;", '\''),
        ("&nbsp;", '\u{a0}'),
    ];
    known
        .iter()
        .find(|(reference, _)| text.starts_with(reference))
        .map_or(('&', 1), |(reference, character)| (*character, reference.len()))
}

/// The tags that open a block of code whose fence says `info`, of which the first word is a language.
///
/// Code that is too wide scrolls in its own box, and a box that scrolls must be within reach of the keyboard.
pub fn start_of_code(info: &str) -> String {
    match info.split_whitespace().next() {
        Some(language) => format!("<pre tabindex=\"0\"><code class=\"language-{}\">", escaped(language)),
        None => "<pre tabindex=\"0\"><code>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn white_space_is_folded_across_tags(parts in prop::collection::vec("([a-z ]|[ \n\t\u{a0}é]){0,12}", 0..5)) {
            let whole = parts.concat();
            let words: Vec<&str> = whole.split_whitespace().collect();
            prop_assert_eq!(text_of(&parts.join("<b>")), words.join(" "));
        }
    }

    #[test]
    fn text_survives_the_way_through_html() {
        let text = "a < b & \"c\" > 'd'";
        assert_eq!(text_of(&escaped(text)), text);
        assert_eq!(text_of("<li>One <b>two</b>.</li>\n<li>Three</li>"), "One two. Three");
        assert_eq!(text_of("<td>a</td><td>b</td>"), "a b");
        assert_eq!(text_of(" a\n b\u{a0}é<b>c</b>&amp;d  "), "a b é c&d".replace("é c", "éc"));
        assert_eq!(text_of("<i> a</i>  b <b> c\n\td</b> &nbsp; e<br>f"), "a b c d e f");
        assert_eq!(text_of("a<p>b</p>c<dd>d<th>e</td>f&unknown;<"), "a b c d e f&unknown;");
        assert!(matches!(escaped("plain"), Cow::Borrowed(_)));
    }
}
