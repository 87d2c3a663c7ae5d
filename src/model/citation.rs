//! Marks in a body, or texts in YAML, that cite sources.

use super::SourceId;

/// What a locator counts, as CSL names it (CSL 1.0.2, "Locators").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocatorKind {
    /// A paragraph, written `¶7` or `para. 7`.
    Paragraph,
    /// A page, written `p. 7` or `pp. 7-9`.
    Page,
    /// A section, written `§7` or `section 7.3`.
    Section,
    /// A chapter, written `chapter 7` or `ch. 7`.
    Chapter,
    /// A note, written `note 107` or `n. 107`; alone, the source's own note.
    Note,
}

/// A part of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locator {
    /// What is counted.
    pub kind: LocatorKind,
    /// The number, range or name; empty for the note alone.
    pub value: Box<str>,
}

impl Locator {
    /// The names of the passages that this points to in a source that declares its passages: `7`, or `note`.
    ///
    /// A range of paragraphs names each of them; locators of other kinds name none.
    pub fn passage_names(&self) -> Vec<String> {
        match self.kind {
            LocatorKind::Note if self.value.is_empty() => vec!["note".to_owned()],
            LocatorKind::Paragraph => self.value.split(',').map(str::trim).flat_map(range).collect(),
            _ => Vec::new(),
        }
    }
}

/// `7-9` as 7, 8 and 9; anything else as it is.
fn range(part: &str) -> Vec<String> {
    let ends = part
        .split_once(['-', '–'])
        .and_then(|(first, last)| Some((first.trim().parse::<u32>().ok()?, last.trim().parse::<u32>().ok()?)));
    match ends {
        Some((first, last)) if first < last && last - first < 1000 => {
            (first..=last).map(|number| number.to_string()).collect()
        }
        _ => vec![part.to_owned()],
    }
}

impl std::fmt::Display for Locator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, value } = self;
        match kind {
            LocatorKind::Paragraph => write!(formatter, "¶{value}"),
            LocatorKind::Page if value.contains(['-', '–', ',']) => write!(formatter, "pp. {value}"),
            LocatorKind::Page => write!(formatter, "p. {value}"),
            LocatorKind::Section => write!(formatter, "§{value}"),
            LocatorKind::Chapter => write!(formatter, "ch. {value}"),
            LocatorKind::Note if value.is_empty() => formatter.write_str("note"),
            LocatorKind::Note => write!(formatter, "note {value}"),
        }
    }
}

/// Whether a mark names the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// `[@key]`
    Shown,
    /// `[-@key]`, since the sentence has named the author already.
    Suppressed,
}

/// Words around a source in a citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affixes {
    /// Words before it, as in `see`; empty without any.
    pub prefix: Box<str>,
    /// Words after the locator; empty without any.
    pub suffix: Box<str>,
}

/// One source in a citation. `Source` is its key in a draft and its id in a page.
///
/// A site holds more of these than of anything else, so they are as narrow as they can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationItem<Source> {
    /// The source.
    pub source: Source,
    /// Whether the author is named.
    pub author: Author,
    /// Which part of the source.
    pub locator: Option<Locator>,
    /// Words around it, if there are any.
    pub affixes: Option<Box<Affixes>>,
}

impl<Source> CitationItem<Source> {
    /// Words before it; empty without any.
    pub fn prefix(&self) -> &str {
        self.affixes.as_ref().map_or("", |affixes| &affixes.prefix)
    }

    /// Words after the locator; empty without any.
    pub fn suffix(&self) -> &str {
        self.affixes.as_ref().map_or("", |affixes| &affixes.suffix)
    }
}

/// One pair of square brackets: one or more sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation<Source = SourceId>(Items<Source>);

/// Most citations have one item, which takes no room but its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Items<Source> {
    One(CitationItem<Source>),
    Others(Box<[CitationItem<Source>]>),
}

impl<Key> Citation<Key> {
    /// One that cites these, in this order.
    pub fn new(items: Vec<CitationItem<Key>>) -> Self {
        Self(match <[_; 1]>::try_from(items) {
            Ok([item]) => Items::One(item),
            Err(items) => Items::Others(items.into()),
        })
    }

    /// The sources, in the order they are written in.
    pub fn items(&self) -> &[CitationItem<Key>] {
        match &self.0 {
            Items::One(item) => std::slice::from_ref(item),
            Items::Others(items) => items,
        }
    }

    /// The same with other names for its sources. Items whose source gets none are left out.
    ///
    /// No item is copied where the other names take as much room.
    #[must_use]
    pub fn renamed<Source>(self, mut rename: impl FnMut(Key) -> Option<Source>) -> Citation<Source> {
        let mut renamed = |item: CitationItem<Key>| {
            let CitationItem { source, author, locator, affixes } = item;
            rename(source).map(|source| CitationItem { source, author, locator, affixes })
        };
        match self.0 {
            Items::One(item) => Citation(renamed(item).map_or_else(|| Items::Others(Box::default()), Items::One)),
            Items::Others(items) => Citation::new(items.into_vec().into_iter().filter_map(renamed).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_takes_no_room_but_its_own() {
        assert_eq!(size_of::<Citation>(), size_of::<CitationItem<SourceId>>());
    }

    #[test]
    fn items_without_a_source_are_left_out() {
        let item = |source| CitationItem { source, author: Author::Shown, locator: None, affixes: None };
        let expected: [&[&str]; 4] = [&[], &["0"], &["0"], &["0", "2"]];
        for (count, expected) in expected.into_iter().enumerate() {
            let citation = Citation::new((0..count).map(item).collect());
            assert_eq!(citation.items().len(), count);
            let renamed = citation.renamed(|number| (number != 1).then(|| number.to_string()));
            assert!(renamed.items().iter().map(|item| item.source.as_str()).eq(expected.iter().copied()), "{count}");
        }
        assert!(Citation::new(vec![item(1)]).renamed(|_| None::<usize>).items().is_empty());
    }
}
