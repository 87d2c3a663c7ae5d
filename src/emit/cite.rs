//! Marks, and the list of sources at a page's end.

use super::draw::Draw;
use super::notes::Notes;
use super::view::{CitedPassageView, ReferenceView, UseView};
use crate::model::citation::{Citation, CitationItem, Locator};
use crate::model::evidence::address_of_key;
use crate::model::output_path::encoded;
use crate::model::page::Edge;
use crate::model::site::Site;
use crate::model::{EdgeId, PageId, SourceId};
use crate::text::html::escaped;
use crate::text::push_number;

/// The anchor of the mark of citation number `number` of a body.
pub(super) fn mark_anchor(number: usize) -> String {
    let mut anchor = String::with_capacity(8);
    anchor.push('c');
    push_number(&mut anchor, number + 1);
    anchor
}

/// The anchor of an edge's mark on the page at its one end; `other` is the page at the other.
pub(super) fn edge_anchor(site: &Site, edge: &Edge, other: PageId) -> String {
    let anchor = |edge: &Edge| {
        let (relation, name) = (&site.config.relation(edge.relation).name, &site.page(other).name);
        address_of_key(&["edge-", relation, "-", name].concat())
    };
    let own = anchor(edge);
    if other == edge.to {
        return own;
    }
    // The kinds of both pages may have a relation of this name, and each page name the other by it. Of two pages one may
    // have thousands of edges, hardly both.
    let (here, there) = (site.page(edge.to), site.page(other));
    let is_taken = |id: &EdgeId| {
        let back = site.edge(*id);
        (back.from, back.to) == (edge.to, other) && anchor(back) == own
    };
    let back = if here.outgoing.len() < there.incoming.len() { &here.outgoing } else { &there.incoming };
    // No address of a name has a full stop.
    if back.iter().any(is_taken) { format!("{own}.2") } else { own }
}

/// The anchor of a source in the list at a page's end.
pub(super) fn source_anchor(key: &str) -> String {
    format!("source-{}", address_of_key(key))
}

/// The anchor of a fact in the list at a page's end.
pub(super) fn fact_anchor(name: &str) -> String {
    format!("fact-{}", address_of_key(name))
}

/// The anchor of a passage on the page of its source.
pub(super) fn passage_anchor(at: &str) -> String {
    format!("passage-{}", address_of_key(at))
}

/// The anchor by which a mark is found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor<'text> {
    /// The mark's own.
    Own(&'text str),
    /// That of what it stands in.
    Around(&'text str),
}

/// Writes the mark of a citation, and after it the notes that it is the first to lead to.
///
/// Of the source that the whole site derives from, a mark shows only the passage.
pub(super) fn mark(draw: &Draw<'_>, citation: &Citation, anchor: Anchor<'_>, notes: &mut Notes<'_>, out: &mut String) {
    let (open, between, close) = draw.site.bibliography.brackets();
    out.push_str("<span class=\"cite\"");
    if let Anchor::Own(anchor) = anchor {
        out.push_str(" id=\"");
        out.push_str(&escaped(anchor));
        out.push('"');
    }
    out.push('>');
    out.push_str(open);
    for (index, item) in citation.items().iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        if !item.prefix().is_empty() {
            out.push_str(&escaped(item.prefix()));
            out.push(' ');
        }
        let number = notes.of_item(draw.site, item);
        out.push_str("<a href=\"#n");
        push_number(out, number);
        out.push_str("\" role=\"doc-biblioref\">");
        // Without brackets around it, a passage alone would run into the text.
        match (&item.locator, draw.is_subject(item.source) && !open.is_empty()) {
            (Some(locator), true) => out.push_str(&escaped(&locator.to_string())),
            _ => out.extend(draw.site.bibliography.mark(item, draw.language)),
        }
        out.push_str("</a>");
        if !item.suffix().is_empty() {
            out.push_str(", ");
            out.push_str(&escaped(item.suffix()));
        }
    }
    out.push_str(close);
    out.push_str("</span>");
    let (Anchor::Own(back) | Anchor::Around(back)) = anchor;
    notes.write_new(back, out);
}

/// Gathers what a page cites, in the order in which its marks are drawn.
#[derive(Default)]
pub(super) struct Cited<'site> {
    sources: Vec<(SourceId, Vec<OwnMark<'site>>)>,
}

/// The anchor of a mark, and one of its items.
type OwnMark<'site> = (String, &'site CitationItem<SourceId>);

impl<'site> Cited<'site> {
    /// Takes in the mark with an anchor.
    pub(super) fn add(&mut self, citation: &'site Citation, anchor: &str) {
        for item in citation.items() {
            let own = (anchor.to_owned(), item);
            match self.sources.iter_mut().find(|(source, _)| *source == item.source) {
                Some((_, uses)) => uses.push(own),
                None => self.sources.push((item.source, vec![own])),
            }
        }
    }

    /// The list of sources.
    pub(super) fn references(self, draw: &Draw<'site>, notes: &Notes<'_>) -> Vec<ReferenceView<'site>> {
        self.sources
            .into_iter()
            .map(|(id, uses)| {
                let source = draw.site.source(id);
                let href = draw.output.link_to(draw.source_output(id));
                let mut cited: Vec<usize> = uses
                    .iter()
                    // Most sources declare no passages.
                    .filter(|_| !source.passages.is_empty())
                    .flat_map(|(_, item)| item.locator.iter().flat_map(Locator::passage_names))
                    .filter_map(|name| source.passage(&name))
                    .collect();
                cited.sort_unstable();
                cited.dedup();
                let passages = cited.into_iter().map(|index| {
                    let passage = &source.passages[index];
                    CitedPassageView {
                        label: passage_label(&passage.at),
                        href: format!("{href}#{}", encoded(&passage_anchor(&passage.at))),
                    }
                });
                let mut anchors: Vec<&str> = uses.iter().map(|(anchor, _)| anchor.as_str()).collect();
                anchors.dedup();
                let back = anchors.into_iter().enumerate();
                let back =
                    back.map(|(index, anchor)| UseView { href: ["#", &encoded(anchor)].concat(), number: index + 1 });
                ReferenceView {
                    key: &source.key,
                    anchor: source_anchor(&source.key),
                    html: draw.site.bibliography.reference(id, draw.language),
                    short: notes.short(id).to_owned(),
                    passages: passages.collect(),
                    uses: back.collect(),
                    basis: draw.basis(source.basis),
                    href,
                }
            })
            .collect()
    }
}

/// How a passage is cited: `¶7`, or `note`.
pub(super) fn passage_label(at: &str) -> String {
    if at.bytes().all(|byte| byte.is_ascii_digit()) { format!("¶{at}") } else { at.to_owned() }
}
