//! Edges between pages, found from both ends.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::citations::Sources;
use super::messages::{self, Repeated};
use super::names::Names;
use crate::diagnostic::Diagnostic;
use crate::model::config::{Config, Inverse, Relation};
use crate::model::draft::{Draft, DraftEdge};
use crate::model::page::Edge;
use crate::model::{EdgeId, LanguageId, PAGES_AT_A_TIME, PageId, RelationId};
use crate::text::Place;

/// For one page, the edges that lead from it and to it.
pub(super) type Incident = (Vec<EdgeId>, Vec<EdgeId>);

/// Resolves every edge. Gives the edges, and for every page those that lead from it and to it.
pub(super) fn all(
    pages: &[Arc<Draft>],
    names: &Names,
    sources: &Sources,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Edge>, Vec<Incident>) {
    // Only looked up, so that no order of hashes can be seen.
    // To find a name takes longest, since each is somewhere else in memory.
    let find = |edge: &DraftEdge| names.find(&edge.target);
    let found: Vec<Vec<Option<PageId>>> =
        pages.par_iter().with_max_len(PAGES_AT_A_TIME).map(|draft| draft.edges.iter().map(find).collect()).collect();
    let most = pages.iter().map(|draft| draft.edges.len()).sum();
    let mut first_stated: HashMap<(RelationId, PageId, PageId), (&Draft, &DraftEdge)> = HashMap::with_capacity(most);
    let mut edges: Vec<Edge> = Vec::with_capacity(most);
    let mut incident: Vec<Incident> = vec![Incident::default(); pages.len()];
    for (index, draft) in pages.iter().enumerate() {
        let mut told: Option<RelationId> = None;
        for (edge, found) in draft.edges.iter().zip(&found[index]) {
            let relation = config.relation(edge.relation);
            if draft.language != LanguageId::DEFAULT {
                // A relation that leads to several pages is stated once.
                if told != Some(edge.relation) {
                    let original = &pages[names.original(index).index()].path;
                    let place = Place::key(&draft.path, crate::text::KeyPath::default().key(&relation.name));
                    problems.push(messages::stated_in_translation(place, &relation.name, original));
                    told = Some(edge.relation);
                }
                continue;
            }
            let from = PageId::new(index);
            let to = target(draft, from, edge, relation, *found, pages, names, config, problems);
            let Some(to) = to else { continue };
            let stated = [(from, to), (to, from)].map(|(one, other)| first_stated.get(&(edge.relation, one, other)));
            if let Some((of_first, first)) = stated[0].or(stated[1]) {
                let how = match (stated[0], &relation.inverse) {
                    (Some(_), _) => Repeated::OnOnePage,
                    (None, Inverse::Symmetric) => Repeated::OnBothSides,
                    (None, Inverse::Title(inverse)) => Repeated::BothWays { inverse: &inverse.default },
                };
                let (place, first) = (target_place(draft, edge), target_place(of_first, first));
                problems.push(messages::repeated_relation(place, &relation.name, &edge.target, first, &how));
                continue;
            }
            first_stated.insert((edge.relation, from, to), (draft, edge));
            check_evidence(draft, edge, relation, config, problems);
            let cite_place = |_| Place::value(&draft.path, edge.keys.key("cite"));
            let citation = edge.citation.as_ref().map(|one| sources.citation(one, cite_place, problems));
            let id = EdgeId::new(edges.len());
            incident[from.index()].0.push(id);
            incident[to.index()].1.push(id);
            edges.push(Edge {
                relation: edge.relation,
                from,
                to,
                basis: edge.basis,
                note: edge.note.clone(),
                citation,
            });
        }
    }
    for index in 0..pages.len() {
        let original = names.original(index).index();
        if original != index {
            incident[index] = incident[original].clone();
        }
    }
    (edges, incident)
}

/// Where a page names what an edge leads to.
fn target_place(draft: &Draft, edge: &DraftEdge) -> Place {
    Place::value(&draft.path, edge.target_keys.clone())
}

#[expect(clippy::too_many_arguments, reason = "each is looked at once, and a struct of them would have one use")]
fn target(
    draft: &Draft,
    from: PageId,
    edge: &DraftEdge,
    relation: &Relation,
    found: Option<PageId>,
    pages: &[Arc<Draft>],
    names: &Names,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> Option<PageId> {
    let place = || target_place(draft, edge);
    if names.is_ambiguous(&edge.target) {
        return None;
    }
    let Some(to) = found else {
        let is_wanted = |page: &Draft| page.kind.is_some_and(|kind| relation.to.contains(&kind));
        problems.push(if names.is_hidden(&edge.target) {
            messages::draft_target(place(), &edge.target)
        } else {
            let near = names.meant(&edge.target, pages, is_wanted);
            messages::unknown_target(place(), &relation.name, &edge.target, near)
        });
        return None;
    };
    if to == from {
        problems.push(messages::target_is_itself(place(), &relation.name));
        return None;
    }
    let kind = pages[to.index()].kind;
    if !kind.is_some_and(|kind| relation.to.contains(&kind)) {
        let found = kind.map(|kind| config.kind(kind));
        let wanted: Vec<_> = relation.to.iter().map(|kind| config.kind(*kind)).collect();
        problems.push(messages::wrong_target_kind(place(), &relation.name, &edge.target, found, &wanted));
        return None;
    }
    Some(to)
}

/// On pages whose statements must be cited, an edge is a statement too.
fn check_evidence(
    draft: &Draft,
    edge: &DraftEdge,
    relation: &Relation,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) {
    if !config.requires_evidence(draft.kind) {
        return;
    }
    let lacks_basis = edge.basis.is_none() && !config.evidence.bases.is_empty();
    let lacks_citation = edge.citation.is_none();
    if lacks_basis || lacks_citation {
        let place = target_place(draft, edge);
        problems.push(messages::uncited_relation(place, &relation.name, edge, lacks_basis, lacks_citation));
    }
}
