//! The whole way through, as a function of a site's files: read, resolve, emit.
//!
//! The highest floor that opens no file, reads no clock and prints nothing. `build`, `check`, `serve`, tests and
//! benches all come through here.

pub mod web;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::emit::links::Links;
use crate::emit::theme::{Override, Theme};
use crate::emit::{self, Emitter, Rendered, Route};
use crate::model::bibliography::Bibliography;
use crate::model::config::{Config, Search};
use crate::model::draft::Data;
use crate::model::lock::Locked;
use crate::model::site::Site;
use crate::read::{self, Files, Version};
use crate::resolve::{self, Choices, DataPaths, Input};
use crate::text::{Place, SitePath};

/// Choices of a build.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What changes the meaning of the site.
    pub choices: Choices,
    /// The address of the site, in place of the one that the site file gives.
    pub base_url: Option<String>,
    /// What readers can search.
    pub search: Search,
}

/// A site that has been read and resolved, with its theme and the problems found so far.
pub struct Compiled<'files> {
    files: &'files dyn Files,
    site: Site,
    theme: Arc<Theme>,
    problems: Vec<Diagnostic>,
    data: Arc<Data>,
}

/// What need not be made anew when a site is compiled again and again.
#[derive(Debug, Default)]
pub struct Cache {
    files: read::Cache,
    site: resolve::Cache,
    theme: Option<KeptTheme>,
}

/// A theme, what it was made from, and what was wrong with that.
#[derive(Debug)]
struct KeptTheme {
    overrides: Vec<Override>,
    config: Config,
    theme: Arc<Theme>,
    problems: Vec<Diagnostic>,
}

/// Reads and resolves a site.
pub fn compile<'files>(files: &'files dyn Files, options: &Options) -> Compiled<'files> {
    compile_with(files, options, None)
}

/// The same, with what was made before.
pub fn compile_with<'files>(
    files: &'files dyn Files,
    options: &Options,
    mut cache: Option<&mut Cache>,
) -> Compiled<'files> {
    if files.paths().iter().any(|path| path.as_str() == read::SOURCES_FILE) {
        Bibliography::prepare();
    }
    let (drafts, mut problems) = read::all_with(files, cache.as_deref_mut().map(|cache| &mut cache.files));
    let is_clean = problems.iter().all(|problem| problem.severity != Severity::Error);
    let (templates, found) = read::templates(files);
    problems.extend(found);
    let mut config = drafts.config;
    if let Some(base_url) = &options.base_url {
        config.base_url = Some(base_url.clone());
    }
    config.search = options.search;
    let overrides = templates
        .into_iter()
        .map(|template| Override { name: template.name, path: template.path, bytes: template.bytes })
        .collect();
    let theme_config = Config { languages: config.languages.clone(), kinds: config.kinds.clone(), ..Config::default() };
    let (of_theme, of_site) = match &mut cache {
        Some(cache) => (Some(&mut cache.theme), Some(&mut cache.site)),
        None => (None, None),
    };
    let theme = || theme(overrides, theme_config, of_theme);
    // Without the whole site file no name can be judged, and everything further would be a guess.
    if !drafts.config_is_sound {
        let (theme, found) = theme();
        problems.extend(found);
        return Compiled { files, site: Site::default(), theme, problems, data: Arc::default() };
    }
    let data = drafts.data;
    let input = Input {
        config: Arc::new(config),
        pages: drafts.pages,
        data: Arc::clone(&data),
        assets: drafts.assets,
        is_clean,
    };
    let path = |text: &str| SitePath::parse(text).expect("a path");
    let paths = DataPaths {
        site: path(read::SITE_FILE),
        sources: path(read::SOURCES_FILE),
        passages: path(read::PASSAGES_FILE),
        facts: path(read::FACTS_FILE),
        events: path(read::EVENTS_FILE),
        lock: path(read::LOCK_FILE),
    };
    let resolve = || resolve::all(input, &paths, options.choices, of_site);
    let ((theme, of_templates), (site, found)) = rayon::join(theme, resolve);
    problems.extend(of_templates);
    problems.extend(found);
    Compiled { files, site, theme, problems, data }
}

/// The theme with these files in it: the one that was kept, if it was made from the same.
fn theme(
    overrides: Vec<Override>,
    config: Config,
    kept: Option<&mut Option<KeptTheme>>,
) -> (Arc<Theme>, Vec<Diagnostic>) {
    if let Some(Some(kept)) = &kept
        && kept.overrides == overrides
        && kept.config == config
    {
        return (Arc::clone(&kept.theme), kept.problems.clone());
    }
    let (theme, problems) = Theme::new(&overrides, &config);
    let theme = Arc::new(theme);
    if let Some(kept) = kept {
        *kept = Some(KeptTheme { overrides, config, theme: Arc::clone(&theme), problems: problems.clone() });
    }
    (theme, problems)
}

impl Compiled<'_> {
    /// The site. It is whole only when there is no error.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The addresses that were published before.
    pub fn locked(&self) -> &[Locked] {
        &self.data.locked
    }

    /// Whether reading or resolving found an error, so that nothing can be drawn.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// What draws the site's files.
    pub fn emitter(&self) -> Emitter<'_> {
        Emitter::new(&self.site, &self.theme)
    }

    /// Draws every file, when nothing is wrong so far, and hands each to `take`. Gives all problems of the site.
    pub fn render<E: Send>(&self, take: impl Fn(&Route, Rendered<'_>) -> Result<(), E> + Sync) -> Result<Report, E> {
        if self.has_errors() {
            return Ok(self.report(Vec::new()));
        }
        let emitter = self.emitter();
        let routes = emitter.routes();
        let links = Links::new(&emitter, &routes);
        let load = |path: &SitePath| self.files.load(path).ok();
        let mut found = emit::all(&emitter, &routes, |route, rendered| {
            if Links::concern(route) {
                match &rendered {
                    Rendered::Bytes(bytes) => links.look(route, bytes),
                    // No page, and no style sheet, is so large.
                    Rendered::Pieces(_) => {}
                    // One that cannot be loaded is told of by whoever copies it.
                    Rendered::Copy(path) => load(path).iter().for_each(|bytes| links.look(route, bytes)),
                }
            }
            take(route, rendered)
        })?;
        // A page that was not drawn has none of its anchors.
        if found.is_empty() {
            found = links.problems(&emitter, &load);
        }
        Ok(self.report(one_of_each(found)))
    }

    /// Every address of the web that the site uses, and where.
    pub fn web_addresses(&self) -> Vec<web::WebAddress> {
        web::addresses(&self.site)
    }

    /// Takes in problems that were found elsewhere.
    pub fn add(&mut self, problems: Vec<Diagnostic>) {
        self.problems.extend(problems);
    }

    /// All problems found so far and these, each with its place.
    pub fn report(&self, more: Vec<Diagnostic>) -> Report {
        let problems = self.problems.iter().cloned().chain(more).collect();
        let text = |path: &SitePath| {
            let own = self.files.load(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            own.or_else(|| self.theme.text(path).map(ToOwned::to_owned))
        };
        Report::new(problems, text, read::locate_all)
    }
}

/// A mistake in a template shows on every page that is drawn with it: the first page is enough.
fn one_of_each(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut places: Vec<Place> = Vec::new();
    let mut kept = Vec::new();
    for problem in problems {
        let is_of_template = problem.place.path.below("templates").is_some();
        if !is_of_template || !places.contains(&problem.place) {
            places.push(problem.place.clone());
            kept.push(problem);
        }
    }
    kept
}

/// Files in memory, for tests, benches and whoever has a site that is not on a disk.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    paths: Vec<SitePath>,
    bytes: std::collections::BTreeMap<SitePath, (Vec<u8>, Version)>,
}

impl MemoryFiles {
    /// Puts a file in place, or another in its place.
    pub fn insert(&mut self, path: SitePath, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        let version = Version::of(&bytes);
        if self.bytes.insert(path.clone(), (bytes, version)).is_none() {
            let at = self.paths.partition_point(|known| *known < path);
            self.paths.insert(at, path);
        }
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &SitePath) {
        self.bytes.remove(path);
        self.paths.retain(|known| known != path);
    }
}

impl Files for MemoryFiles {
    fn paths(&self) -> &[SitePath] {
        &self.paths
    }

    fn load(&self, path: &SitePath) -> Result<Vec<u8>, String> {
        self.bytes.get(path).map(|(bytes, _)| bytes.clone()).ok_or_else(|| "it is not there".to_owned())
    }

    fn version(&self, path: &SitePath) -> Option<Version> {
        self.bytes.get(path).map(|(_, version)| *version)
    }

    fn refused(&self) -> &[read::Refused] {
        &[]
    }
}
