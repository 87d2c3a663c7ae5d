//! A citation style made shorter for what it sets.
//!
//! A style of CSL asks for the type and the variables of a source at every turn (CSL 1.0.2, "Choose"), and Hayagriva
//! finds each answer anew: before a group is drawn, for the group around it, and when it is drawn. But what a source is
//! and what it lacks never changes. So Hayagriva is asked once for each source, and the style is cut down to what such
//! sources can take.

mod questions;

use std::collections::{BTreeSet, HashMap};

use hayagriva::Entry;
use hayagriva::citationberg::taxonomy::{Kind, Variable};
use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, ElseBranch, IndependentStyle, LayoutRenderingElement as Element, LongShortForm,
    NamesChild, SortKey, Text, TextTarget,
};
use rayon::prelude::*;

use self::questions::{Questions, children, each_within, layouts};

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

/// No more styles are made for one site, since each takes about a hundred kilobytes.
const MOST: usize = 200;

impl Styles {
    /// The style as it is for these entries. Those that have or lack most things alike come to few styles.
    pub(super) fn new(whole: &IndependentStyle, entries: &[Entry]) -> Self {
        let questions = Questions::of(whole);
        let answers = questions.ask(entries);
        let mut numbers: HashMap<&Answers, usize> = HashMap::new();
        let mut distinct: Vec<&Answers> = Vec::new();
        let mut number = |answers| {
            *numbers.entry(answers).or_insert_with(|| {
                distinct.push(answers);
                distinct.len() - 1
            })
        };
        let narrow_of: Vec<Option<usize>> =
            answers.iter().map(|answers| answers.as_ref().map(&mut number).filter(|number| *number < MOST)).collect();
        distinct.truncate(MOST);
        let narrow = distinct.par_iter().map(|answers| narrowed(whole, answers)).collect();
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

/// What Hayagriva answers for an entry.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Answers {
    /// The types that it is of, of all that the style asks for.
    is: Vec<Kind>,
    /// The variables that it lacks, of all that the style names.
    lacks: Vec<Variable>,
}

impl Answers {
    fn is(&self, kind: Kind) -> bool {
        self.is.contains(&kind)
    }

    fn lacks(&self, variable: impl Into<Variable>) -> bool {
        self.lacks.contains(&variable.into())
    }
}

/// A style without what an entry cannot take, by what it is and lacks.
fn narrowed(style: &IndependentStyle, answers: &Answers) -> IndependentStyle {
    let mut style = style.clone();
    each_list(&mut style, &mut |elements| elements.iter_mut().for_each(|element| choose_in(element, answers)));
    let mut silent = Silent { answers, macros: HashMap::new() };
    // A macro may be called before it is defined, and calls others.
    for _ in 0..style.macros.len() {
        let known = silent.macros.len();
        for one in &style.macros {
            if !silent.macros.contains_key(&one.name)
                && let Some(has_variables) = silent.list(&one.children)
            {
                silent.macros.insert(one.name.clone(), has_variables);
            }
        }
        if silent.macros.len() == known {
            break;
        }
    }
    each_list(&mut style, &mut |elements| silent.take_out(elements));
    let called = called(&style);
    style.macros.retain(|one| called.contains(&one.name));
    style.macros.shrink_to_fit();
    style
}

/// The macros that come to be called. Of a large style these are a small part by now.
fn called(style: &IndependentStyle) -> BTreeSet<String> {
    let sorts = style.citation.sort.iter().chain(style.bibliography.iter().flat_map(|one| &one.sort));
    let keys = sorts.flat_map(|sort| &sort.keys).filter_map(|key| match key {
        SortKey::MacroName { name, .. } => Some(name.as_str()),
        SortKey::Variable { .. } => None,
    });
    let mut called: BTreeSet<&str> = keys.collect();
    let of_macro = |name: &str| style.macros.iter().find(|one| one.name == name).map(|one| one.children.as_slice());
    let mut unseen: Vec<&[Element]> = called.iter().filter_map(|name| of_macro(name)).collect();
    unseen.extend(layouts(style));
    while let Some(elements) = unseen.pop() {
        for element in elements {
            each_within(element, &mut |one| {
                if let Element::Text(Text { target: TextTarget::Macro { name }, .. }) = one
                    && called.insert(name)
                {
                    unseen.extend(of_macro(name));
                }
            });
        }
    }
    called.into_iter().map(ToOwned::to_owned).collect()
}

/// Hands over the elements of a style: of its citations, its references and each of its macros.
fn each_list(style: &mut IndependentStyle, take: &mut dyn FnMut(&mut Vec<Element>)) {
    take(&mut style.citation.layout.elements);
    style.bibliography.iter_mut().for_each(|bibliography| take(&mut bibliography.layout.elements));
    style.macros.iter_mut().for_each(|one| take(&mut one.children));
}

/// Hands over the elements inside of one, list by list.
fn each_list_in(element: &mut Element, take: &mut dyn FnMut(&mut Vec<Element>)) {
    match element {
        Element::Group(group) => take(&mut group.children),
        Element::Names(names) => {
            for child in &mut names.children {
                if let NamesChild::Substitute(substitute) = child {
                    take(&mut substitute.children);
                }
            }
        }
        Element::Choose(choose) => {
            take(&mut choose.if_.children);
            choose.else_if.iter_mut().for_each(|branch| take(&mut branch.children));
            choose.otherwise.iter_mut().for_each(|branch| take(&mut branch.children));
        }
        Element::Text(_) | Element::Date(_) | Element::Number(_) | Element::Label(_) => {}
    }
}

/// Takes out the branches in an element that are never taken, and what is asked in others and is known.
fn choose_in(element: &mut Element, answers: &Answers) {
    if let Element::Choose(choose) = element {
        take_branch(choose, answers);
    }
    each_list_in(element, &mut |elements| elements.iter_mut().for_each(|element| choose_in(element, answers)));
}

fn take_branch(choose: &mut Choose, answers: &Answers) {
    let first = std::mem::replace(&mut choose.if_, always(Vec::new()));
    let mut left = Vec::new();
    for mut branch in std::iter::once(first).chain(choose.else_if.drain(..)) {
        match decide(&mut branch, answers) {
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
}

/// Whether a branch is always taken, or never. Where that cannot be told, what is known is taken out of it.
///
/// A variable that an entry has can be missing all the same, where it has stood in the place of names; one that it
/// lacks is always missing.
fn decide(branch: &mut ChooseBranch, answers: &Answers) -> Option<bool> {
    // Whether this was asked is itself noted by Hayagriva.
    if branch.disambiguate.is_some() {
        return None;
    }
    let kinds = branch.type_.take().unwrap_or_default();
    let is_one = kinds.iter().any(|kind| answers.is(*kind));
    let mut is_refused = kinds.iter().any(|kind| !answers.is(*kind));
    let mut without = |variables: &mut Option<Vec<Variable>>| {
        if let Some(asked) = variables {
            asked.retain(|variable| {
                !answers.lacks(*variable) || {
                    is_refused = true;
                    false
                }
            });
        }
        *variables = variables.take().filter(|asked| !asked.is_empty());
    };
    without(&mut branch.is_numeric);
    without(&mut branch.variable);
    match branch.match_ {
        ChooseMatch::All if is_refused => Some(false),
        ChooseMatch::Any if is_one => Some(true),
        ChooseMatch::None if is_one => Some(false),
        _ if asks_more(branch) => None,
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

fn is_always(branch: &ChooseBranch) -> bool {
    branch.disambiguate.is_none() && branch.type_.is_none() && !asks_more(branch) && branch.match_ == ChooseMatch::All
}

/// Whether a branch asks for other things than types.
fn asks_more(branch: &ChooseBranch) -> bool {
    branch.is_numeric.is_some()
        || branch.is_uncertain_date.is_some()
        || branch.locator.is_some()
        || branch.position.is_some()
        || branch.variable.is_some()
}

/// Finds elements that print nothing.
struct Silent<'narrow> {
    answers: &'narrow Answers,
    /// The macros that print nothing, by name.
    macros: HashMap<String, bool>,
}

impl Silent<'_> {
    /// None for elements that may print something. Otherwise whether they name variables: a group whose variables are
    /// all empty is not printed (CSL 1.0.2, "Group").
    fn list(&self, elements: &[Element]) -> Option<bool> {
        elements.iter().try_fold(false, |has_variables, element| Some(has_variables | self.element(element)?))
    }

    fn element(&self, element: &Element) -> Option<bool> {
        let answers = self.answers;
        match element {
            Element::Text(text) => match &text.target {
                TextTarget::Variable { var, .. } => answers.lacks(*var).then_some(true),
                TextTarget::Macro { name } => self.macros.get(name).copied(),
                TextTarget::Term { .. } | TextTarget::Value { .. } => None,
            },
            Element::Number(number) => answers.lacks(number.variable).then_some(true),
            Element::Label(label) => answers.lacks(label.variable).then_some(false),
            Element::Date(date) => date.variable.is_some_and(|variable| answers.lacks(variable)).then_some(true),
            Element::Names(names) => {
                let has_substitute = names.children.iter().any(|child| matches!(child, NamesChild::Substitute(_)));
                let is_missing = names.variable.iter().all(|variable| answers.lacks(*variable));
                (is_missing && !has_substitute).then_some(false)
            }
            Element::Group(group) => self.list(&group.children),
            Element::Choose(choose) => {
                let mut branches = children(choose).map(|children| self.list(children));
                let first = branches.next().flatten()?;
                let is_alike = branches.all(|other| other == Some(first));
                let falls_through = choose.otherwise.is_none() && !is_always(&choose.if_);
                (is_alike && !(falls_through && first)).then_some(first)
            }
        }
    }

    /// Takes out what prints nothing. In the place of all that names variables stays one that does.
    fn take_out(&self, elements: &mut Vec<Element>) {
        let lacked = self.answers.lacks.iter().find(|variable| matches!(variable, Variable::Standard(_)));
        let Some(lacked) = lacked else { return };
        let mut has_variables = false;
        elements.retain(|element| match self.element(element) {
            None => true,
            Some(names_variables) => {
                has_variables |= names_variables;
                false
            }
        });
        for element in elements.iter_mut() {
            each_list_in(element, &mut |elements| self.take_out(elements));
        }
        if has_variables {
            let target = TextTarget::Variable { var: *lacked, form: LongShortForm::default() };
            elements.insert(0, Element::Text(Text::with_target(target)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use rayon::prelude::*;

    use super::*;
    use crate::model::SourceId;
    use crate::model::bibliography::setter::{Set, Setter};
    use crate::model::bibliography::{CitationStyle, ENTRY_TYPES, Entries, language};
    use crate::model::citation::{Author, Locator, LocatorKind};

    /// Two sources of every type, parts of a work of another type or of none, with some of all fields.
    fn entries(turn: usize) -> Entries {
        let mut yaml = String::new();
        let twice = ENTRY_TYPES.iter().enumerate().chain(ENTRY_TYPES.iter().enumerate());
        for (number, (index, kind)) in twice.enumerate() {
            let parent = ENTRY_TYPES[(index * 7 + turn) % ENTRY_TYPES.len()];
            writeln!(yaml, "source-{number}:\n  type: {kind}\n  title: Title {number}").expect("a string");
            let fields = [
                format!("  parent: {{type: {parent}, title: A whole, volume: 3, issue: 4, publisher: Of the whole}}\n"),
                "  author: [\"Newton, Isaac\", \"Hooke, Robert\"]\n".to_owned(),
                "  date: 1687-07-05\n".to_owned(),
                "  url: https://example.org/a\n".to_owned(),
                "  publisher: Streater\n  location: London\n  edition: 2\n".to_owned(),
                "  page-range: 3-9\n  editor: \"Halley, Edmond\"\n  genre: A genre\n".to_owned(),
                "  serial-number: {doi: 10.1/2, serial: 7}\n  note: \" \"\n  volume: 5th\n  issue: one\n".to_owned(),
                "  affiliated: [{role: translator, names: \"Motte, Andrew\"}]\n  archive: Of papers\n".to_owned(),
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
            let set = |styles: &Styles, members: &[usize]| {
                let locale = locale.clone();
                let setter = Setter { entries: &entries, styles, locale, locale_files: &locale_files };
                let page = || Some(Locator { kind: LocatorKind::Page, value: "31".into() });
                let id = SourceId::new(members[0]);
                let keys = [(id, Author::Shown, page()), (id, Author::Suppressed, page())];
                let Set { bases, marks, references } = setter.set(members, &keys);
                (bases, marks, references)
            };
            for (index, kind) in ENTRY_TYPES.iter().enumerate() {
                assert_eq!(set(&narrow, &[index]), set(&whole, &[index]), "{name}: {kind}");
                // To set two takes four times as long.
                if (index + turn) % 10 > 0 {
                    continue;
                }
                let twins = [index, index + ENTRY_TYPES.len()];
                assert_eq!(set(&narrow, &twins), set(&whole, &twins), "{name}: two of {kind}");
            }
            narrow.narrow.iter().filter(|style| **style != narrow.whole).count()
        });
        assert!(narrowed.sum::<usize>() > names.len());
    }
}
