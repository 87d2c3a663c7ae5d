//! What a style asks of sources, and what Hayagriva answers. It tells neither types nor variables to anyone but a style:
//! so a style asks.

use std::collections::HashMap;

use hayagriva::citationberg::taxonomy::{Kind, NumberVariable, StandardVariable, Variable};
use hayagriva::citationberg::{
    Choose, ChooseBranch, CslMacro, IndependentStyle, LayoutRenderingElement as Element, LongShortForm, NamesChild,
    Text, TextTarget,
};
use hayagriva::types::EntryType;
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, Entry};
use rayon::prelude::*;

use super::{Answers, always};
use crate::model::bibliography::ENTRY_KEYS;
use crate::model::bibliography::html::html;

/// What a style asks of sources.
pub(super) struct Questions {
    kinds: Vec<Kind>,
    variables: Vec<Variable>,
    /// The style that asks for the types, and the one that asks for the variables.
    of_kinds: IndependentStyle,
    of_variables: IndependentStyle,
}

/// Stands after each answer. Of signs alone Hayagriva prints no second one.
const END: &str = "\u{1f}x";

impl Questions {
    pub(super) fn of(style: &IndependentStyle) -> Self {
        let mut named = Named::default();
        let of_macros = style.macros.iter().map(|one| one.children.as_slice());
        layouts(style).chain(of_macros).flatten().for_each(|element| named.add(element));
        let Named { kinds, variables } = named;
        let of_kinds = kinds.iter().flat_map(|kind| {
            let question = ChooseBranch { type_: Some(vec![*kind]), ..always(vec![word("y")]) };
            [choose(question), word(END)]
        });
        // A text of white space is printed, though conditions take it for missing: a macro is printed with any text.
        let macros = variables.iter().enumerate().filter(|(_, variable)| matches!(variable, Variable::Standard(_)));
        let macros = macros.map(|(index, variable)| {
            let print = |form| Element::Text(Text::with_target(TextTarget::Variable { var: *variable, form }));
            let children = vec![print(LongShortForm::Long), print(LongShortForm::Short), word("y")];
            CslMacro { name: index.to_string(), children }
        });
        let of_variables = variables.iter().enumerate().flat_map(|(index, variable)| {
            let question = match variable {
                Variable::Standard(_) => {
                    Element::Text(Text::with_target(TextTarget::Macro { name: index.to_string() }))
                }
                _ => choose(ChooseBranch { variable: Some(vec![*variable]), ..always(vec![word("y")]) }),
            };
            [question, word(END)]
        });
        let (of_kinds, mut of_variables) = (asking(style, of_kinds.collect()), asking(style, of_variables.collect()));
        of_variables.macros = macros.collect();
        Self { kinds, variables, of_kinds, of_variables }
    }

    /// The answers for each entry; none where they cannot be told apart.
    pub(super) fn ask(&self, entries: &[Entry]) -> Vec<Option<Answers>> {
        let shapes: Vec<Shape> = entries.iter().map(Shape::of).collect();
        let mut of_shape: HashMap<&Shape, usize> = HashMap::new();
        for (index, shape) in shapes.iter().enumerate() {
            of_shape.entry(shape).or_insert(index);
        }
        let mut first: Vec<usize> = of_shape.values().copied().collect();
        first.sort_unstable();
        let kinds: Vec<Option<Vec<bool>>> =
            first.par_iter().map(|index| answers(&self.of_kinds, &entries[*index], self.kinds.len())).collect();
        let kinds: HashMap<usize, Option<Vec<bool>>> = first.into_iter().zip(kinds).collect();
        let of_entry = |(entry, shape): (&Entry, &Shape)| {
            let is = kinds[&of_shape[shape]].as_ref()?;
            let has = answers(&self.of_variables, entry, self.variables.len())?;
            Some(Answers {
                is: self.kinds.iter().zip(is).filter(|(_, is)| **is).map(|(kind, _)| *kind).collect(),
                lacks: self.variables.iter().zip(has).filter(|(_, has)| !has).map(|(one, _)| *one).collect(),
            })
        };
        entries.par_iter().zip(&shapes).map(of_entry).collect()
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

/// Every type that a style asks for, and every variable that it names and that is the same wherever a source is cited.
#[derive(Default)]
struct Named {
    kinds: Vec<Kind>,
    variables: Vec<Variable>,
}

impl Named {
    fn add(&mut self, element: &Element) {
        each_within(element, &mut |one| match one {
            Element::Text(text) => {
                if let TextTarget::Variable { var, .. } = text.target {
                    self.variable(var);
                }
            }
            Element::Number(number) => self.variable(number.variable.into()),
            Element::Label(label) => self.variable(label.variable.into()),
            Element::Date(date) => date.variable.into_iter().for_each(|variable| self.variable(variable.into())),
            Element::Names(names) => names.variable.iter().for_each(|variable| self.variable((*variable).into())),
            Element::Choose(choose) => {
                for branch in choose.branches() {
                    for kind in branch.type_.iter().flatten() {
                        if !self.kinds.contains(kind) {
                            self.kinds.push(*kind);
                        }
                    }
                    let asked = branch.variable.iter().chain(&branch.is_numeric).flatten();
                    asked.for_each(|variable| self.variable(*variable));
                }
            }
            Element::Group(_) => {}
        });
    }

    fn variable(&mut self, variable: Variable) {
        let hangs_on_citation = matches!(
            variable,
            Variable::Standard(StandardVariable::YearSuffix | StandardVariable::CitationLabel)
                | Variable::Number(
                    NumberVariable::CitationNumber | NumberVariable::FirstReferenceNoteNumber | NumberVariable::Locator
                )
        );
        if !hangs_on_citation && !self.variables.contains(&variable) {
            self.variables.push(variable);
        }
    }
}

/// The elements of a style's citations, and of its references.
pub(super) fn layouts(style: &IndependentStyle) -> impl Iterator<Item = &[Element]> {
    let of_references = style.bibliography.iter().map(|bibliography| bibliography.layout.elements.as_slice());
    std::iter::once(style.citation.layout.elements.as_slice()).chain(of_references)
}

/// Hands over an element and all that are inside of it.
pub(super) fn each_within<'style>(element: &'style Element, take: &mut dyn FnMut(&'style Element)) {
    take(element);
    match element {
        Element::Group(group) => group.children.iter().for_each(|child| each_within(child, take)),
        Element::Names(names) => {
            for child in &names.children {
                if let NamesChild::Substitute(substitute) = child {
                    substitute.children.iter().for_each(|child| each_within(child, take));
                }
            }
        }
        Element::Choose(choose) => children(choose).flatten().for_each(|child| each_within(child, take)),
        Element::Text(_) | Element::Date(_) | Element::Number(_) | Element::Label(_) => {}
    }
}

/// What stands in each branch.
pub(super) fn children(choose: &Choose) -> impl Iterator<Item = &[Element]> {
    let otherwise = choose.otherwise.iter().map(|branch| branch.children.as_slice());
    choose.branches().map(|branch| branch.children.as_slice()).chain(otherwise)
}

fn word(word: &str) -> Element {
    Element::Text(Text::with_target(TextTarget::Value { val: word.to_owned() }))
}

fn choose(question: ChooseBranch) -> Element {
    Element::Choose(Choose { if_: question, else_if: Vec::new(), otherwise: None })
}

/// A style whose citations are these elements.
fn asking(style: &IndependentStyle, elements: Vec<Element>) -> IndependentStyle {
    let mut asking = style.clone();
    asking.macros.clear();
    asking.bibliography = None;
    asking.citation.sort = None;
    asking.citation.layout.prefix = None;
    asking.citation.layout.suffix = None;
    asking.citation.layout.elements = elements;
    asking
}

/// For each question whether there is an answer other than nothing.
fn answers(asking: &IndependentStyle, entry: &Entry, count: usize) -> Option<Vec<bool>> {
    let mut driver = BibliographyDriver::new();
    driver.citation(CitationRequest::from_items(vec![CitationItem::with_entry(entry)], asking, &[]));
    let rendered = driver.finish(BibliographyRequest { style: asking, locale: None, locale_files: &[] });
    let told = html(&rendered.citations.first()?.citation);
    let mut answers: Vec<bool> = told.split(END).map(|answer| !answer.is_empty()).collect();
    let is_ended = answers.pop() == Some(false);
    (is_ended && answers.len() == count).then_some(answers)
}
