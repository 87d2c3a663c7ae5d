//! A citation style made shorter for what it sets.
//!
//! A style of CSL asks for the type of a source at every turn (CSL 1.0.2, "Choose"), and Hayagriva finds each answer
//! anew, before a group is drawn, for the group around it, and when it is drawn: two thirds of its time. But the
//! answers are the same for all sources of one shape. So Hayagriva is asked once for each shape, and the style is cut
//! down to the branches that such sources can take.

use std::collections::HashMap;

use hayagriva::citationberg::taxonomy::Kind;
use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, ElseBranch, IndependentStyle, LayoutRenderingElement as Element, NamesChild,
    Text, TextTarget,
};
use hayagriva::types::EntryType;
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, Entry};

use super::ENTRY_KEYS;
use super::html::html;

/// A style, whole and as it is for the sources of a site.
#[derive(Debug)]
pub(super) struct Styles {
    pub(super) whole: IndependentStyle,
    /// The style of marks alone.
    without_references: IndependentStyle,
    narrow: Vec<IndependentStyle>,
    /// For each source, which of these is its own; none where Hayagriva gave no answer.
    narrow_of: Vec<Option<usize>>,
}

impl Styles {
    /// The style as it is for these entries.
    pub(super) fn new(whole: &IndependentStyle, entries: &[Entry]) -> Self {
        let types = types(whole);
        let mut by_shape: HashMap<Shape, Option<usize>> = HashMap::new();
        let mut by_answers: HashMap<Vec<bool>, usize> = HashMap::new();
        let mut narrow = Vec::new();
        let mut narrow_for = |entry: &Entry| {
            let answers = answers(whole, &types, entry)?;
            let number = by_answers.entry(answers).or_insert_with_key(|answers| {
                let is = |kind: Kind| types.iter().zip(answers).any(|(asked, is)| *asked == kind && *is);
                narrow.push(narrowed(whole, &is));
                narrow.len() - 1
            });
            Some(*number)
        };
        let narrow_of = entries
            .iter()
            .map(|entry| *by_shape.entry(Shape::of(entry)).or_insert_with(|| narrow_for(entry)))
            .collect();
        let without_references = IndependentStyle { bibliography: None, ..whole.clone() };
        Self { whole: whole.clone(), without_references, narrow, narrow_of }
    }

    /// The shortest style that sets these sources as the whole one does.
    pub(super) fn of(&self, members: &[usize]) -> &IndependentStyle {
        let mut numbers = members.iter().map(|index| self.narrow_of[*index]);
        match numbers.next().flatten() {
            Some(number) if numbers.all(|other| other == Some(number)) => &self.narrow[number],
            _ => &self.whole,
        }
    }

    /// A style that sets no list of references.
    pub(super) fn without_references(&self) -> &IndependentStyle {
        &self.without_references
    }
}

/// All of an entry that the answer to a question about its type hangs on: Hayagriva's selectors know types, which
/// fields are there, and what an entry is part of.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    kind: EntryType,
    has: Vec<bool>,
    parents: Vec<Self>,
}

impl Shape {
    fn of(entry: &Entry) -> Self {
        Self {
            kind: *entry.entry_type(),
            has: ENTRY_KEYS.iter().map(|key| entry.has(key)).collect(),
            parents: entry.parents().iter().map(Self::of).collect(),
        }
    }
}

/// Every type that a style asks for.
fn types(style: &IndependentStyle) -> Vec<Kind> {
    let mut found = Vec::new();
    style.citation.layout.elements.iter().for_each(|element| collect_types(element, &mut found));
    let of_references = style.bibliography.iter().flat_map(|bibliography| &bibliography.layout.elements);
    of_references.for_each(|element| collect_types(element, &mut found));
    let of_macros = style.macros.iter().flat_map(|one| &one.children);
    of_macros.for_each(|element| collect_types(element, &mut found));
    found
}

fn collect_types(element: &Element, found: &mut Vec<Kind>) {
    let mut inside = |children: &[Element]| children.iter().for_each(|child| collect_types(child, found));
    match element {
        Element::Group(group) => inside(&group.children),
        Element::Names(names) => names.children.iter().for_each(|child| {
            if let NamesChild::Substitute(substitute) = child {
                inside(&substitute.children);
            }
        }),
        Element::Choose(choose) => {
            choose.branches().for_each(|branch| inside(&branch.children));
            choose.otherwise.iter().for_each(|branch| inside(&branch.children));
            for kind in choose.branches().filter_map(|branch| branch.type_.as_ref()).flatten() {
                if !found.contains(kind) {
                    found.push(*kind);
                }
            }
        }
        Element::Text(_) | Element::Date(_) | Element::Number(_) | Element::Label(_) => {}
    }
}

/// Whether an entry is of each of these types. Hayagriva tells it to nobody but a style: so a style asks.
fn answers(style: &IndependentStyle, types: &[Kind], entry: &Entry) -> Option<Vec<bool>> {
    let word = |word: &str| Element::Text(Text::with_target(TextTarget::Value { val: word.to_owned() }));
    let question = |kind: &Kind| {
        let if_ = ChooseBranch { type_: Some(vec![*kind]), ..always(vec![word("y")]) };
        Element::Choose(Choose { if_, else_if: Vec::new(), otherwise: Some(ElseBranch { children: vec![word("n")] }) })
    };
    let mut asking = style.clone();
    asking.macros.clear();
    asking.bibliography = None;
    asking.citation.sort = None;
    asking.citation.layout.prefix = None;
    asking.citation.layout.suffix = None;
    asking.citation.layout.elements = types.iter().map(question).collect();
    let mut driver = BibliographyDriver::new();
    driver.citation(CitationRequest::from_items(vec![CitationItem::with_entry(entry)], &asking, &[]));
    let rendered = driver.finish(BibliographyRequest { style: &asking, locale: None, locale_files: &[] });
    let told = html(&rendered.citations.first()?.citation);
    let answers: Vec<bool> = told.bytes().map(|byte| byte == b'y').collect();
    (answers.len() == types.len()).then_some(answers)
}

/// A style without the branches that a source cannot take, by what types it is of.
fn narrowed(style: &IndependentStyle, is: &dyn Fn(Kind) -> bool) -> IndependentStyle {
    let mut style = style.clone();
    narrow_all(&mut style.citation.layout.elements, is);
    style.bibliography.iter_mut().for_each(|bibliography| narrow_all(&mut bibliography.layout.elements, is));
    style.macros.iter_mut().for_each(|one| narrow_all(&mut one.children, is));
    style
}

fn narrow_all(elements: &mut [Element], is: &dyn Fn(Kind) -> bool) {
    for element in elements {
        match element {
            Element::Group(group) => narrow_all(&mut group.children, is),
            Element::Names(names) => {
                for child in &mut names.children {
                    if let NamesChild::Substitute(substitute) = child {
                        narrow_all(&mut substitute.children, is);
                    }
                }
            }
            Element::Choose(choose) => narrow_choose(choose, is),
            Element::Text(_) | Element::Date(_) | Element::Number(_) | Element::Label(_) => {}
        }
    }
}

fn narrow_choose(choose: &mut Choose, is: &dyn Fn(Kind) -> bool) {
    let first = std::mem::replace(&mut choose.if_, always(Vec::new()));
    let mut left = Vec::new();
    for mut branch in std::iter::once(first).chain(choose.else_if.drain(..)) {
        match decide(&mut branch, is) {
            Some(true) => {
                choose.otherwise = Some(ElseBranch { children: branch.children });
                break;
            }
            Some(false) => {}
            None => left.push(branch),
        }
    }
    let mut left = left.into_iter();
    choose.if_ = left
        .next()
        .unwrap_or_else(|| always(choose.otherwise.take().map_or_else(Vec::new, |otherwise| otherwise.children)));
    choose.else_if = left.collect();
    for branch in std::iter::once(&mut choose.if_).chain(&mut choose.else_if) {
        narrow_all(&mut branch.children, is);
    }
    choose.otherwise.iter_mut().for_each(|otherwise| narrow_all(&mut otherwise.children, is));
}

/// Whether a branch is always taken, or never. Where that cannot be told from types, what they tell is taken out of it.
fn decide(branch: &mut ChooseBranch, is: &dyn Fn(Kind) -> bool) -> Option<bool> {
    // Whether this was asked is itself noted by Hayagriva.
    if branch.disambiguate.is_some() {
        return None;
    }
    let types = branch.type_.take()?;
    let asks_more = branch.is_numeric.is_some()
        || branch.is_uncertain_date.is_some()
        || branch.locator.is_some()
        || branch.position.is_some()
        || branch.variable.is_some();
    let (is_one, is_all) = (types.iter().any(|kind| is(*kind)), types.iter().all(|kind| is(*kind)));
    match branch.match_ {
        ChooseMatch::All if !is_all => Some(false),
        ChooseMatch::Any if is_one => Some(true),
        ChooseMatch::None if is_one => Some(false),
        _ if asks_more => None,
        ChooseMatch::All | ChooseMatch::None => Some(true),
        ChooseMatch::Any => Some(false),
    }
}

/// A branch that asks for nothing: all of no questions are answered with yes.
fn always(children: Vec<Element>) -> ChooseBranch {
    ChooseBranch {
        disambiguate: None,
        is_numeric: None,
        is_uncertain_date: None,
        locator: None,
        position: None,
        type_: None,
        variable: None,
        match_: ChooseMatch::All,
        children,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use rayon::prelude::*;

    use super::super::setter::{Set, Setter};
    use super::super::{CitationStyle, ENTRY_TYPES, Entries, language};
    use super::*;
    use crate::model::SourceId;
    use crate::model::citation::{Author, Locator, LocatorKind};

    /// A source of every type, part of a work of another type or of none, with more and more of all fields.
    fn entries(turn: usize) -> Entries {
        let mut yaml = String::new();
        for (index, kind) in ENTRY_TYPES.iter().enumerate() {
            let parent = ENTRY_TYPES[(index * 7 + turn) % ENTRY_TYPES.len()];
            writeln!(yaml, "source-{index}:\n  type: {kind}\n  title: Title {index}").expect("a string");
            let fields = [
                format!("  parent: {{type: {parent}, title: A whole, volume: 3, issue: 4, publisher: Of the whole}}\n"),
                "  author: [\"Newton, Isaac\", \"Hooke, Robert\"]\n".to_owned(),
                "  date: 1687-07-05\n".to_owned(),
                "  url: https://example.org/a\n".to_owned(),
                "  publisher: Streater\n  location: London\n  edition: 2\n".to_owned(),
                "  page-range: 3-9\n  editor: \"Halley, Edmond\"\n  genre: A genre\n".to_owned(),
            ];
            let wanted = fields.iter().enumerate().filter(|(field, _)| !(index + turn).is_multiple_of(field + 2));
            yaml.extend(wanted.map(|(_, text)| text.as_str()));
        }
        Entries::parse(&yaml).expect("a bibliography")
    }

    #[test]
    fn a_narrow_style_sets_all_as_the_whole_one_does() {
        let names: Vec<&str> = CitationStyle::names().filter(|name| CitationStyle::named(name).is_some()).collect();
        assert!(names.len() > 50, "{names:?}");
        let narrowed = names.par_iter().enumerate().map(|(turn, name)| {
            let CitationStyle(style) = CitationStyle::named(name).expect("it is known");
            let Entries(entries) = entries(turn);
            let (locale, locale_files) = language("en");
            let narrow = Styles::new(&style, &entries);
            let whole = Styles { narrow_of: vec![None; entries.len()], ..Styles::new(&style, &[]) };
            let set = |styles: &Styles, index: usize| {
                let locale = locale.clone();
                let setter = Setter { entries: &entries, styles, locale, locale_files: &locale_files };
                let page = Locator { kind: LocatorKind::Page, value: "31".to_owned() };
                let Set { bases, marks, references } =
                    setter.set(&[index], &[(SourceId::new(index), Author::Shown, Some(page))]);
                (bases, marks, references)
            };
            for (index, kind) in ENTRY_TYPES.iter().enumerate() {
                assert_eq!(set(&narrow, index), set(&whole, index), "{name}: {kind}");
            }
            narrow.narrow.iter().filter(|style| **style != narrow.whole).count()
        });
        assert!(narrowed.sum::<usize>() > names.len());
    }
}
