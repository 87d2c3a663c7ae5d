//! Places of YAML values, found when a problem is to be shown. The one file that knows `saphyr-parser`.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, Span as MarkedSpan};

use crate::text::{KeyPath, Lines, SitePath, Span, Spot, Step};

/// Finds spots of a file's YAML: the whole file's, or that of its front matter if it is a Markdown file.
///
/// When a value itself is not there, the place is that of the nearest thing around it.
pub fn locate_all(path: &SitePath, text: &str, spots: &[&Spot]) -> Vec<Option<Span>> {
    let outline = Outline::new(path, text);
    spots.iter().map(|spot| outline.as_ref()?.find(spot)).collect()
}

/// What stands where in a file's YAML.
pub(super) struct Outline<'text> {
    text: &'text str,
    is_page: bool,
    /// The byte that the YAML starts at.
    start: usize,
    yaml: &'text str,
    top: Node,
}

impl<'text> Outline<'text> {
    /// Reads a file; `None` when it is a page without front matter.
    pub(super) fn new(path: &SitePath, text: &'text str) -> Option<Self> {
        let is_page = path.as_str().ends_with(".md");
        let (start, yaml) = match is_page {
            true => super::front_matter::yaml_of(text)?,
            false => {
                let yaml = text.trim_start_matches('\u{feff}');
                (text.len() - yaml.len(), yaml)
            }
        };
        Some(Self { text, is_page, start, yaml, top: Node::read(yaml) })
    }

    pub(super) fn find(&self, spot: &Spot) -> Option<Span> {
        let (keys, wants_key) = match spot {
            Spot::Key(keys) => (keys, true),
            Spot::Value(keys) => (keys, false),
            Spot::File | Spot::Span(_) => return None,
        };
        match (keys.0.is_empty(), self.is_page, wants_key) {
            (false, _, _) => self.top.find(keys, wants_key).map(|span| span.moved(self.start)),
            // The keys of a page as a whole: the line that opens them.
            (true, true, true) => Some(Span::new(super::front_matter::opening_of(self.text))),
            (true, false, true) => None,
            (true, _, false) => first_line(self.yaml).map(|line| line.moved(self.start)),
        }
    }
}

/// Every key that stands twice in one map: the key, its first place and its second.
pub(super) fn duplicate_keys(yaml: &str) -> Vec<(String, Span, Span)> {
    let mut duplicates = Vec::new();
    Node::read(yaml).add_duplicates(&mut duplicates);
    duplicates
}

/// The first line that states anything.
fn first_line(yaml: &str) -> Option<Span> {
    let mut offset = 0;
    for line in yaml.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') && content != "---" {
            let start = offset + (line.len() - line.trim_start().len());
            return Some(Span::new(start..start + content.len()));
        }
        offset += line.len();
    }
    None
}

/// Maps and lists that are nested deeper are not looked into; what reads values refuses them before that.
const DEEPEST: usize = 200;

/// A value, and what is in it.
#[derive(Default)]
struct Node {
    /// The step that leads to it, and the place of its key, if that step is one.
    step: Option<(Step, Option<Span>)>,
    span: Span,
    shape: Shape,
    children: Vec<Node>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    /// A map or list in lines of its own, or nothing at all.
    #[default]
    Block,
    /// A map or list in brackets.
    Brackets,
    /// A text, number and the like.
    Scalar,
}

/// A map or list that is open while it is read.
struct Open {
    node: Node,
    is_map: bool,
    /// The key of a map that waits for its value.
    key: Option<(String, Span)>,
}

impl Node {
    /// Reads as much of a text as is YAML. The node is one around the document.
    fn read(yaml: &str) -> Self {
        let lines = Lines::new(yaml);
        let mut open = vec![Open { node: Self::default(), is_map: false, key: None }];
        for event in Parser::new_from_str(yaml) {
            let Ok((event, marked)) = event else { break };
            match event {
                Event::Scalar(..) | Event::Alias(_) => {
                    let text = match event {
                        Event::Scalar(text, ..) => text.into_owned(),
                        _ => String::new(),
                    };
                    let innermost = open.last_mut().expect("the outermost is never closed");
                    if innermost.is_map && innermost.key.is_none() {
                        innermost.key = Some((text, span_of(&marked, yaml, &lines)));
                        continue;
                    }
                    let shape = if marked.is_empty() { Shape::Block } else { Shape::Scalar };
                    let step = Some(innermost.next_step());
                    let span = span_of(&marked, yaml, &lines);
                    innermost.node.children.push(Self { step, span, shape, children: Vec::new() });
                }
                Event::SequenceStart(..) | Event::MappingStart(..) => {
                    if open.len() > DEEPEST {
                        break;
                    }
                    let innermost = open.last_mut().expect("the outermost is never closed");
                    if innermost.is_map && innermost.key.is_none() {
                        // A map or list as a key, which no file of ours has.
                        break;
                    }
                    let shape = if marked.is_empty() { Shape::Block } else { Shape::Brackets };
                    let step = Some(innermost.next_step());
                    let span = span_of(&marked, yaml, &lines);
                    let node = Self { step, span, shape, children: Vec::new() };
                    open.push(Open { node, is_map: matches!(event, Event::MappingStart(..)), key: None });
                }
                Event::SequenceEnd | Event::MappingEnd if open.len() > 1 => {
                    let mut node = open.pop().expect("two are open").node;
                    if node.shape == Shape::Brackets {
                        node.span.end = span_of(&marked, yaml, &lines).end.max(node.span.end);
                    }
                    open.last_mut().expect("the outermost is never closed").node.children.push(node);
                }
                _ => {}
            }
        }
        // What is still open where the YAML ends, or stops being any, counts as far as it goes.
        while open.len() > 1 {
            let node = open.pop().expect("two are open").node;
            open.last_mut().expect("the outermost is never closed").node.children.push(node);
        }
        open.pop().expect("the outermost is never closed").node
    }

    fn find(&self, keys: &KeyPath, wants_key: bool) -> Option<Span> {
        let mut node = self.children.first()?;
        let mut best = None;
        for (depth, step) in keys.0.iter().enumerate() {
            let is_last = depth + 1 == keys.0.len();
            if is_last && *step == Step::Index(0) && node.shape == Shape::Scalar {
                // A text may stand where a list of one would: both are its first item.
                return Some(node.span);
            }
            let is_wanted = |child: &&Self| child.step.as_ref().is_some_and(|(own, _)| own == step);
            let found = match step {
                // The children of a list stand at their own indexes.
                Step::Index(index) => node.children.get(*index).filter(is_wanted),
                Step::Key(_) => node.children.iter().find(is_wanted),
            };
            let Some(child) = found else { break };
            let key = child.step.as_ref().and_then(|(_, key)| *key);
            let shows_key = !is_last || wants_key || child.shape == Shape::Block;
            best = Some(key.filter(|_| shows_key).unwrap_or(child.span));
            node = child;
        }
        best
    }

    fn add_duplicates(&self, duplicates: &mut Vec<(String, Span, Span)>) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for child in &self.children {
            if let Some((Step::Key(key), Some(span))) = &child.step {
                match first.get(key.as_str()) {
                    Some(first) => duplicates.push((key.clone(), *first, *span)),
                    None => {
                        first.insert(key, *span);
                    }
                }
            }
            child.add_duplicates(duplicates);
        }
    }
}

impl Open {
    /// The step to the value that comes next.
    fn next_step(&mut self) -> (Step, Option<Span>) {
        match self.key.take() {
            Some((key, span)) => (Step::Key(key), Some(span)),
            None => (Step::Index(self.node.children.len()), None),
        }
    }
}

/// The bytes of a place. An empty one, where a map or list begins, reaches to the end of its line.
fn span_of(marked: &MarkedSpan, yaml: &str, lines: &Lines<'_>) -> Span {
    // saphyr counts lines from 1, columns from 0, both in characters; its indexes count characters too.
    let offset = |marker: &Marker| lines.offset(marker.line() - 1, marker.col());
    let (start, end) = (offset(&marked.start), offset(&marked.end));
    let end = if end > start { end } else { yaml[start..].find('\n').map_or(yaml.len(), |line| start + line) };
    Span::new(start..start + yaml[start..end].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\r\ntitle: État\r\nshows:\r\n  - family-ties\r\n  - to: other\r\n    note: é\r\nlast: [a, b]\r\n---\r\nBody\r\n";

    fn check(spot: &Spot, expected: &str) {
        let path = SitePath::parse("content/a.md").expect("a path");
        let span = Outline::new(&path, TEXT).and_then(|outline| outline.find(spot)).expect("a place");
        assert_eq!(&TEXT[span.range()], expected, "{spot:?}");
    }

    #[test]
    fn finds_keys_and_values() {
        let top = KeyPath::default();
        check(&Spot::Value(top.key("title")), "État");
        check(&Spot::Key(top.key("title")), "title");
        check(&Spot::Value(top.key("shows").index(0)), "family-ties");
        check(&Spot::Value(top.key("shows").index(1).key("to")), "other");
        check(&Spot::Key(top.key("shows").index(1).key("note")), "note");
        check(&Spot::Value(top.key("last").index(1)), "b");
        check(&Spot::Value(top.key("shows")), "shows");
        check(&Spot::Value(top.key("last")), "[a, b]");
        check(&Spot::Value(top.key("title").index(0)), "État");
        check(&Spot::Value(top.key("shows").index(1)), "to: other");
    }

    #[test]
    fn finds_the_whole() {
        check(&Spot::Key(KeyPath::default()), "---");
        check(&Spot::Value(KeyPath::default()), "title: État");
    }

    #[test]
    fn finds_keys_that_stand_twice() {
        let check = |yaml: &str, expected: &[(&str, usize, usize)]| {
            let found = duplicate_keys(yaml);
            let found: Vec<_> = found
                .iter()
                .map(|(key, one, other)| (key.as_str(), one.start as usize, other.start as usize))
                .collect();
            assert_eq!(found, expected, "{yaml}");
        };
        check("a: 1\nb: {a: 1, a: 2}\na: [a, a]\n", &[("a", 9, 15), ("a", 0, 21)]);
        check("- a: 1\n- a: 2\n", &[]);
    }

    #[test]
    fn falls_back_to_what_is_around() {
        let top = KeyPath::default();
        check(&Spot::Value(top.key("shows").key("nothing")), "shows");
        check(&Spot::Value(top.key("last").index(7)), "last");
    }
}
