//! Where files of the built site are, and how they link to one another.

use std::borrow::Cow;
use std::fmt;

/// A file of the built site, relative to its root: `factors/family-ties.html`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath {
    path: String,
    /// How many bytes of it come before its last `/`. Every link of a site asks for this and what follows.
    folder: usize,
    /// Whether all of it stands for itself in an address.
    is_plain: bool,
}

impl OutputPath {
    /// Accepts segments between slashes, none of which is empty, `.` or `..`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_outside = |byte: u8| matches!(byte, b'\\' | 0);
        let is_segment = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.bytes().any(is_outside);
        text.split('/').all(is_segment).then(|| Self {
            path: text.to_owned(),
            folder: text.rfind('/').unwrap_or(0),
            is_plain: text.bytes().all(|byte| is_plain(byte) || byte == b'/'),
        })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// Everything before the last `/`; empty at the root.
    pub fn folder(&self) -> &str {
        &self.path[..self.folder]
    }

    /// Whether the path is written in an address as it is.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// What leads from this file to the root of the site: empty at the root, otherwise `../` as often as needed.
    pub fn to_root(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }

    /// The relative reference that leads from this file to `target` (RFC 3986, section 4.2), percent-encoded.
    pub fn link_to(&self, target: &Self) -> String {
        let (own, other) = (self.path.as_bytes(), target.path.as_bytes());
        // The folders that both are in end with the last slash before they differ.
        let alike = own.iter().zip(other).take_while(|(one, two)| one == two).count();
        let shared = own[..alike].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        // Nothing is below the file's own folder.
        let below = self.path.get(shared..=self.folder).unwrap_or_default();
        let ups = below.bytes().filter(|byte| *byte == b'/').count();
        let rest = &target.path[shared..];
        let mut link = String::with_capacity(3 * ups + rest.len());
        for _ in 0..ups {
            link.push_str("../");
        }
        target.push_encoded(&mut link, rest);
        link
    }

    /// The path as part of an address, percent-encoded.
    pub fn encoded(&self) -> String {
        let mut path = String::with_capacity(self.path.len());
        self.push_encoded(&mut path, &self.path);
        path
    }

    /// Adds segments of this path, each percent-encoded.
    fn push_encoded(&self, out: &mut String, segments: &str) {
        if self.is_plain {
            out.push_str(segments);
            return;
        }
        for (index, segment) in segments.split('/').enumerate() {
            if index > 0 {
                out.push('/');
            }
            out.push_str(&encoded(segment));
        }
    }
}

/// Whether a byte of a segment stands for itself in an address.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@')
}

/// A path segment or fragment, percent-encoded where RFC 3986 asks for it.
pub fn encoded(text: &str) -> Cow<'_, str> {
    const SET: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
    match text.bytes().all(is_plain) {
        true => Cow::Borrowed(text),
        false => percent_encoding::utf8_percent_encode(text, SET).into(),
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::OutputPath;

    #[test]
    fn links_are_relative_and_whole() {
        let check = |from: &str, to: &str, expected: &str| {
            let path = |text| OutputPath::parse(text).expect("a path");
            assert_eq!(path(from).link_to(&path(to)), expected, "{from} to {to}");
        };
        check("index.html", "factors/family-ties.html", "factors/family-ties.html");
        check("factors/a.html", "factors/b.html", "b.html");
        check("factors/a.html", "index.html", "../index.html");
        check("fr/factors/a.html", "factors/a.html", "../../factors/a.html");
        check("a/b.html", "a/b/c.html", "b/c.html");
        check("a/b/c.html", "a/bd/c.html", "../bd/c.html");
        check("a/b/c.html", "a/b.html", "../b.html");
        check("a/b.html", "a/b.html", "b.html");
        check("index.html", "glossaire/état.html", "glossaire/%C3%A9tat.html");
        assert!(OutputPath::parse("../x").is_none());
    }
}
