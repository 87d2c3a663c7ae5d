//! Footnotes of a body: numbered by their first mark, wherever the notes stand.

use std::collections::BTreeMap;
use std::ops::Range;

/// The notes of one page, as whatever their content is made of.
pub(super) struct Footnotes<Event> {
    /// Labels, in the order of their first mark.
    order: Vec<String>,
    /// For every label, its number, counting from 1.
    numbers: BTreeMap<String, usize>,
    /// For every label, its note, and where that stands.
    notes: BTreeMap<String, (Vec<Event>, Range<usize>)>,
}

impl<Event> Footnotes<Event> {
    pub(super) fn new() -> Self {
        Self { order: Vec::new(), numbers: BTreeMap::new(), notes: BTreeMap::new() }
    }

    /// A mark: its number, and whether it is the first of its note.
    pub(super) fn mark(&mut self, label: &str) -> (usize, bool) {
        if let Some(number) = self.numbers.get(label) {
            return (*number, false);
        }
        self.order.push(label.to_owned());
        self.numbers.insert(label.to_owned(), self.order.len());
        (self.order.len(), true)
    }

    /// A note.
    pub(super) fn add(&mut self, label: &str, note: Vec<Event>, range: Range<usize>) {
        self.notes.insert(label.to_owned(), (note, range));
    }

    /// The notes by number.
    pub(super) fn take(&mut self) -> Vec<Vec<Event>> {
        let order = std::mem::take(&mut self.order);
        order.iter().map(|label| self.notes.remove(label).map(|(note, _)| note).unwrap_or_default()).collect()
    }

    /// The notes that are left when the others have been taken: no mark leads to them.
    pub(super) fn unmarked(&self) -> impl Iterator<Item = (&str, &Range<usize>)> {
        self.notes.iter().map(|(label, (_, range))| (label.as_str(), range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_come_in_the_order_of_their_marks() {
        let mut footnotes = Footnotes::new();
        footnotes.add("a", vec![1], 0..1);
        footnotes.add("b", vec![2], 1..2);
        footnotes.add("c", vec![3], 2..3);
        assert_eq!(footnotes.mark("b"), (1, true));
        assert_eq!(footnotes.mark("a"), (2, true));
        assert_eq!(footnotes.mark("b"), (1, false));
        assert_eq!(footnotes.take(), [[2], [1]]);
        assert_eq!(footnotes.unmarked().collect::<Vec<_>>(), [("c", &(2..3))]);
    }
}
