//! The navigation that all pages of a language share, and which entry of it a page belongs to.

use std::collections::BTreeMap;

use super::draw::{basis_view, in_language};
use super::view::{NavView, SectionView, SiteView};
use super::{Order, crawl, source};
use crate::model::output_path::OutputPath;
use crate::model::site::Site;
use crate::model::{LanguageId, PageId};

/// What a page belongs to.
pub(super) enum Section<'site> {
    /// The pages of a kind, by its name.
    Kind(&'site str),
    /// The sources.
    Sources,
}

/// The entries of the navigation of a language.
pub(super) struct Navigation {
    /// The paths of all of them.
    paths: Vec<String>,
    /// For the name of each kind, the path of its folder.
    of_kinds: BTreeMap<String, String>,
    /// The path of the list of sources.
    sources: Option<String>,
}

impl Navigation {
    pub(super) fn new(site: SiteView<'_>) -> Self {
        let folders = site.folders.iter().map(|folder| folder.path.clone());
        Self {
            paths: folders.chain(site.sources_path.clone()).chain(site.search_path).collect(),
            of_kinds: site.folders.into_iter().filter_map(|folder| Some((folder.kind?, folder.path))).collect(),
            sources: site.sources_path,
        }
    }

    /// The entry that a route is, or else the one that it belongs to.
    pub(super) fn section(&self, output: &OutputPath, belongs_to: Option<Section<'_>>) -> Option<SectionView> {
        let own = output.encoded();
        if self.paths.contains(&own) {
            return Some(SectionView { path: own, is_page: true });
        }
        let path = match belongs_to? {
            Section::Kind(kind) => self.of_kinds.get(kind),
            Section::Sources => self.sources.as_ref(),
        };
        path.map(|path| SectionView { path: path.clone(), is_page: false })
    }
}

/// The folders that have pages of their own, with the names of the kinds they hold: in the order of the kinds, then
/// those of no kind.
pub(super) fn folders<'site>(site: &'site Site, order: &Order) -> Vec<(PageId, Option<&'site str>)> {
    let config = &site.config;
    let of_kinds =
        config.kinds.iter().filter_map(|kind| Some((*order.folders.get(&kind.folder)?, Some(kind.name.as_str()))));
    let others = order.folders.iter().filter(|(folder, _)| config.kind_of_folder(folder).is_none());
    of_kinds.chain(others.map(|(_, id)| (*id, None))).collect()
}

/// What all pages of a language share.
pub(super) fn site_view<'site>(site: &'site Site, order: &Order, language: LanguageId) -> SiteView<'site> {
    let config = &site.config;
    let version = |id: PageId| site.page(site.in_language(id, language));
    let entry = |id: PageId, kind: Option<String>| {
        let page = version(id);
        NavView { title: page.common.title.clone(), path: page.output.encoded(), kind }
    };
    let has_sources = !site.sources.is_empty();
    let own = |path: &str| has_sources.then(|| in_language(site, language, path).encoded());
    SiteView {
        title: config.title.get(language).to_owned(),
        summary: config.summary.get(language).to_owned(),
        licence: config.licence.clone(),
        licence_url: config.licence_url.clone(),
        home_path: order.home.map(|id| version(id).output.encoded()),
        sources_path: own("sources/index.html"),
        evidence_path: own("evidence.html"),
        feed_path: (config.base_url.is_some() && crawl::feeds(site).contains(&language))
            .then(|| crawl::feed_output(site, language).encoded()),
        search_path: source::languages(site)
            .contains(&language)
            .then(|| in_language(site, language, "search.html").encoded()),
        folders: folders(site, order).into_iter().map(|(id, kind)| entry(id, kind.map(str::to_owned))).collect(),
        asides: order.of_folder.get("").into_iter().flatten().map(|id| entry(*id, None)).collect(),
        bases: config.evidence.bases.iter().map(|basis| basis_view(basis, language)).collect(),
    }
}
