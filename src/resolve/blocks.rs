//! Drawn blocks: their kinds and pages by id.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::messages;
use super::names::Names;
use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Column, DraftBlock, PageBlock};
use crate::model::config::{Config, FieldType};
use crate::model::draft::Draft;
use crate::model::{KindId, PageId};
use crate::text::{Place, Spanned};

/// Resolves the blocks of a page. What cannot be looked up is a problem, and left out. `groups` are those of the events.
pub(super) fn all(
    draft: &Draft,
    pages: &[Arc<Draft>],
    names: &Names,
    config: &Config,
    groups: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PageBlock> {
    let mut resolver = Resolver { draft, pages, names, config, groups, problems };
    draft.blocks.iter().filter_map(|block| resolver.block(block)).collect()
}

struct Resolver<'site> {
    draft: &'site Draft,
    pages: &'site [Arc<Draft>],
    names: &'site Names,
    config: &'site Config,
    groups: &'site BTreeSet<String>,
    problems: &'site mut Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn block(&mut self, block: &DraftBlock) -> Option<PageBlock> {
        Some(match &block.block {
            Block::Timeline { from } => Block::Timeline { from: self.groups(from) },
            Block::Pages { kind, filter, order, most } => {
                let kind = self.kind(kind)?;
                let filter = filter.as_ref().map(|(field, of)| self.choices(&[kind], field, of));
                Block::Pages { kind, filter, order: *order, most: *most }
            }
            Block::Matrix { rows, columns } => {
                let columns = self.kinds(columns);
                Block::Matrix { rows: self.kind(rows)?, columns }
            }
            Block::Columns { kinds, field, columns } => {
                let kinds = self.kinds(kinds);
                let column = |column: &Column<Spanned<String>>| {
                    let (_, of) = self.choices(&kinds, field, &column.of);
                    Column { title: column.title.clone(), of }
                };
                let columns = columns.iter().map(column).collect();
                Block::Columns { kinds, field: field.value.clone(), columns }
            }
            Block::Map { centre, before, after } => {
                let (before, after) = (self.kinds(before), self.kinds(after));
                Block::Map { centre: self.kind(centre)?, before, after }
            }
            Block::Compare { pages } => {
                Block::Compare { pages: pages.iter().filter_map(|name| self.page(name)).collect() }
            }
        })
    }

    fn place(&self, word: &Spanned<String>) -> Place {
        Place::span(&self.draft.path, word.span)
    }

    fn kinds(&mut self, names: &[Spanned<String>]) -> Vec<KindId> {
        names.iter().filter_map(|name| self.kind(name)).collect()
    }

    fn kind(&mut self, name: &Spanned<String>) -> Option<KindId> {
        let found = self.config.kind_named(&name.value);
        if found.is_none() {
            let known = self.config.kinds.iter().map(|kind| kind.name.as_str());
            self.problems.push(messages::unknown_kind(self.place(name), &name.value, known));
        }
        found
    }

    fn page(&mut self, name: &Spanned<String>) -> Option<PageId> {
        let found = self.names.find(&name.value);
        if found.is_none() {
            self.problems.push(self.names.missing(self.place(name), &name.value, self.pages));
        }
        found
    }

    fn groups(&mut self, words: &[Spanned<String>]) -> Vec<String> {
        for word in words.iter().filter(|word| !self.groups.contains(word.value.as_str())) {
            let known = self.groups.iter().map(String::as_str);
            self.problems.push(messages::unknown_group(self.place(word), &word.value, known));
        }
        words.iter().map(|word| word.value.clone()).collect()
    }

    /// A field of choice that at least one of the kinds has, and choices of it.
    fn choices(&mut self, kinds: &[KindId], field: &Spanned<String>, of: &[Spanned<String>]) -> (String, Vec<String>) {
        let mut names: Vec<&str> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for own in kinds.iter().flat_map(|kind| &self.config.kind(*kind).fields) {
            let FieldType::Choice(choices) = &own.takes else { continue };
            names.push(&own.name);
            if own.name == field.value {
                known.extend(choices.iter().map(|(key, _)| key.as_str()));
            }
        }
        let place = self.place(field);
        if known.is_empty() && !kinds.is_empty() {
            let problem = messages::unknown_choice_field(place, &field.value, names.into_iter());
            // The columns of one block share their field.
            if !self.problems.iter().any(|known| known.place == problem.place) {
                self.problems.push(problem);
            }
        }
        for word in of.iter().filter(|word| !known.is_empty() && !known.contains(&word.value.as_str())) {
            let choices = known.iter().copied();
            self.problems.push(messages::unknown_field_choice(self.place(word), &field.value, &word.value, choices));
        }
        (field.value.clone(), of.iter().map(|word| word.value.clone()).collect())
    }
}
