//! Texts as loaded, and places in them.
//!
//! The lowest floor: paths inside a site folder, byte spans, line and column arithmetic. It never opens a file
//! and knows no format.

pub mod addresses;
pub mod bytes;
pub mod html;
pub mod nearest;
pub mod slug;
pub mod tags;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Adds a number in digits. `write!` takes ten times as long, and every page of a site has more than a hundred numbers.
pub fn push_number(text: &mut String, number: usize) {
    let above = number / 1000;
    if above > 0 {
        push_number(text, above);
    }
    let end = number % 1000 * 3 + 3;
    let digits = match number {
        0..10 => 1,
        10..100 => 2,
        _ => 3,
    };
    text.push_str(&THOUSAND[end - digits..end]);
}

/// The numbers below a thousand, with three digits each.
const THOUSAND: &str = {
    const DIGITS: &[u8] = b"0123456789";
    const ALL: [u8; 3000] = {
        let mut digits = [b'0'; 3000];
        let mut number = 0;
        while number < 1000 {
            digits[3 * number] = DIGITS[number / 100];
            digits[3 * number + 1] = DIGITS[number / 10 % 10];
            digits[3 * number + 2] = DIGITS[number % 10];
            number += 1;
        }
        digits
    };
    match str::from_utf8(&ALL) {
        Ok(digits) => digits,
        Err(_) => panic!("digits are text"),
    }
};

/// A path inside the site folder, with `/` between segments on every system: `content/factors/family-ties.md`.
///
/// Never absolute, never with `.`, `..` or empty segments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(Arc<str>);

impl SitePath {
    /// Accepts `segment/segment`, and nothing that could leave the site folder.
    pub fn parse(text: &str) -> Option<Self> {
        let is_segment = |segment: &str| !matches!(segment, "" | "." | "..");
        (Self::is_inside(text) && text.split('/').all(is_segment)).then(|| Self(text.into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Everything before the last `/`; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The part of the path below `folder`, when it is below it.
    pub fn below(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }

    /// The file that `relative` names when it is written in this file; `None` when it leaves the site folder.
    ///
    /// A leading `/` stands for the `content` folder.
    pub fn resolve(&self, relative: &str) -> Option<Self> {
        let above = if relative.starts_with('/') { "content" } else { self.folder() };
        let mut path = String::with_capacity(above.len() + 1 + relative.len());
        path.push_str(above);
        for segment in relative.split('/') {
            match segment {
                "" | "." => {}
                ".." if path.is_empty() => return None,
                ".." => path.truncate(path.rfind('/').unwrap_or(0)),
                segment => {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(segment);
                }
            }
        }
        (!path.is_empty() && Self::is_inside(&path)).then(|| Self(path.into()))
    }

    /// Whether no byte of a path could mean something else to a system.
    fn is_inside(path: &str) -> bool {
        !path.bytes().any(|byte| matches!(byte, b'\\' | 0))
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A stretch of bytes of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range`. Texts are far smaller than 4 GiB: `read` refuses larger ones.
    pub fn new(range: Range<usize>) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(range.start), end: narrow(range.end) }
    }

    /// The span as a range of byte offsets.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same span in a text in which this one starts at `offset`.
    #[must_use]
    pub fn moved(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset..self.end as usize + offset)
    }
}

/// A value and where it stands in the text that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes.
    pub span: Span,
}

/// One step into nested YAML.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The entry of a map with this key.
    Key(String),
    /// The item of a list with this index, counting from 0.
    Index(usize),
}

/// The way to one value in a YAML text, from its top.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct KeyPath(pub Vec<Step>);

impl KeyPath {
    /// The path one key deeper.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    /// The path one list item deeper.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}

/// Where in a text something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The file as a whole.
    File,
    /// These bytes.
    Span(Span),
    /// The key that ends this way into the file's YAML.
    Key(KeyPath),
    /// The value that ends this way into the file's YAML.
    Value(KeyPath),
}

/// A spot in a file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: SitePath,
    /// Where in it.
    pub spot: Spot,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &SitePath) -> Self {
        Self { path: path.clone(), spot: Spot::File }
    }

    /// Bytes of the file.
    pub fn span(path: &SitePath, span: Span) -> Self {
        Self { path: path.clone(), spot: Spot::Span(span) }
    }

    /// A key of the file's YAML.
    pub fn key(path: &SitePath, keys: KeyPath) -> Self {
        Self { path: path.clone(), spot: Spot::Key(keys) }
    }

    /// A value of the file's YAML.
    pub fn value(path: &SitePath, keys: KeyPath) -> Self {
        Self { path: path.clone(), spot: Spot::Value(keys) }
    }
}

/// Line starts of one text, to turn byte offsets into what people count.
#[derive(Debug)]
pub struct Lines<'text> {
    text: &'text str,
    starts: Vec<usize>,
}

impl<'text> Lines<'text> {
    /// Finds the lines of `text`, which end with LF or CRLF.
    pub fn new(text: &'text str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        Self { text, starts }
    }

    /// The line number and column of a byte offset, both counting from 1; columns count characters.
    ///
    /// A byte-order mark takes no column.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let before = if line == 0 { before.trim_start_matches('\u{feff}') } else { before };
        (line + 1, before.chars().count() + 1)
    }

    /// The byte offset of a line and a column, both counting from 0; columns count characters.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(start) = self.starts.get(line) else { return self.text.len() };
        let rest = &self.text[*start..];
        rest.char_indices().nth(column).map_or(self.text.len(), |(offset, _)| start + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_digits() {
        for number in [0, 1, 9, 10, 11, 99, 100, 101, 1234, usize::MAX] {
            let mut text = String::new();
            push_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
    }

    #[test]
    fn paths_stay_inside_the_site() {
        let page = SitePath::parse("content/factors/family-ties.md").expect("a path");
        let check = |relative: &str, expected: Option<&str>| {
            assert_eq!(page.resolve(relative).as_ref().map(SitePath::as_str), expected, "{relative}");
        };
        check("disputes.md", Some("content/factors/disputes.md"));
        check("../index.md", Some("content/index.md"));
        check("/index.md", Some("content/index.md"));
        check("../../../etc/passwd", None);
        assert!(SitePath::parse("../x").is_none());
        assert!(SitePath::parse("/x").is_none());
        assert!(SitePath::parse("x\0").is_none());
    }

    #[test]
    fn positions_count_characters_from_one() {
        let lines = Lines::new("\u{feff}né\r\n\tb");
        assert_eq!(lines.position(3), (1, 1));
        assert_eq!(lines.position("\u{feff}né".len()), (1, 3));
        assert_eq!(lines.position("\u{feff}né\r\n\t".len()), (2, 2));
        assert_eq!(lines.position(999), (2, 3));
        assert_eq!(lines.offset(1, 1), "\u{feff}né\r\n\t".len());
    }
}
