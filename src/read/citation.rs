//! Citations in Pandoc's form: `see @said-2011, ¶7; -@other, p. 3`.
//!
//! The form is that of Pandoc's manual, "Citation syntax", with the locators of [`LocatorKind`].

use std::collections::HashMap;
use std::ops::Range;

use crate::model::KeyId;
use crate::model::citation::{Affixes, Author, Citation, CitationItem, Locator, LocatorKind};

/// Why square brackets cannot be read as a citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CitationError {
    /// A part between semicolons names no source.
    NoSource(String),
    /// The `@` is not followed by a key.
    NoKey,
    /// A space stands between the `@` and this key.
    Space(String),
    /// A locator that counts something unknown.
    UnknownLocator(String),
    /// A locator without its number.
    EmptyLocator(String),
}

/// The words that locators are written with.
const LOCATORS: &[(&str, LocatorKind)] = &[
    ("¶¶", LocatorKind::Paragraph),
    ("¶", LocatorKind::Paragraph),
    ("paragraphs", LocatorKind::Paragraph),
    ("paragraph", LocatorKind::Paragraph),
    ("paras.", LocatorKind::Paragraph),
    ("para.", LocatorKind::Paragraph),
    ("pages", LocatorKind::Page),
    ("page", LocatorKind::Page),
    ("pp.", LocatorKind::Page),
    ("p.", LocatorKind::Page),
    ("§§", LocatorKind::Section),
    ("§", LocatorKind::Section),
    ("sections", LocatorKind::Section),
    ("section", LocatorKind::Section),
    ("secs.", LocatorKind::Section),
    ("sec.", LocatorKind::Section),
    ("chapters", LocatorKind::Chapter),
    ("chapter", LocatorKind::Chapter),
    ("chaps.", LocatorKind::Chapter),
    ("chap.", LocatorKind::Chapter),
    ("ch.", LocatorKind::Chapter),
    ("notes", LocatorKind::Note),
    ("note", LocatorKind::Note),
    ("nn.", LocatorKind::Note),
    ("n.", LocatorKind::Note),
];

/// Whether text between square brackets is meant as a citation: an `@` at its start, or before a key and after a space,
/// `-` or `;`.
pub(super) fn is_citation(inner: &str) -> bool {
    key_marks(inner).next().is_some()
}

/// Reads what stands between the square brackets.
pub(super) fn parse(inner: &str) -> Result<Citation<&str>, CitationError> {
    // Most have one, for which a vector that grows would take the room of four.
    let mut items = Vec::with_capacity(1);
    for part in inner.split(';') {
        items.push(item(part)?);
    }
    Ok(Citation::new(items))
}

/// The keys of the sources that a body cites, each once.
#[derive(Default)]
pub(super) struct CitedKeys<'text> {
    ids: HashMap<&'text str, KeyId>,
    all: Vec<Box<str>>,
}

impl<'text> CitedKeys<'text> {
    pub(super) fn id(&mut self, key: &'text str) -> KeyId {
        *self.ids.entry(key).or_insert_with(|| {
            self.all.push(key.into());
            KeyId::new(self.all.len() - 1)
        })
    }

    pub(super) fn into_all(self) -> Vec<Box<str>> {
        self.all
    }
}

/// Where the parts of a citation that begins at a byte are, without white space around them.
pub(super) fn parts(inner: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut offset = start;
    inner.split(';').map(move |part| {
        let from = offset + (part.len() - part.trim_start().len());
        offset += part.len() + 1;
        from..from + part.trim().len()
    })
}

/// The bytes of every `@` that may begin a key.
fn key_marks(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('@').map(|(at, _)| at).filter(|at| {
        let before = text[..*at].trim_start();
        let after = text[at + 1..].chars().next();
        let has_key = after.is_some_and(|after| after.is_alphanumeric() || matches!(after, '_' | '{'));
        let is_first = matches!(before, "" | "-");
        is_first || (has_key && before.ends_with(|before: char| before.is_whitespace() || matches!(before, '-' | ';')))
    })
}

fn item(text: &str) -> Result<CitationItem<&str>, CitationError> {
    let at = key_marks(text).next().ok_or_else(|| CitationError::NoSource(text.trim().to_owned()))?;
    let before = &text[..at];
    let (prefix, author) = match before.strip_suffix('-') {
        Some(prefix) => (prefix, Author::Suppressed),
        None => (before, Author::Shown),
    };
    let after = &text[at + 1..];
    let (key, rest) = key(after).ok_or_else(|| match key(after.trim_start()) {
        Some((key, _)) => CitationError::Space(key.to_owned()),
        None => CitationError::NoKey,
    })?;
    let rest = rest.trim_start().trim_start_matches(',').trim();
    let (locator, suffix) = locator(rest)?;
    // Most have no words of their own.
    let has_words = !(prefix.trim().is_empty() && suffix.is_empty());
    let affixes = || Box::new(Affixes { prefix: one_line(prefix), suffix: one_line(suffix) });
    Ok(CitationItem { source: key, author, locator, affixes: has_words.then(affixes) })
}

/// A key and what follows it. A key begins with a letter, digit or `_`, and does not end in punctuation.
fn key(text: &str) -> Option<(&str, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let end = braced.find('}')?;
        return (end > 0).then(|| (&braced[..end], &braced[end + 1..]));
    }
    let is_inner = |character: char| {
        character.is_alphanumeric()
            || matches!(character, '_' | ':' | '.' | '#' | '$' | '%' | '&' | '-' | '+' | '?' | '<' | '>' | '~' | '/')
    };
    let end = text.find(|character| !is_inner(character)).unwrap_or(text.len());
    let key = text[..end].trim_end_matches(|character: char| !character.is_alphanumeric() && character != '_');
    let starts_well = key.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_');
    starts_well.then(|| (key, &text[key.len()..]))
}

fn locator(text: &str) -> Result<(Option<Locator>, &str), CitationError> {
    if text.is_empty() {
        return Ok((None, text));
    }
    let bare = text.starts_with(|first: char| first.is_ascii_digit());
    let labelled = LOCATORS.iter().find_map(|(word, kind)| {
        let rest = text.strip_prefix(word)?;
        let ends_word =
            word.ends_with(['.', '¶', '§']) || rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
        ends_word.then_some((*kind, *word, rest))
    });
    let (kind, word, rest) = match (bare, labelled) {
        (true, _) => (LocatorKind::Page, "", text),
        (false, Some(labelled)) => labelled,
        (false, None) => return unlabelled(text),
    };
    let rest = rest.trim_start();
    let end = value_end(rest);
    let value = rest[..end].trim();
    if value.is_empty() && kind != LocatorKind::Note {
        return Err(CitationError::EmptyLocator(word.to_owned()));
    }
    let suffix = rest[end..].trim_start_matches(',').trim();
    Ok((Some(Locator { kind, value: value.into() }), suffix))
}

/// Where a locator's value ends: before a comma or space that no further number follows.
fn value_end(text: &str) -> usize {
    let mut end = 0;
    for (index, part) in text.split_inclusive([',', ' ']).enumerate() {
        let bare = part.trim_end_matches([',', ' ']);
        let has_digit = bare.chars().any(|character| character.is_ascii_digit());
        let may_be_number = has_digit || bare.is_empty() || (index == 0 && is_roman(bare));
        if !may_be_number {
            break;
        }
        end += part.len();
    }
    let value = text[..end].trim_end_matches([',', ' ']);
    value.len()
}

fn is_roman(text: &str) -> bool {
    text.chars().all(|character| "ivxlcdm".contains(character.to_ascii_lowercase()))
}

/// Text after a key that begins with no known locator: a suffix, unless it is a word with a number.
fn unlabelled(text: &str) -> Result<(Option<Locator>, &str), CitationError> {
    let mut words = text.split_whitespace();
    if let (Some(word), Some(number)) = (words.next(), words.next())
        && word.ends_with('.')
        && number.starts_with(|first: char| first.is_ascii_digit())
    {
        return Err(CitationError::UnknownLocator(word.to_owned()));
    }
    Ok((None, text))
}

fn one_line(text: &str) -> Box<str> {
    text.split_whitespace().collect::<Vec<_>>().join(" ").into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inner: &str, expected: &[(&str, &str, Author, Option<&str>, &str)]) {
        let citation = parse(inner).unwrap_or_else(|error| panic!("{inner}: {error:?}"));
        let found: Vec<_> = citation
            .items()
            .iter()
            .map(|item| {
                let locator = item.locator.as_ref().map(ToString::to_string);
                (item.prefix(), item.source, item.author, locator, item.suffix())
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(prefix, key, author, locator, suffix)| (*prefix, *key, *author, locator.map(str::to_owned), *suffix))
            .collect();
        assert_eq!(found, expected, "{inner}");
    }

    #[test]
    fn reads_pandocs_forms() {
        use Author::{Shown, Suppressed};
        check("@said-2011, ¶7", &[("", "said-2011", Shown, Some("¶7"), "")]);
        check("@said-2011 ¶ 7", &[("", "said-2011", Shown, Some("¶7"), "")]);
        check("see @a, pp. 33-35, and elsewhere", &[("see", "a", Shown, Some("pp. 33-35"), "and elsewhere")]);
        check("-@a, 12; @b", &[("", "a", Suppressed, Some("p. 12"), ""), ("", "b", Shown, None, "")]);
        check("@a, note 107", &[("", "a", Shown, Some("note 107"), "")]);
        check("@a, note", &[("", "a", Shown, Some("note"), "")]);
        check("@a, notes on the text", &[("", "a", Shown, Some("note"), "on the text")]);
        check("@a, section 7.3", &[("", "a", Shown, Some("§7.3"), "")]);
        check("@a, p. xiv", &[("", "a", Shown, Some("p. xiv"), "")]);
        check("@{a b}, ch. 2", &[("", "a b", Shown, Some("ch. 2"), "")]);
        check("@a, passim", &[("", "a", Shown, None, "passim")]);
        check("@doi:10.1/x.", &[("", "doi:10.1/x", Shown, None, ".")]);
        check("@a, pp. 1, 3, 5", &[("", "a", Shown, Some("pp. 1, 3, 5"), "")]);
    }

    #[test]
    fn says_what_is_wrong() {
        let check = |inner: &str, expected: CitationError| assert_eq!(parse(inner), Err(expected), "{inner}");
        check("@", CitationError::NoKey);
        check("@, ¶7", CitationError::NoKey);
        check("@!x", CitationError::NoKey);
        check("@ x", CitationError::Space("x".to_owned()));
        check("@x;", CitationError::NoSource(String::new()));
        check("@a; b", CitationError::NoSource("b".to_owned()));
        check("@a, vol. 3", CitationError::UnknownLocator("vol.".to_owned()));
        check("@a, ¶", CitationError::EmptyLocator("¶".to_owned()));
        assert!(!is_citation("mail a@b.org"));
        assert!(!is_citation("at @ home"));
        assert!(is_citation("see @a"));
        assert!(is_citation("@"));
    }
}
