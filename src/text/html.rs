//! Plain text in HTML, and back.

use std::borrow::Cow;

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
        // Words and single spaces between them are most of all text.
        let is_plain = |byte: &u8| match *byte {
            b' ' => !std::mem::replace(&mut is_spaced, true),
            b'<' | b'&' => false,
            _ if byte.is_ascii_graphic() => {
                is_spaced = false;
                true
            }
            _ => false,
        };
        let plain = rest.bytes().take_while(is_plain).count();
        text.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(character) = rest.chars().next() else { break };
        if character == '<' {
            let Some(end) = rest.find('>') else { break };
            // Tags of blocks and cells part words; tags inside a line do not.
            let parts =
                ["<td", "<th", "<li", "<p", "<br", "<d", "</td", "</li", "</p"].iter().any(|tag| rest.starts_with(tag));
            if parts && !is_spaced {
                text.push(' ');
                is_spaced = true;
            }
            rest = &rest[end + 1..];
            continue;
        }
        let (character, length) = if character == '&' { reference(rest) } else { (character, character.len_utf8()) };
        rest = &rest[length..];
        if character.is_whitespace() {
            if !is_spaced {
                text.push(' ');
            }
            is_spaced = true;
        } else {
            text.push(character);
            is_spaced = false;
        }
    }
    text.truncate(text.trim_end().len());
    text
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
    use super::*;

    #[test]
    fn text_survives_the_way_through_html() {
        let text = "a < b & \"c\" > 'd'";
        assert_eq!(text_of(&escaped(text)), text);
        assert_eq!(text_of("<li>One <b>two</b>.</li>\n<li>Three</li>"), "One two. Three");
        assert_eq!(text_of("<td>a</td><td>b</td>"), "a b");
        assert_eq!(text_of(" a\n b\u{a0}é<b>c</b>&amp;d  "), "a b é c&d".replace("é c", "éc"));
        assert!(matches!(escaped("plain"), Cow::Borrowed(_)));
    }
}
