//! Anchors of headings: one of its own for every heading of a page.

use std::collections::BTreeMap;

use super::keys::Problems;
use super::messages;
use super::raw::Syntax;
use crate::model::body::is_theme_anchor;
use crate::text::slug::slug;
use crate::text::{Place, SitePath, Span};

/// The anchors of one page, and where they are.
pub(super) struct Anchors<'text> {
    path: &'text SitePath,
    problems: &'text Problems,
    taken: BTreeMap<String, Span>,
    /// For every stem that several headings share, the number that the next one begins to look from.
    numbers: BTreeMap<String, usize>,
}

impl<'text> Anchors<'text> {
    pub(super) fn new(path: &'text SitePath, problems: &'text Problems) -> Self {
        Self { path, problems, taken: BTreeMap::new(), numbers: BTreeMap::new() }
    }

    /// An anchor that the author gives. It must be the only one of its name.
    pub(super) fn given(&mut self, anchor: &str, span: Span, syntax: Syntax) -> String {
        let place = |span: Span| Place::span(self.path, span);
        if is_theme_anchor(anchor) {
            self.problems.push(messages::reserved_anchor(place(span), anchor, syntax));
        } else if let Some(first) = self.taken.get(anchor) {
            self.problems.push(messages::duplicate_anchor(place(span), anchor, place(*first), syntax));
        }
        self.taken.insert(anchor.to_owned(), span);
        anchor.to_owned()
    }

    /// An anchor made of a heading's words, with a number where another has it already.
    pub(super) fn of_words(&mut self, words: &str, span: Span) -> String {
        let stem = match slug(words) {
            empty if empty.is_empty() => "section".to_owned(),
            // A number behind it would not free it: all of `page-…` is the theme's.
            reserved if is_theme_anchor(&reserved) => format!("section-{reserved}"),
            stem => stem,
        };
        let is_free = |anchor: &String| !self.taken.contains_key(anchor);
        let anchor = if is_free(&stem) {
            stem
        } else {
            let from = self.numbers.get(&stem).copied().unwrap_or(2);
            let mut numbered = (from..).map(|number| (number, format!("{stem}-{number}")));
            let (number, anchor) = numbered.find(|(_, anchor)| is_free(anchor)).expect("one number is free");
            self.numbers.insert(stem, number + 1);
            anchor
        };
        self.taken.insert(anchor.clone(), span);
        anchor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_has_an_anchor_of_its_own() {
        let path = SitePath::parse("content/a.md").expect("a path");
        let problems = Problems::default();
        let mut anchors = Anchors::new(&path, &problems);
        let mut check = |words: &str, expected: &str| assert_eq!(anchors.of_words(words, Span::default()), expected);
        check("Two kinds", "two-kinds");
        check("Two kinds!", "two-kinds-2");
        check("…", "section");
        check("C1", "section-c1");
        check("Note 7", "section-note-7");
        check("Page fields", "section-page-fields");
        check("Page fields", "section-page-fields-2");
        assert!(problems.is_empty());
    }
}
