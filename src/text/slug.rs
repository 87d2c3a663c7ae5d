//! Anchors and names made from titles. The one file that knows `unicode-normalization`.

use unicode_normalization::UnicodeNormalization;

/// The anchor of a heading: lower case, letters and digits of any script, single hyphens between words.
///
/// Accents are kept (composed, NFC), since a reader of French or Arabic reads addresses too.
pub fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    let hyphen = |slug: &mut String| {
        if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    };
    if title.is_ascii() {
        for byte in title.bytes() {
            match byte {
                b'\'' => {}
                _ if byte.is_ascii_alphanumeric() => slug.push(char::from(byte.to_ascii_lowercase())),
                _ => hyphen(&mut slug),
            }
        }
    } else {
        for character in title.nfc() {
            match character {
                '\'' | '’' => {}
                _ if character.is_alphanumeric() => slug.extend(character.to_lowercase()),
                _ => hyphen(&mut slug),
            }
        }
    }
    while slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// A name with every accent joined to its letter (NFC).
pub fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// What a text is sorted by in an index: its letters, digits and single spaces, in small letters without accents.
pub fn sort_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let space = |key: &mut String| {
        if !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
    };
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                key.push(char::from(byte.to_ascii_lowercase()));
            } else if char::from(byte).is_whitespace() {
                space(&mut key);
            }
        }
    } else {
        // Accents come apart from their letters (NFKD), and are no letters themselves.
        for character in text.nfkd() {
            if character.is_alphanumeric() {
                key.extend(character.to_lowercase());
            } else if character.is_whitespace() {
                space(&mut key);
            }
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// The form in which two names count as the same file on systems that fold case and Unicode forms.
pub fn folded(name: &str) -> String {
    if name.is_ascii() { name.to_ascii_lowercase() } else { name.nfc().collect::<String>().to_lowercase() }
}

/// Whether a file or folder name can stand in an address as it is: letters and digits of any script, `-` and `_`.
pub fn is_address_segment(segment: &str) -> bool {
    let is_allowed = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    segment.chars().all(is_allowed) && segment.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::{slug, sort_key};

    #[test]
    fn slugs_keep_letters_of_every_script() {
        let check = |title: &str, expected: &str| assert_eq!(slug(title), expected);
        check("What the article says", "what-the-article-says");
        check("Algeria’s Charter", "algerias-charter");
        check("  Deux mots : l'état  ", "deux-mots-létat");
        check("خيبة الأمل", "خيبة-الأمل");
        check("e\u{301}tat", "état");
        check("¶7!", "7");
        check("!!", "");
    }

    #[test]
    fn accents_and_marks_do_not_change_the_order() {
        let check = |text: &str, expected: &str| assert_eq!(sort_key(text), expected);
        check("“État”, the", "etat the");
        check("Al-Qaeda’s  decline ", "alqaedas decline");
        check("7,000", "7000");
        check("المناصحة", "المناصحة");
        check("…", "");
    }
}
