//! The third phase: one file of the built site at a time, from a [`Site`] to bytes.
//!
//! [`Emitter::routes`] lists the files, [`Emitter::render`] draws one of them as a pure function of the site and the
//! theme, and [`all`] draws them in parallel and hands each on as soon as it is drawn.

mod blocks;
mod body;
mod cite;
pub mod coverage;
mod crawl;
mod data;
mod draw;
mod evidence;
mod export;
mod format;
mod layout;
pub mod links;
mod messages;
mod metadata;
mod names;
mod navigation;
mod notes;
mod order;
mod page;
mod parts;
pub mod search;
mod source;
mod strings;
pub mod theme;
mod trace;
mod values;
pub mod view;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::model::config::Search;
use crate::model::draft::Role;
use crate::model::output_path::OutputPath;
use crate::model::site::Site;
use crate::model::{LanguageId, PAGES_AT_A_TIME, PageId, SourceId};
use crate::text::SitePath;
use draw::{Draw, SharedViews, in_language};
use export::Exports;
use format::Formats;
use navigation::{Navigation, Section, folders, site_view};
use notes::{NoteTexts, Notes};
use order::Order;
use theme::{Shared, Theme, Values};
use view::{MetadataView, SectionView, SiteView};

/// One file of the built site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it is.
    pub output: OutputPath,
    /// What it is.
    pub what: What,
}

/// What a file of the built site is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A page.
    Page(PageId),
    /// The page of a source, in a language.
    Source(SourceId, LanguageId),
    /// The list of all sources, in a language.
    Sources(LanguageId),
    /// The page of evidence, in a language.
    Evidence(LanguageId),
    /// The page for searching, with the index of all pages, in a language.
    Search(LanguageId),
    /// The page for addresses that do not exist.
    NotFound,
    /// A page that sends readers on from an address that a page had before.
    Redirect(PageId),
    /// `site.json`.
    SiteData,
    /// `evidence.json`.
    EvidenceData,
    /// The sources that a page cites, or all of them, for reference managers.
    Bibliography(Option<PageId>, BibliographyFormat),
    /// A file of the theme, by its index.
    ThemeAsset(usize),
    /// A file of the site that is copied as it is, by its index.
    Asset(usize),
    /// `sitemap.xml` where the site map is in parts, each of which is a route.
    SiteMapIndex,
    /// The site map, or one part of it, counting from 0.
    SiteMap(usize),
    /// The feed of a language.
    Feed(LanguageId),
    /// `robots.txt`.
    Robots,
    /// `site.webmanifest`: the name and the icons of the site for devices.
    WebManifest,
    /// `_headers`, for hosts that read it.
    Headers,
    /// `_redirects`, for hosts that read it.
    Redirects,
    /// The empty file that tells GitHub Pages to serve files as they are.
    NoJekyll,
}

/// A format of bibliographies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BibliographyFormat {
    /// `.csl.json`
    CslJson,
    /// `.bib`
    Bibtex,
}

impl BibliographyFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::CslJson, Self::Bibtex];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::CslJson => "CSL-JSON",
            Self::Bibtex => "BibTeX",
        }
    }

    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::CslJson => "csl.json",
            Self::Bibtex => "bib",
        }
    }
}

/// What a route holds.
pub enum Rendered<'emitter> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes in pieces, of a file that is too large to be held as a whole.
    Pieces(Pieces<'emitter>),
    /// The bytes of a file of the site.
    Copy(SitePath),
}

/// The bytes of a file in pieces, in order.
pub type Pieces<'emitter> = Box<dyn Iterator<Item = Vec<u8>> + Send + 'emitter>;

impl Rendered<'_> {
    /// All bytes at once; `load` gives those of a file of the site.
    pub fn bytes(self, load: impl FnOnce(&SitePath) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Pieces(pieces) => Some(pieces.flatten().collect()),
            Self::Copy(path) => load(&path),
        }
    }
}

/// Draws the files of one site with one theme.
pub struct Emitter<'site> {
    site: &'site Site,
    theme: &'site Theme,
    order: Order,
    formats: Vec<Formats>,
    /// What all pages of a language share, by language.
    shared: Vec<Shared<SiteView<'site>>>,
    assets: Shared<&'site BTreeMap<String, String>>,
    /// The views that recur on pages, by language.
    views: Vec<SharedViews<'site>>,
    /// Every source for reference managers; made when the first file of them is drawn.
    exports: OnceLock<Exports>,
    /// What tells the state of what they share from others, by language.
    states: Vec<Option<String>>,
    /// The entries of the navigation, by language.
    navigation: Vec<Navigation>,
    /// What stands beside sentences, by language; made when the first page of it is drawn.
    notes: Vec<OnceLock<Result<NoteTexts, Diagnostic>>>,
}

impl<'site> Emitter<'site> {
    /// Makes ready what all files share.
    pub fn new(site: &'site Site, theme: &'site Theme) -> Self {
        let order = Order::new(site);
        let views: Vec<SiteView<'_>> =
            site.config.language_ids().map(|language| site_view(site, &order, language)).collect();
        Self {
            states: views.iter().map(|view| theme.state(view)).collect(),
            shared: views.iter().map(Shared::new).collect(),
            views: site.config.language_ids().map(|language| SharedViews::new(site, language)).collect(),
            navigation: views.into_iter().map(Navigation::new).collect(),
            assets: Shared::new(&theme.asset_paths()),
            exports: OnceLock::new(),
            notes: site.config.languages.iter().map(|_| OnceLock::new()).collect(),
            formats: site.config.languages.iter().map(|language| Formats::new(&language.tag)).collect(),
            site,
            theme,
            order,
        }
    }

    /// Every file of the built site, by path.
    pub fn routes(&self) -> Vec<Route> {
        let site = self.site;
        let mut routes: Vec<Route> = Vec::with_capacity(site.pages.len() + site.sources.len() + 16);
        let mut push = |output: OutputPath, what: What| routes.push(Route { output, what });
        for id in site.page_ids() {
            let page = site.page(id);
            push(page.output.clone(), What::Page(id));
            if cites(site, page) {
                for format in BibliographyFormat::ALL {
                    push(page::bibliography_output(page, format), What::Bibliography(Some(id), format));
                }
            }
            for alias in &page.aliases {
                push(alias.clone(), What::Redirect(id));
            }
        }
        if !site.sources.is_empty() {
            for language in source::languages(site) {
                push(in_language(site, language, "sources/index.html"), What::Sources(language));
                push(in_language(site, language, "evidence.html"), What::Evidence(language));
                for id in (0..site.sources.len()).map(SourceId::new) {
                    push(draw::source_output(site, id, language), What::Source(id, language));
                }
            }
            push(fixed("evidence.json"), What::EvidenceData);
            for format in BibliographyFormat::ALL {
                push(fixed(&format!("sources/all.{}", format.extension())), What::Bibliography(None, format));
            }
        }
        for language in source::languages(site) {
            push(in_language(site, language, "search.html"), What::Search(language));
        }
        push(fixed("404.html"), What::NotFound);
        push(fixed("site.json"), What::SiteData);
        push(fixed(".nojekyll"), What::NoJekyll);
        push(fixed("_headers"), What::Headers);
        push(fixed("site.webmanifest"), What::WebManifest);
        if site.pages.iter().any(|page| !page.aliases.is_empty()) {
            push(fixed("_redirects"), What::Redirects);
        }
        for (index, asset) in self.theme.assets.iter().enumerate() {
            push(asset.output.clone(), What::ThemeAsset(index));
        }
        for (index, asset) in site.assets.iter().enumerate() {
            push(asset.output.clone(), What::Asset(index));
        }
        // A site map, a feed and what leads to them hold whole addresses.
        if site.config.base_url.is_some() {
            push(fixed("robots.txt"), What::Robots);
            for language in crawl::feeds(site) {
                push(crawl::feed_output(site, language), What::Feed(language));
            }
            let site_maps = crawl::site_maps(&routes);
            routes.extend(site_maps.into_iter().map(|(output, what)| Route { output, what }));
        }
        routes.par_sort_by(|one, other| one.output.cmp(&other.output));
        routes
    }

    /// Draws one file.
    pub fn render<'route>(&'route self, route: &'route Route) -> Result<Rendered<'route>, Diagnostic> {
        let site = self.site;
        let searches_words = site.config.search == Search::Words;
        let bytes = match &route.what {
            What::Page(id) => self.page(*id, &route.output)?,
            What::Source(id, language) => {
                let draw = self.draw(*language, &route.output);
                let view = source::view(&draw, *id, |citing| {
                    let size = citing.iter().map(view::CitingPageView::size).sum();
                    let html = self.sized_template("parts/statements.html", &draw, "", size, |values| {
                        values.with("citing_pages", &citing)
                    });
                    html.map(|html| Shared::new(&text(html)))
                })?;
                let title = view.title.clone();
                let section = self.section(&draw, Some(Section::Sources));
                let metadata = metadata::of_other(&draw, &title, None, self.theme);
                self.sized_template("source.html", &draw, &title, ROOM_AROUND_BODY + view.size(), move |values| {
                    values.with("metadata", &metadata).with("section", &section).with("source", &view)
                })?
            }
            What::Sources(language) => {
                let draw = self.draw(*language, &route.output);
                let rows = source::rows(&draw);
                let title = draw.string("sources");
                let downloads: Vec<view::DownloadView> = BibliographyFormat::ALL
                    .into_iter()
                    .map(|format| view::DownloadView {
                        format: format.name(),
                        href: draw.output.link_to(&fixed(&format!("sources/all.{}", format.extension()))),
                    })
                    .collect();
                let summary = draw.string("sources-summary");
                self.document("sources.html", &draw, &title, Some(summary), |values| {
                    values.with("sources", &rows).with("downloads", &downloads)
                })?
            }
            What::Evidence(language) => {
                let draw = self.draw(*language, &route.output);
                let (pages, sources) = (evidence::pages(&draw), evidence::sources(&draw));
                let title = draw.string("evidence");
                let summary = draw.string("evidence-summary");
                self.document("evidence.html", &draw, &title, Some(summary), |values| {
                    values.with("pages", &pages).with("sources", &sources)
                })?
            }
            What::Search(language) => {
                let draw = self.draw(*language, &route.output);
                let (letters, filters) = (search::letters(&draw), search::filters(&draw));
                let title = draw.string("find-a-page");
                self.document("search.html", &draw, &title, None, |values| {
                    let values = values.with("letters", &letters).with("filters", &filters);
                    if searches_words { values.with("bundle", &search::FOLDER) } else { values }
                })?
            }
            What::NotFound => {
                let draw = self.draw(LanguageId::DEFAULT, &route.output);
                let title = draw.string("not-found");
                // It answers for any address, however deep: only from the root of the host does it find its files.
                let root = site.config.base_url.as_deref().map_or("", path_of_address);
                let metadata = None::<MetadataView>;
                self.template("404.html", &draw, &title, |values| {
                    values.with("root", &root).with("canonical_url", &None::<String>).with("metadata", &metadata)
                })?
            }
            What::Redirect(id) => {
                let draw = self.draw(site.page(*id).language, &route.output);
                let card = draw.card(*id);
                let title = card.title;
                let canonical = metadata::address(&draw, &site.page(*id).output);
                let metadata = None::<MetadataView>;
                self.template("redirect.html", &draw, title, |values| {
                    values.with("target", &card).with("canonical_url", &canonical).with("metadata", &metadata)
                })?
            }
            What::SiteData => {
                let draw = self.draw(LanguageId::DEFAULT, &route.output);
                return Ok(Rendered::Pieces(Box::new(data::site(draw))));
            }
            What::EvidenceData => {
                let draw = self.draw(LanguageId::DEFAULT, &route.output);
                return Ok(Rendered::Pieces(Box::new(data::evidence(draw))));
            }
            What::Bibliography(id, format) => {
                let exports = self.exports.get_or_init(|| Exports::new(site.bibliography.entries().details()));
                match id {
                    Some(id) => {
                        let cited = page::cited_sources(site, *id);
                        exports.list(cited.into_iter().map(SourceId::index), *format)
                    }
                    None => exports.list(exports.numbers(), *format),
                }
            }
            What::ThemeAsset(index) => self.theme.assets[*index].bytes.clone(),
            What::NoJekyll => Vec::new(),
            What::SiteMapIndex => crawl::site_map_index(self.base_url(), &self.routes()),
            What::SiteMap(part) => crawl::site_map(site, self.base_url(), &self.routes(), *part),
            What::Feed(language) => crawl::feed(&self.draw(*language, &route.output), self.base_url(), &self.order),
            What::Redirects => crawl::redirects(site),
            What::Robots => {
                let draw = self.draw(LanguageId::DEFAULT, &route.output);
                let site_map = format!("{}sitemap.xml", self.base_url());
                self.template("robots.txt", &draw, "", |values| values.with("sitemap_url", &site_map))?
            }
            What::WebManifest => {
                let draw = self.draw(LanguageId::DEFAULT, &route.output);
                self.template("site.webmanifest", &draw, "", |values| values)?
            }
            What::Headers => {
                self.template("headers.txt", &self.draw(LanguageId::DEFAULT, &route.output), "", |values| {
                    // They hold for every page; each page's own policy is narrower, but for the one that searches.
                    if searches_words { values.with("bundle", &search::FOLDER) } else { values }
                })?
            }
            What::Asset(index) => return Ok(Rendered::Copy(site.assets[*index].path.clone())),
        };
        Ok(Rendered::Bytes(bytes))
    }

    /// What a search index is made from: a record for every page and every source's page, in the site's order.
    pub fn records(&self) -> Vec<search::Record> {
        let site = self.site;
        let of_pages = (0..site.pages.len()).into_par_iter().with_max_len(PAGES_AT_A_TIME).map(PageId::new).map(|id| {
            let page = site.page(id);
            search::of_page(&self.draw(page.language, &page.output), id)
        });
        let of_sources = source::languages(site).into_iter().flat_map(|language| {
            let home = in_language(site, language, "index.html");
            let records = (0..site.sources.len()).map(SourceId::new);
            records.map(|id| search::of_source(&self.draw(language, &home), id)).collect::<Vec<_>>()
        });
        let mut records: Vec<search::Record> = of_pages.collect();
        records.extend(of_sources);
        records
    }

    /// Makes the notes before any file needs them. To do so while files are drawn on several threads would have them wait
    /// for one another.
    fn prepare(&self) {
        for language in self.site.config.language_ids() {
            // A template that fails fails again, and is told of, when a page is drawn.
            let _ = self.notes(language);
        }
    }

    /// What stands beside sentences in a language.
    fn notes(&self, language: LanguageId) -> Result<&NoteTexts, Diagnostic> {
        let texts = self.notes[language.index()].get_or_init(|| {
            let root = OutputPath::parse("index.html").expect("a path");
            let draw = self.draw(language, &root);
            NoteTexts::new(&draw, |template, note| {
                let html =
                    self.template(template, &draw, "", |values| values.with("note", &note).with("root", &notes::ROOT));
                html.map(text)
            })
        });
        texts.as_ref().map_err(Clone::clone)
    }

    fn page(&self, id: PageId, output: &OutputPath) -> Result<Vec<u8>, Diagnostic> {
        let page = self.site.page(id);
        let draw = self.draw(page.language, output);
        let mut cited = page::body_citations(page);
        let mut notes = Notes::new(self.notes(page.language)?, draw.output.to_root());
        let body_html = body::html(&draw, id, &mut notes, |number, notes| {
            let view = blocks::view(&draw, page, number, &self.order, &mut cited, notes);
            let template = blocks::template(&page.blocks[number]);
            self.template(template, &draw, &page.common.title, |values| values.with("block", &view)).map(text)
        })?;
        let view = page::view(&draw, id, &self.order, cited, &mut notes, body_html);
        let translations = page::translations(&draw, id);
        let kind = page.kind.map(|kind| self.site.config.kind(kind).name.as_str());
        let template = match page.role {
            Role::Home => "home.html".to_owned(),
            Role::Folder => "folder.html".to_owned(),
            Role::Page => self.theme.page_template(kind),
        };
        let folders: Vec<view::FolderView<'_>> = match page.role {
            Role::Home => {
                let ids = folders(self.site, &self.order);
                ids.into_iter().map(|(id, _)| page::folder(&draw, id, &self.order)).collect()
            }
            Role::Folder | Role::Page => Vec::new(),
        };
        let metadata = metadata::of_page(&draw, id, &self.order, self.theme);
        let section = self.section(&draw, kind.map(Section::Kind));
        let size = view.body_html.len() + ROOM_AROUND_BODY;
        self.sized_template(&template, &draw, &page.common.title, size, move |values| {
            values
                .with("section", &section)
                .with("metadata", &metadata)
                .with("page", &view)
                .with("translations", &translations)
                .with("folders", &folders)
        })
    }

    fn draw<'route>(&'route self, language: LanguageId, output: &'route OutputPath) -> Draw<'route> {
        Draw {
            site: self.site,
            language,
            output,
            strings: &self.theme.strings[language.index()],
            formats: &self.formats[language.index()],
            views: &self.views[language.index()],
        }
    }

    /// The address of the site, for routes that there are only when it is known.
    fn base_url(&self) -> &str {
        self.site.config.base_url.as_deref().unwrap_or_default()
    }

    /// Draws a page that Expound makes.
    fn document(
        &self,
        name: &str,
        draw: &Draw<'_>,
        title: &str,
        description: Option<String>,
        more: impl FnOnce(Values<'_>) -> Values<'_>,
    ) -> Result<Vec<u8>, Diagnostic> {
        let metadata = metadata::of_other(draw, title, description, self.theme);
        self.template(name, draw, title, |values| more(values.with("metadata", &metadata)))
    }

    /// The entry of the navigation that a route is, or else the one that it belongs to.
    fn section(&self, draw: &Draw<'_>, belongs_to: Option<Section<'_>>) -> Option<SectionView> {
        self.navigation[draw.language.index()].section(draw.output, belongs_to)
    }

    /// Draws a template with what every page has, and what `more` adds.
    fn template(
        &self,
        name: &str,
        draw: &Draw<'_>,
        title: &str,
        more: impl FnOnce(Values<'_>) -> Values<'_>,
    ) -> Result<Vec<u8>, Diagnostic> {
        self.sized_template(name, draw, title, ROOM_AROUND_BODY, more)
    }

    /// The same, where it is known about how many bytes come of it.
    fn sized_template(
        &self,
        name: &str,
        draw: &Draw<'_>,
        title: &str,
        size: usize,
        more: impl FnOnce(Values<'_>) -> Values<'_>,
    ) -> Result<Vec<u8>, Diagnostic> {
        let canonical = metadata::address(draw, draw.output);
        let values = Values::new(self.states[draw.language.index()].as_deref())
            .with_shared("site", &self.shared[draw.language.index()])
            .with_shared("assets", &self.assets)
            .with("root", &draw.output.to_root())
            .with("path", &draw.output.as_str())
            .with("canonical_url", &canonical)
            .with("language_tag", &self.site.config.language(draw.language).tag)
            .with("language", &draw.language_view(draw.language))
            .with("section", &self.section(draw, None))
            .with("title", &title);
        self.theme.draw(name, more(values), draw.output, draw.language, size)
    }
}

/// About how many bytes a page has beside its body.
const ROOM_AROUND_BODY: usize = 12 * 1024;

/// Draws every route, and hands each to `take` as it is drawn, from several threads. Gives the problems found, in
/// the order of the routes, and stops at the first error of `take`.
pub fn all<E: Send>(
    emitter: &Emitter<'_>,
    routes: &[Route],
    take: impl Fn(&Route, Rendered<'_>) -> Result<(), E> + Sync,
) -> Result<Vec<Diagnostic>, E> {
    if !emitter.site.sources.is_empty() {
        emitter.prepare();
    }
    // Files that gather the whole site take far longer than pages. They come first, so that none is left alone at the
    // end with one thread at work.
    let (whole, single): (Vec<&Route>, Vec<&Route>) = routes.iter().partition(|route| {
        !matches!(route.what, What::Page(_) | What::Bibliography(Some(_), _) | What::Asset(_) | What::Redirect(_))
    });
    let in_turn: Vec<&Route> = whole.into_iter().chain(single).collect();
    let mut problems: Vec<(&OutputPath, Diagnostic)> = in_turn
        .par_iter()
        .with_max_len(PAGES_AT_A_TIME)
        .map(|route| match emitter.render(route) {
            Ok(rendered) => take(route, rendered).map(|()| None),
            Err(problem) => Ok(Some((&route.output, problem))),
        })
        .filter_map(Result::transpose)
        .collect::<Result<_, E>>()?;
    problems.sort_by(|one, other| one.0.cmp(other.0));
    Ok(problems.into_iter().map(|(_, problem)| problem).collect())
}

/// Whether a page cites anything, in its body, its edges or its facts.
fn cites(site: &Site, page: &crate::model::page::Page) -> bool {
    let edges = page.outgoing.iter().chain(&page.incoming);
    !page.citations.is_empty()
        || blocks::citations(site, page).next().is_some()
        || edges.clone().any(|edge| site.edge(*edge).citation.is_some())
        || page.facts.iter().any(|fact| site.fact(*fact).source.is_some())
}

/// The path of an address: `/leaving/` of `https://example.org/leaving/`.
fn path_of_address(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find('/').map_or("/", |at| &address[host + at..])
}

fn text(html: Vec<u8>) -> String {
    String::from_utf8(html).expect("templates are text")
}

fn fixed(path: &str) -> OutputPath {
    OutputPath::parse(path).expect("a path")
}
