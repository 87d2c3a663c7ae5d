//! What a page says of itself to machines: canonical address, social tags, structured data (JSON-LD in the words of
//! schema.org).
//!
//! Whatever names a page of the site by its address is left out while the address of the site is not known. Names that
//! pages withhold are in none of it.

use serde::Serialize;

use super::body::withheld;
use super::draw::Draw;
use super::page;
use super::view::MetadataView;
use super::{Order, Theme};
use crate::model::draft::Role;
use crate::model::output_path::OutputPath;
use crate::model::page::Page;
use crate::model::{KindId, PageId};

/// The icon that stands for the site where it is shared.
const SHARED_ICON: &str = "touch-icon.png";

/// The metadata of a page of the site.
pub(super) fn of_page(draw: &Draw<'_>, id: PageId, order: &Order, theme: &Theme) -> MetadataView {
    let page = draw.site.page(id);
    let description = match (&page.common.summary, page.role) {
        (Some(summary), _) => Some(withheld(draw, page, summary)),
        (None, Role::Home) => Some(draw.site.config.summary.get(draw.language).to_owned()).filter(|it| !it.is_empty()),
        (None, _) => None,
    };
    let data = structured_data(draw, id, order, description.as_deref());
    MetadataView {
        is_article: page.role == Role::Page,
        title: withheld(draw, page, &page.common.title),
        updated: page.common.updated.map(|date| date.to_string()),
        structured_data_html: Some(data),
        ..of_other(draw, &page.common.title, description, theme)
    }
}

/// The metadata of a page that Expound makes.
pub(super) fn of_other(draw: &Draw<'_>, title: &str, description: Option<String>, theme: &Theme) -> MetadataView {
    MetadataView {
        is_article: false,
        title: title.to_owned(),
        description,
        url: address(draw, draw.output),
        image_url: theme.asset_paths().get(SHARED_ICON).and_then(|path| absolute(draw, path)),
        // Open Graph asks for language and territory; without a territory there is nothing right to say.
        locale: territory(&draw.site.config.language(draw.language).tag),
        updated: None,
        structured_data_html: None,
    }
}

/// The whole address of a file of the site, when that of the site is known.
pub(super) fn address(draw: &Draw<'_>, output: &OutputPath) -> Option<String> {
    absolute(draw, &output.encoded())
}

fn absolute(draw: &Draw<'_>, path: &str) -> Option<String> {
    draw.site.config.base_url.as_ref().map(|base| format!("{base}{path}"))
}

/// `pt-BR` as `pt_BR`.
fn territory(tag: &str) -> Option<String> {
    let mut parts = tag.split('-');
    let language = parts.next()?;
    let territory = parts.find(|part| part.len() == 2)?;
    Some(format!("{language}_{}", territory.to_uppercase()))
}

#[derive(Serialize)]
struct Document<'site> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Thing<'site>>,
}

/// A thing of one of the types of schema.org. What is not known is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Thing<'site> {
    #[serde(rename = "@type")]
    is: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_name: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_language: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<Box<Thing<'site>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_entity: Option<Box<Thing<'site>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_defined_term_set: Option<Box<Thing<'site>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<Thing<'site>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item_list_element: Vec<Step>,
}

/// A step of a trail.
#[derive(Serialize)]
struct Step {
    #[serde(rename = "@type")]
    is: &'static str,
    position: usize,
    name: String,
    item: String,
}

/// The structured data of a page, to stand between the tags of a script.
fn structured_data(draw: &Draw<'_>, id: PageId, order: &Order, description: Option<&str>) -> String {
    let page = draw.site.page(id);
    let kind = page.kind.map(|kind| draw.site.config.kind(kind));
    let term = page.kind.filter(|_| kind.is_some_and(|kind| kind.is_glossary));
    let name = withheld(draw, page, &page.common.title);
    let mut about = Thing {
        url: address(draw, &page.output),
        in_language: Some(&draw.site.config.language(page.language).tag),
        license: draw.site.config.licence_url.as_deref(),
        description,
        ..Thing::default()
    };
    if page.role == Role::Home {
        about.is = "WebSite";
        about.name = Some(draw.site.config.title.get(draw.language).to_owned());
        return script(vec![about]);
    }
    about.date_modified = page.common.updated.map(|date| date.to_string());
    about.is_part_of = Some(Box::new(website(draw, order)));
    about.citation = citations(draw, id);
    match (page.role, term) {
        (Role::Folder, _) => {
            about.is = "CollectionPage";
            about.name = Some(name);
        }
        (_, Some(kind)) => {
            about.is = "WebPage";
            about.main_entity = Some(Box::new(defined_term(draw, page, kind, name.clone(), description, order)));
            about.name = Some(name);
        }
        (_, None) => {
            about.is = "Article";
            about.headline = Some(name);
            about.article_section = kind.map(|kind| kind.title.get(draw.language));
        }
    }
    let mut graph = vec![about];
    graph.extend(breadcrumbs(draw, id, order));
    script(graph)
}

/// The site, as what a page is a part of.
fn website<'site>(draw: &Draw<'site>, order: &Order) -> Thing<'site> {
    let home = order.home.map(|id| &draw.site.page(draw.site.in_language(id, draw.language)).output);
    Thing {
        is: "WebSite",
        name: Some(draw.site.config.title.get(draw.language).to_owned()),
        url: home.and_then(|output| address(draw, output)),
        ..Thing::default()
    }
}

fn defined_term<'site>(
    draw: &Draw<'site>,
    page: &Page,
    kind: KindId,
    name: String,
    description: Option<&'site str>,
    order: &Order,
) -> Thing<'site> {
    let kind = draw.site.config.kind(kind);
    let folder = order.folders.get(&kind.folder).map(|id| draw.site.in_language(*id, draw.language));
    Thing {
        is: "DefinedTerm",
        name: Some(name),
        description,
        alternate_name: page.common.forms.iter().map(|form| withheld(draw, page, form)).collect(),
        in_defined_term_set: Some(Box::new(Thing {
            is: "DefinedTermSet",
            name: Some(kind.plural.get(draw.language).to_owned()),
            url: folder.and_then(|id| address(draw, &draw.site.page(id).output)),
            ..Thing::default()
        })),
        ..Thing::default()
    }
}

fn citations<'site>(draw: &Draw<'site>, id: PageId) -> Vec<Thing<'site>> {
    let cited = page::cited_sources(draw.site, id).into_iter().map(|id| draw.site.source(id));
    cited
        .map(|source| Thing {
            is: "CreativeWork",
            name: Some(source.title.clone()),
            url: source.url.clone(),
            ..Thing::default()
        })
        .collect()
}

/// The trail to a page. Each of its steps is an address, so that it is there only when that of the site is known.
fn breadcrumbs<'site>(draw: &Draw<'site>, id: PageId, order: &Order) -> Option<Thing<'site>> {
    let steps = page::trail(draw.site, id, order).into_iter().map(|above| draw.site.in_language(above, draw.language));
    let steps = steps.chain([id]).enumerate().map(|(index, id)| {
        let page = draw.site.page(id);
        let item = address(draw, &page.output)?;
        Some(Step { is: "ListItem", position: index + 1, name: withheld(draw, page, &page.common.title), item })
    });
    let item_list_element = steps.collect::<Option<Vec<Step>>>()?;
    Some(Thing { is: "BreadcrumbList", item_list_element, ..Thing::default() })
}

/// The data as JSON that no HTML parser takes for markup: with `<` written as an escape.
fn script(graph: Vec<Thing<'_>>) -> String {
    let document = Document { context: "https://schema.org", graph };
    serde_json::to_string(&document).expect("texts and numbers serialise").replace('<', "\\u003c")
}
