//! Where files of the built site are, and how they link to one another.

use std::fmt::{self, Write};

/// A file of the built site, relative to its root: `factors/family-ties.html`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(String);

impl OutputPath {
    /// Accepts segments between slashes, none of which is empty, `.` or `..`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_segment = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.contains(['\\', '\0']);
        text.split('/').all(is_segment).then(|| Self(text.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Everything before the last `/`; empty at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What leads from this file to the root of the site: empty at the root, otherwise `../` as often as needed.
    pub fn to_root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }

    /// The relative reference that leads from this file to `target` (RFC 3986, section 4.2), percent-encoded.
    pub fn link_to(&self, target: &Self) -> String {
        let (own_folders, _) = self.0.rsplit_once('/').unwrap_or(("", &self.0));
        let own: Vec<&str> = own_folders.split('/').filter(|segment| !segment.is_empty()).collect();
        let other: Vec<&str> = target.0.split('/').collect();
        let shared = own.iter().zip(&other[..other.len() - 1]).take_while(|(one, two)| one == two).count();
        let mut link = "../".repeat(own.len() - shared);
        for (index, segment) in other[shared..].iter().enumerate() {
            if index > 0 {
                link.push('/');
            }
            write!(link, "{}", encoded(segment)).expect("a string takes all that is written");
        }
        link
    }

    /// The path as part of an address, percent-encoded.
    pub fn encoded(&self) -> String {
        self.0.split('/').map(|segment| encoded(segment).to_string()).collect::<Vec<_>>().join("/")
    }
}

/// A path segment or fragment, percent-encoded where RFC 3986 asks for it.
pub fn encoded(text: &str) -> percent_encoding::PercentEncode<'_> {
    const SET: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
    percent_encoding::utf8_percent_encode(text, SET)
}

impl fmt::Display for OutputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
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
        check("index.html", "glossaire/état.html", "glossaire/%C3%A9tat.html");
        assert!(OutputPath::parse("../x").is_none());
    }
}
