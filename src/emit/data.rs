//! The site as data for others to use: `site.json` and `evidence.json`.

use std::borrow::Cow;

use serde::Serialize;

use super::draw::Draw;
use super::source;
use crate::model::citation::Citation;
use crate::model::config::{FieldType, FieldValue, Inverse};
use crate::model::site::Site;
use crate::model::{LanguageId, PageId, SourceId};

/// What the site says of itself.
#[derive(Serialize)]
struct SiteData<'site> {
    title: &'site str,
    summary: &'site str,
    language: &'site str,
    licence: Option<&'site str>,
}

#[derive(Serialize)]
struct Named<'site> {
    name: &'site str,
    title: &'site str,
}

#[derive(Serialize)]
struct KindData<'site> {
    name: &'site str,
    title: &'site str,
    plural: &'site str,
    relations: Vec<RelationData<'site>>,
}

#[derive(Serialize)]
struct RelationData<'site> {
    name: &'site str,
    title: &'site str,
    inverse: &'site str,
    to: Vec<&'site str>,
}

#[derive(Serialize)]
struct PageData<'site> {
    name: &'site str,
    language: &'site str,
    kind: Option<&'site str>,
    title: &'site str,
    summary: Option<&'site str>,
    path: &'site str,
    updated: Option<String>,
    fields: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct EdgeData<'site> {
    from: &'site str,
    relation: &'site str,
    to: &'site str,
    basis: Option<&'site str>,
    note: Option<&'site str>,
    cites: Vec<CitedData<'site>>,
}

#[derive(Serialize)]
struct CitedData<'site> {
    source: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<String>,
}

#[derive(Serialize)]
struct SourceData<'site> {
    key: &'site str,
    title: &'site str,
    url: Option<&'site str>,
    basis: Option<&'site str>,
    path: String,
    passages: Vec<PassageData<'site>>,
}

#[derive(Serialize)]
struct PassageData<'site> {
    at: &'site str,
    gist: &'site str,
    voice: Option<&'site str>,
}

/// A statement that cites a source.
#[derive(Serialize)]
struct CitationData<'site> {
    source: &'site str,
    passage: Option<&'site str>,
    locator: Option<Box<str>>,
    page: &'site str,
    path: &'site str,
    anchor: String,
    statement: Cow<'site, str>,
}

/// `site.json`: the site as a graph of kinds, pages, relations with their evidence, and sources. Names that pages
/// withhold are in none of its texts.
pub(super) fn site(draw: Draw<'_>) -> impl Iterator<Item = Vec<u8>> + Send {
    let site = draw.site;
    let config = &site.config;
    let language = LanguageId::DEFAULT;
    let bases = config.evidence.bases.iter();
    let bases = bases.map(move |basis| Named { name: &basis.key, title: basis.label.get(language) });
    let kinds = config.kinds.iter().map(move |kind| KindData {
        name: &kind.name,
        title: kind.title.get(language),
        plural: kind.plural.get(language),
        relations: kind
            .relations
            .iter()
            .map(|id| {
                let relation = config.relation(*id);
                RelationData {
                    name: &relation.name,
                    title: relation.title.get(language),
                    inverse: match &relation.inverse {
                        Inverse::Symmetric => relation.title.get(language),
                        Inverse::Title(title) => title.get(language),
                    },
                    to: relation.to.iter().map(|kind| config.kind(*kind).name.as_str()).collect(),
                }
            })
            .collect(),
    });
    let edges = site.edges.iter().map(move |edge| EdgeData {
        from: &site.page(edge.from).name,
        relation: &config.relation(edge.relation).name,
        to: &site.page(edge.to).name,
        basis: edge.basis.map(|basis| config.basis(basis).key.as_str()),
        note: edge.note.as_deref(),
        cites: edge.citation.iter().flat_map(|citation| cited(site, citation)).collect(),
    });
    let sources = (0..site.sources.len()).map(SourceId::new).map(move |id| {
        let source = site.source(id);
        let key = |basis| config.basis(basis).key.as_str();
        SourceData {
            key: &source.key,
            title: &source.title,
            url: source.url.as_deref(),
            basis: source.basis.map(key),
            path: draw.source_output(id).to_string(),
            passages: source
                .passages
                .iter()
                .map(|passage| PassageData { at: &passage.at, gist: &passage.gist, voice: passage.voice.map(key) })
                .collect(),
        }
    });
    let data = SiteData {
        title: config.title.get(language),
        summary: config.summary.get(language),
        language: &config.language(language).tag,
        licence: config.licence.as_deref(),
    };
    let mut begin = serde_json::to_vec(&data).expect("texts serialise");
    // The lists belong to the same object.
    begin.pop();
    begin.extend_from_slice(b",\n");
    let comma = || std::iter::once(b",\n".to_vec());
    std::iter::once(begin)
        .chain(list("bases", bases))
        .chain(comma())
        .chain(list("kinds", kinds))
        .chain(comma())
        .chain(list("pages", site.page_ids().map(move |id| page(site, id))))
        .chain(comma())
        .chain(list("relations", edges))
        .chain(comma())
        .chain(list("sources", sources))
        .chain(std::iter::once(b"}\n".to_vec()))
}

/// `evidence.json`: every statement that cites a source, by source and passage.
pub(super) fn evidence(draw: Draw<'_>) -> impl Iterator<Item = Vec<u8>> + Send {
    let site = draw.site;
    let ids = (0..site.sources.len()).map(SourceId::new);
    let citations = ids.flat_map(move |id| {
        let own = site.source(id);
        source::statements(&draw, id).into_iter().map(move |one| {
            let page = site.page(one.page);
            CitationData {
                source: &own.key,
                passage: one.passage.map(|index| own.passages[index as usize].at.as_str()),
                page: &page.name,
                path: page.output.as_str(),
                anchor: one.anchor(&draw).into_owned(),
                statement: one.text(&draw),
                locator: one.locator,
            }
        })
    });
    std::iter::once(b"{".to_vec()).chain(list("citations", citations)).chain(std::iter::once(b"}\n".to_vec()))
}

/// About how many bytes a piece has.
const PIECE: usize = 64 * 1024;

/// A member of an object that is a list, each item on a line of its own, in pieces.
///
/// These are the largest files of a site by far: they are never held as a whole, and have none of the white space that
/// would be a quarter of them.
fn list<T: Serialize>(name: &'static str, mut items: impl Iterator<Item = T>) -> impl Iterator<Item = Vec<u8>> {
    let mut separator = "\n";
    let pieces = std::iter::from_fn(move || {
        let mut piece = Vec::with_capacity(PIECE + PIECE / 8);
        while piece.len() < PIECE
            && let Some(item) = items.next()
        {
            piece.extend_from_slice(separator.as_bytes());
            serde_json::to_writer(&mut piece, &item).expect("texts and numbers serialise");
            separator = ",\n";
        }
        (!piece.is_empty()).then_some(piece)
    });
    let begin = std::iter::once(format!("\"{name}\": [").into_bytes());
    begin.chain(pieces).chain(std::iter::once(b"\n]".to_vec()))
}

fn cited<'site>(site: &'site Site, citation: &Citation) -> Vec<CitedData<'site>> {
    let one = |item: &crate::model::citation::CitationItem<SourceId>| CitedData {
        source: &site.source(item.source).key,
        locator: item.locator.as_ref().map(ToString::to_string),
    };
    citation.items().iter().map(one).collect()
}

fn page(site: &Site, id: PageId) -> PageData<'_> {
    let page = site.page(id);
    let specs = page.kind.map(|kind| site.config.kind(kind).fields.as_slice()).unwrap_or_default();
    let fields = specs.iter().zip(&page.fields).filter_map(|(spec, value)| {
        let value = match (value.as_ref()?, &spec.takes) {
            (FieldValue::Text(text) | FieldValue::Number(text) | FieldValue::Address(text), _) => text.as_str().into(),
            (FieldValue::Texts(texts), _) => texts.as_slice().into(),
            (FieldValue::Date(date), _) => date.to_string().into(),
            (FieldValue::Flag(flag), _) => (*flag).into(),
            (FieldValue::Choice(index), FieldType::Choice(choices)) => choices[*index].0.as_str().into(),
            (FieldValue::Choice(_), _) => return None,
        };
        Some((spec.name.clone(), value))
    });
    PageData {
        name: &page.name,
        language: &site.config.language(page.language).tag,
        kind: page.kind.map(|kind| site.config.kind(kind).name.as_str()),
        title: &page.common.title,
        summary: page.common.summary.as_deref(),
        path: page.output.as_str(),
        updated: page.common.updated.map(|date| date.to_string()),
        fields: fields.collect(),
    }
}
