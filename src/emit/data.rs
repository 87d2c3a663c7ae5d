//! The site as data for others to use: `site.json` and `evidence.json`.

use serde::Serialize;

use super::draw::Draw;
use super::source;
use crate::model::citation::Citation;
use crate::model::config::{FieldType, FieldValue, Inverse};
use crate::model::{LanguageId, PageId, SourceId};

/// The site as a graph: kinds, pages, relations with their evidence, sources.
#[derive(Serialize)]
struct SiteData<'site> {
    title: &'site str,
    summary: &'site str,
    language: &'site str,
    licence: Option<&'site str>,
    bases: Vec<Named<'site>>,
    kinds: Vec<KindData<'site>>,
    pages: Vec<PageData<'site>>,
    relations: Vec<EdgeData<'site>>,
    sources: Vec<SourceData<'site>>,
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
    locator: Option<&'site str>,
    page: &'site str,
    path: &'site str,
    anchor: &'site str,
    statement: &'site str,
}

/// `site.json`. Names that pages withhold are in none of its texts.
pub(super) fn site(draw: &Draw<'_>) -> Vec<u8> {
    let site = draw.site;
    let config = &site.config;
    let language = LanguageId::DEFAULT;
    let kinds = config.kinds.iter().map(|kind| KindData {
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
    let edges = site.edges.iter().map(|edge| EdgeData {
        from: &site.page(edge.from).name,
        relation: &config.relation(edge.relation).name,
        to: &site.page(edge.to).name,
        basis: edge.basis.map(|basis| config.basis(basis).key.as_str()),
        note: edge.note.as_deref(),
        cites: edge.citation.iter().flat_map(|citation| cited(draw, citation)).collect(),
    });
    let sources = (0..site.sources.len()).map(SourceId::new).map(|id| {
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
    json(&SiteData {
        title: config.title.get(language),
        summary: config.summary.get(language),
        language: &config.language(language).tag,
        licence: config.licence.as_deref(),
        bases: config
            .evidence
            .bases
            .iter()
            .map(|basis| Named { name: &basis.key, title: basis.label.get(language) })
            .collect(),
        kinds: kinds.collect(),
        pages: site.page_ids().map(|id| page(draw, id)).collect(),
        relations: edges.collect(),
        sources: sources.collect(),
    })
}

/// About how many bytes a piece of `evidence.json` has.
const PIECE: usize = 64 * 1024;

/// `evidence.json`: every statement that cites a source, by source and passage, each on a line of its own.
///
/// The largest file of a site by far: it is never held as a whole, and has none of the white space that would be a
/// quarter of it.
pub(super) fn evidence(draw: Draw<'_>) -> impl Iterator<Item = Vec<u8>> + Send {
    let site = draw.site;
    let mut separator = "\n";
    let mut ids = (0..site.sources.len()).map(SourceId::new);
    let mut statements = ids.next().map(|id| (id, source::statements(&draw, id).into_iter()));
    let pieces = std::iter::from_fn(move || {
        let mut piece = Vec::with_capacity(PIECE + PIECE / 8);
        while let Some((id, of_source)) = &mut statements
            && piece.len() < PIECE
        {
            let Some(one) = of_source.next() else {
                statements = ids.next().map(|id| (id, source::statements(&draw, id).into_iter()));
                continue;
            };
            let (own, page) = (site.source(*id), site.page(one.page));
            let citation = CitationData {
                source: &own.key,
                passage: one.passage.map(|index| own.passages[index].at.as_str()),
                locator: one.locator.as_deref(),
                page: &page.name,
                path: page.output.as_str(),
                anchor: &one.anchor(&draw),
                statement: &one.text(&draw),
            };
            piece.extend_from_slice(separator.as_bytes());
            serde_json::to_writer(&mut piece, &citation).expect("texts and numbers serialise");
            separator = ",\n";
        }
        (!piece.is_empty()).then_some(piece)
    });
    let begin = std::iter::once(b"{\"citations\": [".to_vec());
    begin.chain(pieces).chain(std::iter::once(b"\n]}\n".to_vec()))
}

fn cited<'site>(draw: &Draw<'site>, citation: &Citation) -> Vec<CitedData<'site>> {
    let one = |item: &crate::model::citation::CitationItem<SourceId>| CitedData {
        source: &draw.site.source(item.source).key,
        locator: item.locator.as_ref().map(ToString::to_string),
    };
    citation.items.iter().map(one).collect()
}

fn page<'site>(draw: &Draw<'site>, id: PageId) -> PageData<'site> {
    let site = draw.site;
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

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("texts and numbers serialise");
    bytes.push(b'\n');
    bytes
}
