//! Facts and events: their sources and pages by id, and which facts are due or of no use.

use std::sync::Arc;

use super::citations::Sources;
use super::names::Names;
use super::{DataPaths, messages};
use crate::diagnostic::Diagnostic;
use crate::model::date::Date;
use crate::model::draft::Draft;
use crate::model::fact::{Event, Fact};
use crate::model::{PageId, SourceId};
use crate::text::Place;

/// Facts with their sources.
pub(super) fn facts(
    facts: &[Fact<Box<str>>],
    sources: &Sources,
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Fact<SourceId>> {
    facts
        .iter()
        .map(|fact| {
            let place = Place::value(&paths.facts, fact.keys.key("source"));
            let source = fact.source.as_ref().map(|citation| sources.citation(citation, |_| place.clone(), problems));
            let Fact { name, qualifier, value, unit, as_of, note, review_by, keys, source: _ } = fact.clone();
            Fact { name, qualifier, value, unit, as_of, source, note, review_by, keys }
        })
        .collect()
}

/// Events with their sources and pages, in order of date.
pub(super) fn events(
    events: &[Event<Box<str>, String>],
    drafts: &[Arc<Draft>],
    names: &Names,
    sources: &Sources,
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Event<SourceId, PageId>> {
    let mut resolved: Vec<_> = events
        .iter()
        .map(|event| {
            let cite_place = Place::value(&paths.events, event.keys.key("cite"));
            let cited = event.citation.as_ref();
            let citation = cited.map(|citation| sources.citation(citation, |_| cite_place.clone(), problems));
            let mut pages = Vec::new();
            for (index, name) in event.pages.iter().enumerate() {
                match names.find(name) {
                    Some(page) => pages.push(page),
                    None => {
                        let place = Place::value(&paths.events, event.keys.key("pages").index(index));
                        problems.push(names.missing(place, name, drafts));
                    }
                }
            }
            let Event { start, end, label, text, from, keys, .. } = event.clone();
            Event { start, end, label, text, from, citation, pages, keys }
        })
        .collect();
    resolved.sort_by_key(|event| (event.start, event.end));
    resolved
}

/// Warns of facts whose review is due, with every place that uses them.
pub(super) fn report_overdue(
    facts: &[Fact<SourceId>],
    uses: &[Vec<PageId>],
    pages: &[Arc<Draft>],
    paths: &DataPaths,
    today: Option<Date>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(today) = today else { return };
    for (fact, uses) in facts.iter().zip(uses) {
        if let Some(due) = fact.review_by.filter(|due| due.is_over(today)) {
            let on_page = |page: &PageId| {
                let draft = &pages[page.index()];
                let named = draft.facts.iter().filter(|used| used.value == fact.name);
                named.map(|used| Place::span(&draft.path, used.span)).collect::<Vec<_>>()
            };
            let places: Vec<Place> = uses.iter().flat_map(on_page).collect();
            let place = Place::value(&paths.facts, fact.keys.key("review_by"));
            problems.push(messages::overdue_fact(place, &fact.name, due, &places));
        }
    }
}

/// Warns of facts that no page uses.
pub(super) fn report_unused(
    facts: &[Fact<SourceId>],
    fact_uses: &[Vec<PageId>],
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) {
    for (fact, uses) in facts.iter().zip(fact_uses) {
        if uses.is_empty() {
            problems.push(messages::unused_fact(Place::key(&paths.facts, fact.keys.clone()), &fact.name));
        }
    }
}
