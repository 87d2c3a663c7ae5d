//! What links lead to, and where that is written.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::body::Reference;

/// What a destination leads to; `None` when it is one that no page may lead to.
pub(super) fn of_destination(destination: &str) -> Option<Reference> {
    if let Some(fragment) = destination.strip_prefix('#') {
        return Some(Reference::Heading(decoded(fragment)));
    }
    let scheme = destination.split(['/', '?', '#']).next().and_then(|first| first.split_once(':'));
    match scheme {
        Some((scheme, _)) if matches!(&*scheme.to_ascii_lowercase(), "http" | "https" | "mailto" | "tel") => {
            Some(Reference::External(destination.to_owned()))
        }
        None if !destination.starts_with("//") => {
            let (path, fragment) = match destination.split_once('#') {
                Some((path, fragment)) => (path, Some(decoded(fragment))),
                None => (destination, None),
            };
            Some(Reference::File { path: decoded(path), fragment })
        }
        _ => None,
    }
}

/// What a wiki link leads to.
pub(super) fn of_wiki(destination: &str) -> Reference {
    let (name, fragment) = match destination.split_once('#') {
        Some((name, fragment)) => (name, Some(fragment.trim().to_owned())),
        None => (destination, None),
    };
    let name = name.trim().to_owned();
    match fragment {
        Some(fragment) if name.is_empty() => Reference::Heading(fragment),
        fragment => Reference::Name { name, fragment },
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Where the destinations of links are written.
pub(super) struct Written {
    /// For the destination of every link reference definition, where that stands.
    definitions: BTreeMap<String, Range<usize>>,
}

impl Written {
    pub(super) fn new<'text>(definitions: impl Iterator<Item = (&'text str, Range<usize>)>) -> Self {
        let mut first: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for (destination, span) in definitions {
            // They come in no order; the first of the page has the word.
            let range = first.entry(destination.to_owned()).or_insert_with(|| span.clone());
            if span.start < range.start {
                *range = span;
            }
        }
        Self { definitions: first }
    }

    /// The bytes of a link's destination, where it can be found as it was written; else those of the link.
    pub(super) fn destination(&self, body: &str, destination: &str, link: Range<usize>) -> Range<usize> {
        let written = &body[link.clone()];
        let before = written.strip_suffix(')').and_then(|inner| inner.strip_suffix(destination));
        if let (false, Some(before)) = (destination.is_empty(), before)
            && before.ends_with("](")
        {
            return link.start + before.len()..link.end - 1;
        }
        let inline = || written.rfind(&format!("]({destination}")).map(|at| at + 2);
        if !destination.is_empty()
            && let Some(at) = inline().or_else(|| written.rfind(destination))
        {
            return link.start + at..link.start + at + destination.len();
        }
        let Some(definition) = self.definitions.get(destination) else { return link };
        match body[definition.clone()].rfind(destination) {
            Some(at) => definition.start + at..definition.start + at + destination.len(),
            None => link,
        }
    }
}

/// The bytes of a wiki link's destination.
pub(super) fn wiki_destination(body: &str, destination: &str, link: Range<usize>) -> Range<usize> {
    match body[link.clone()].find(destination) {
        Some(at) => link.start + at..link.start + at + destination.len(),
        None => link,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_read() {
        let check = |destination: &str, expected: Option<Reference>| {
            assert_eq!(of_destination(destination), expected, "{destination}");
        };
        let file = |path: &str, fragment: Option<&str>| {
            Some(Reference::File { path: path.to_owned(), fragment: fragment.map(ToOwned::to_owned) })
        };
        check("a%20b.md#c%C3%A9", file("a b.md", Some("cé")));
        check("a/b:c.md", file("a/b:c.md", None));
        check("#a", Some(Reference::Heading("a".to_owned())));
        check("HTTPS://example.org", Some(Reference::External("HTTPS://example.org".to_owned())));
        check("javascript:a", None);
        check("JAVASCRIPT:a", None);
        check("java\nscript:a", None);
        check("data:text/html,a", None);
        check("//example.org", None);
        assert_eq!(of_wiki("#A b "), Reference::Heading("A b".to_owned()));
    }
}
