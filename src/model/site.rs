//! The whole site, with everything looked up.

use std::sync::Arc;

use super::bibliography::Bibliography;
use super::config::Config;
use super::evidence::{Source, Uses};
use super::fact::{Event, Fact};
use super::output_path::OutputPath;
use super::page::{Edge, Page};
use super::{EdgeId, FactId, LanguageId, PageId, SourceId};
use crate::text::SitePath;

/// A file that is copied as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file.
    pub path: SitePath,
    /// Where it is in the built site.
    pub output: OutputPath,
}

/// A site that has been resolved: pages, edges, sources and facts, by id.
///
/// What two states of a site have in common they share.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// What `site.yaml` declares.
    pub config: Arc<Config>,
    /// All pages, by the path of their files.
    pub pages: Vec<Arc<Page>>,
    /// All edges, by the page that states them.
    pub edges: Arc<Vec<Edge>>,
    /// All sources, in the order of `sources.yaml`.
    pub sources: Arc<Vec<Source>>,
    /// The same sources, set in the site's citation style.
    pub bibliography: Arc<Bibliography>,
    /// Where every source is cited.
    pub uses: Uses,
    /// All facts, in the order of `facts.yaml`.
    pub facts: Arc<Vec<Fact<SourceId>>>,
    /// Where every fact is used: the pages, in order.
    pub fact_uses: Vec<Vec<PageId>>,
    /// All events, in order of date.
    pub events: Arc<Vec<Event<SourceId, PageId>>>,
    /// For every page that defines a term, the pages whose prose uses it; empty for other pages.
    pub term_uses: Vec<Vec<PageId>>,
    /// The files to copy.
    pub assets: Arc<Vec<Asset>>,
}

impl Site {
    /// A page by id.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.index()]
    }

    /// An edge by id.
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.index()]
    }

    /// A source by id.
    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.index()]
    }

    /// A fact by id.
    pub fn fact(&self, id: FactId) -> &Fact<SourceId> {
        &self.facts[id.index()]
    }

    /// The ids of all pages.
    pub fn page_ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.pages.len()).map(PageId::new)
    }

    /// Where the page of a source is.
    pub fn source_output(&self, source: SourceId, language: LanguageId) -> OutputPath {
        let address = super::evidence::address_of_key(&self.source(source).key);
        self.in_folder_of(language, &format!("sources/{address}.html"))
    }

    /// A path of the default language in another: in a folder of its own.
    pub fn in_folder_of(&self, language: LanguageId, path: &str) -> OutputPath {
        let path = if language == LanguageId::DEFAULT {
            path.to_owned()
        } else {
            format!("{}/{path}", self.config.language(language).tag)
        };
        OutputPath::parse(&path).expect("tags and keys are segments of addresses")
    }

    /// The same page in another language, or the page itself where it is not translated.
    pub fn in_language(&self, id: PageId, language: LanguageId) -> PageId {
        let page = self.page(id);
        if page.language == language {
            return id;
        }
        let is_wanted = |translation: &&PageId| self.page(**translation).language == language;
        page.translations.iter().find(is_wanted).copied().unwrap_or(id)
    }

    /// The page in the default language that this one translates; itself if it is that.
    pub fn original(&self, id: PageId) -> PageId {
        self.in_language(id, LanguageId::DEFAULT)
    }
}
