//! Drawn blocks: their kinds and pages by id.

use std::sync::Arc;

use super::messages;
use super::names::Names;
use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, DraftBlock, PageBlock};
use crate::model::config::Config;
use crate::model::draft::Draft;
use crate::model::{KindId, PageId};
use crate::text::{Place, Spanned};

/// Resolves the blocks of a page. What cannot be looked up is a problem, and left out.
pub(super) fn all(
    draft: &Draft,
    pages: &[Arc<Draft>],
    names: &Names,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PageBlock> {
    draft.blocks.iter().filter_map(|block| one(draft, block, pages, names, config, problems)).collect()
}

fn one(
    draft: &Draft,
    block: &DraftBlock,
    pages: &[Arc<Draft>],
    names: &Names,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> Option<PageBlock> {
    let mut kind = |name: &Spanned<String>| -> Option<KindId> {
        let found = config.kind_named(&name.value);
        if found.is_none() {
            let known = config.kinds.iter().map(|kind| kind.name.as_str());
            problems.push(messages::unknown_kind(Place::span(&draft.path, name.span), &name.value, known));
        }
        found
    };
    Some(match &block.block {
        Block::Timeline { from } => Block::Timeline { from: from.clone() },
        Block::Pages { kind: name } => Block::Pages { kind: kind(name)? },
        Block::Matrix { rows, columns } => {
            let columns = columns.iter().filter_map(&mut kind).collect();
            Block::Matrix { rows: kind(rows)?, columns }
        }
        Block::Columns { kinds, field, columns } => {
            let kinds = kinds.iter().filter_map(&mut kind).collect();
            Block::Columns { kinds, field: field.clone(), columns: columns.clone() }
        }
        Block::Map { centre, before, after } => {
            let before = before.iter().filter_map(&mut kind).collect();
            let after = after.iter().filter_map(&mut kind).collect();
            Block::Map { centre: kind(centre)?, before, after }
        }
        Block::Compare { pages: wanted } => {
            let mut found: Vec<PageId> = Vec::new();
            for name in wanted {
                match names.find(&name.value) {
                    Some(id) => found.push(id),
                    None => problems.push(names.missing(Place::span(&draft.path, name.span), &name.value, pages)),
                }
            }
            Block::Compare { pages: found }
        }
    })
}
