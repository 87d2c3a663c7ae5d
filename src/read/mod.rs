//! The first phase: one file at a time, from texts to drafts.
//!
//! It knows YAML and Markdown and nothing of other files, but for the site file, which says what pages may hold.

mod anchors;
mod blocks;
mod citation;
mod data;
mod footnotes;
mod front_matter;
mod holes;
mod keys;
mod locate;
mod lock_file;
mod markdown;
mod messages;
mod name;
mod raw;
mod references;
pub mod schema;
mod sentences;
mod site_file;
pub mod skeleton;
mod statements;
pub mod tables;
mod traps;
mod yaml;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

pub use locate::locate_all;

use crate::diagnostic::Diagnostic;
use crate::model::config::Config;
use crate::model::draft::{Common, Data, Draft, Soundness};
use crate::model::{BasisId, PAGES_AT_A_TIME};
use crate::text::{Place, SitePath, Span};
use keys::{Problems, Value};
use yaml::Yaml;

/// Larger texts are refused.
const LARGEST_TEXT: usize = 8_000_000;

/// Larger pages are refused: no page that people read comes near it, and some of what a page takes grows with its square.
const LARGEST_PAGE: usize = 1_000_000;

/// The files of a site, wherever they are.
pub trait Files: Sync {
    /// The paths of all files, sorted.
    fn paths(&self) -> &[SitePath];

    /// The bytes of a file, or why there are none, in plain words.
    fn load(&self, path: &SitePath) -> Result<Vec<u8>, String>;

    /// What is there and is not taken.
    fn refused(&self) -> &[Refused];

    /// What a file's bytes are, where that is known without loading them.
    fn version(&self, path: &SitePath) -> Option<Version> {
        let _ = path;
        None
    }
}

/// What a file holds, as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(blake3::Hash);

impl Version {
    /// The version of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes))
    }
}

/// What was read before. A file that has the same version is not read again.
#[derive(Debug, Default)]
pub struct Cache {
    data: Option<CachedData>,
    /// What the pages were read with.
    config: Config,
    config_is_sound: bool,
    pages: HashMap<SitePath, Cached>,
}

/// The data files as they were read together.
#[derive(Clone, Debug)]
struct CachedData {
    versions: [Option<Version>; DATA_FILES.len()],
    config: Config,
    config_is_sound: bool,
    data: Arc<Data>,
    problems: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Cached {
    version: Version,
    draft: Arc<Draft>,
    problems: Vec<Diagnostic>,
}

impl Cache {
    /// Forgets what was read with another site file, which may mean something else by it.
    fn suit(&mut self, config: &Config, config_is_sound: bool) {
        if self.config != *config || self.config_is_sound != config_is_sound {
            self.config = config.clone();
            self.config_is_sound = config_is_sound;
            self.pages.clear();
        }
    }

    /// Takes in what was read, and forgets what is no longer there.
    fn renew(&mut self, files: &dyn Files, read: &[(Arc<Draft>, Vec<Diagnostic>)]) {
        for (draft, problems) in read {
            let is_known = self.pages.get(&draft.path).is_some_and(|cached| Arc::ptr_eq(&cached.draft, draft));
            if let Some(version) = files.version(&draft.path).filter(|_| !is_known) {
                let cached = Cached { version, draft: Arc::clone(draft), problems: problems.clone() };
                self.pages.insert(draft.path.clone(), cached);
            }
        }
        if self.pages.len() != read.len() {
            let is_there = |path: &SitePath| read.binary_search_by(|(draft, _)| draft.path.cmp(path)).is_ok();
            self.pages.retain(|path, _| is_there(path));
        }
    }

    fn get(&self, path: &SitePath, version: Option<Version>) -> Option<(Arc<Draft>, Vec<Diagnostic>)> {
        let cached = self.pages.get(path).filter(|cached| Some(cached.version) == version)?;
        Some((Arc::clone(&cached.draft), cached.problems.clone()))
    }
}

/// A file or folder that is not taken into a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its path, as nearly as it can be written.
    pub path: SitePath,
    /// Why it is not taken.
    pub why: Refusal,
}

/// Why a file or folder is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its name is not UTF-8.
    NameNotUtf8,
    /// It is a link that leads out of the site's folder.
    LeavesSite,
    /// It is a link to a folder that it is in.
    Loop,
    /// The system does not give it, and says this.
    Unreadable(String),
}

/// A text of a file that is neither a page nor one of the data files.
#[derive(Debug)]
pub struct TemplateText {
    /// Its path below `templates/`.
    pub name: String,
    /// The file.
    pub path: SitePath,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A site as it is written.
#[derive(Debug, Default)]
pub struct Drafts {
    /// What `site.yaml` declares.
    pub config: Config,
    /// Whether all of `site.yaml` was read. If not, nothing that hangs on it can be judged.
    pub config_is_sound: bool,
    /// The pages, by path.
    pub pages: Vec<Arc<Draft>>,
    /// The other data files.
    pub data: Arc<Data>,
    /// Files of `content/` that are copied as they are.
    pub assets: Vec<SitePath>,
}

/// The path of the site file.
pub const SITE_FILE: &str = "content/site.yaml";
/// The path of the bibliography.
pub const SOURCES_FILE: &str = "content/sources.yaml";
/// The path of the passages.
pub const PASSAGES_FILE: &str = "content/passages.yaml";
/// The path of the facts.
pub const FACTS_FILE: &str = "content/facts.yaml";
/// The path of the events.
pub const EVENTS_FILE: &str = "content/events.yaml";
/// The path of the addresses that were published.
pub const LOCK_FILE: &str = "content/urls.lock";

/// The files that are neither pages nor copied as they are.
const DATA_FILES: [&str; 6] = [SITE_FILE, SOURCES_FILE, PASSAGES_FILE, FACTS_FILE, EVENTS_FILE, LOCK_FILE];

/// A data file or page that was read: its text, if it has one, and its YAML, if that parses.
struct Loaded {
    text: Option<String>,
    yaml: Option<Yaml>,
}

/// Reads every file of the site's `content` folder.
pub fn all(files: &dyn Files) -> (Drafts, Vec<Diagnostic>) {
    all_with(files, None)
}

/// The same, but for pages that were read before.
pub fn all_with(files: &dyn Files, mut cache: Option<&mut Cache>) -> (Drafts, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let paths: Vec<&SitePath> = files.paths().iter().filter(|path| path.below("content").is_some()).collect();
    for refused in files.refused() {
        problems.push(messages::refused(refused));
    }
    let has = |wanted: &str| paths.iter().any(|path| path.as_str() == wanted);

    if !has(SITE_FILE) {
        problems.push(messages::no_site_file(&path_of(SITE_FILE)));
        return (Drafts::default(), problems.into_inner());
    }
    let versions = DATA_FILES.map(|wanted| if has(wanted) { files.version(&path_of(wanted)) } else { None });
    let are_known = DATA_FILES.iter().zip(&versions).all(|(wanted, version)| version.is_some() || !has(wanted));
    let known = cache.as_ref().and_then(|cache| cache.data.as_ref());
    let known = known.filter(|known| are_known && known.versions == versions).cloned();
    let (config, own_is_sound, of_site_file) = match &known {
        Some(known) => (known.config.clone(), known.config_is_sound, Vec::new()),
        None => site_file_of(files),
    };
    // What a file that is not taken would declare is not known either.
    let config_is_sound = own_is_sound && files.refused().is_empty();

    let (page_paths, other_paths): (Vec<&SitePath>, Vec<&SitePath>) =
        paths.iter().filter(|path| !is_aside(path)).partition(|path| path.as_str().ends_with(".md"));
    if let Some(cache) = cache.as_deref_mut() {
        cache.suit(&config, config_is_sound);
    }
    let kept = cache.as_deref();
    let (data_files, read) = rayon::join(
        || {
            known.unwrap_or_else(|| {
                let (data, beside) = data_of(files, &has, &config);
                let problems = of_site_file.into_iter().chain(beside).collect();
                CachedData {
                    versions,
                    config: config.clone(),
                    config_is_sound: own_is_sound,
                    data: Arc::new(data),
                    problems,
                }
            })
        },
        || -> Vec<(Arc<Draft>, Vec<Diagnostic>)> {
            let read = page_paths.par_iter().with_max_len(PAGES_AT_A_TIME).map(|path| {
                if let Some(found) = kept.and_then(|cache| cache.get(path, files.version(path))) {
                    return found;
                }
                let (draft, problems) = one(files, path, &config, config_is_sound);
                (Arc::new(draft), problems)
            });
            read.collect()
        },
    );
    problems.extend(data_files.problems.clone());
    let data = Arc::clone(&data_files.data);
    if let Some(cache) = cache {
        cache.renew(files, &read);
        cache.data = are_known.then_some(data_files);
    }
    let mut diagnostics = std::mem::take(&mut problems).into_inner();
    let mut pages = Vec::with_capacity(read.len());
    for (draft, found) in read {
        diagnostics.extend(found);
        pages.push(draft);
    }
    let is_data = |path: &SitePath| DATA_FILES.contains(&path.as_str());
    let assets = other_paths.into_iter().filter(|path| !is_data(path)).cloned().collect();
    (Drafts { config, config_is_sound, pages, data, assets }, diagnostics)
}

/// The path of a data file.
fn path_of(data_file: &str) -> SitePath {
    SitePath::parse(data_file).expect("a path")
}

/// Reads the site file, and says whether all of it was read.
fn site_file_of(files: &dyn Files) -> (Config, bool, Vec<Diagnostic>) {
    let problems = Problems::default();
    let path = path_of(SITE_FILE);
    let yaml = load_yaml(files, &path, &problems).yaml;
    let is_sound = yaml.is_some();
    let config = site_file::read(&path, &yaml.unwrap_or(Yaml::Map(vec![title_stub()])), &problems);
    let is_sound = is_sound && problems.is_empty();
    (config, is_sound, problems.into_inner())
}

/// Reads what stands beside the site file.
fn data_of(files: &dyn Files, has: &dyn Fn(&str) -> bool, config: &Config) -> (Data, Vec<Diagnostic>) {
    let problems = Problems::default();
    let load_data = |wanted: &str| {
        let path = path_of(wanted);
        match has(wanted) {
            true => (load_yaml(files, &path, &problems), path),
            false => (Loaded { text: Some(String::new()), yaml: Some(Yaml::Map(Vec::new())) }, path),
        }
    };
    let (loaded, path) = load_data(SOURCES_FILE);
    let sources_are_sound = loaded.yaml.is_some();
    let data::Sources { read: sources, entries, broken: broken_sources } = match &loaded {
        Loaded { text: Some(text), yaml: Some(yaml) } => data::sources(&path, text, yaml, config, &problems),
        _ => data::Sources::default(),
    };
    let (loaded, path) = load_data(PASSAGES_FILE);
    let passages = loaded.yaml.map(|yaml| data::passages(&path, &yaml, config, &problems)).unwrap_or_default();
    let (loaded, path) = load_data(FACTS_FILE);
    let facts_are_sound = loaded.yaml.is_some();
    let facts = loaded.yaml.map(|yaml| data::facts(&path, &yaml, config, &problems)).unwrap_or_default();
    let (loaded, path) = load_data(EVENTS_FILE);
    let events = loaded.yaml.map(|yaml| data::events(&path, &yaml, config, &problems)).unwrap_or_default();
    let lock_path = path_of(LOCK_FILE);
    let lock = if has(LOCK_FILE) { load(files, &lock_path, &problems) } else { None };
    let locked = lock.map(|text| lock_file::read(&lock_path, &text, &problems)).unwrap_or_default();
    let entries = Arc::new(entries);
    let data =
        Data { sources, entries, passages, facts, events, locked, broken_sources, sources_are_sound, facts_are_sound };
    (data, problems.into_inner())
}

/// Reads one page by itself, with what the site file declares.
pub fn one(files: &dyn Files, path: &SitePath, config: &Config, config_is_sound: bool) -> (Draft, Vec<Diagnostic>) {
    let problems = Problems::default();
    let draft = page(files, path, config, config_is_sound, &problems);
    (draft, problems.into_inner())
}

/// Reads the files of the site's own `templates` folder, as they are.
pub fn templates(files: &dyn Files) -> (Vec<TemplateText>, Vec<Diagnostic>) {
    let mut texts = Vec::new();
    let mut diagnostics = Vec::new();
    for path in files.paths() {
        let Some(name) = path.below("templates") else { continue };
        match files.load(path) {
            Ok(bytes) => texts.push(TemplateText { name: name.to_owned(), path: path.clone(), bytes }),
            Err(cause) => diagnostics.push(messages::cannot_load(path, &cause)),
        }
    }
    (texts, diagnostics)
}

/// Notes to editors, which are no pages: `README.md`.
fn is_aside(path: &SitePath) -> bool {
    path.file_name() == "README.md"
}

/// What stands in for a site file that does not parse, so that a missing title is no second problem.
fn title_stub() -> (String, Yaml) {
    ("title".to_owned(), Yaml::Text("?".to_owned()))
}

/// A basis by its key.
fn basis(value: &Value<'_>, config: &Config) -> Option<BasisId> {
    let keys = config.evidence.bases.iter().map(|basis| basis.key.as_str());
    value.choice(keys).map(BasisId::new)
}

fn load(files: &dyn Files, path: &SitePath, problems: &Problems) -> Option<String> {
    let bytes = match files.load(path) {
        Ok(bytes) => bytes,
        Err(cause) => {
            problems.push(messages::cannot_load(path, &cause));
            return None;
        }
    };
    let most = if path.as_str().ends_with(".md") { LARGEST_PAGE } else { LARGEST_TEXT };
    if bytes.len() > most {
        problems.push(messages::text_too_large(path, most));
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = String::from_utf8_lossy(&error.as_bytes()[..valid]).matches('\n').count() + 1;
            problems.push(messages::not_utf8(path, line));
            None
        }
    }
}

fn load_yaml(files: &dyn Files, path: &SitePath, problems: &Problems) -> Loaded {
    let Some(text) = load(files, path, problems) else { return Loaded { text: None, yaml: None } };
    match parse_yaml(path, &text, 0..text.len()) {
        Ok(yaml) => Loaded { text: Some(text), yaml: Some(yaml) },
        Err(found) => {
            problems.extend(found);
            Loaded { text: Some(text), yaml: None }
        }
    }
}

/// Parses a stretch of a text as YAML. What is wrong with it is told at its own place.
fn parse_yaml(path: &SitePath, text: &str, range: std::ops::Range<usize>) -> Result<Yaml, Vec<Diagnostic>> {
    let part = &text[range.clone()];
    let without_mark = part.trim_start_matches('\u{feff}');
    let start = range.start + (part.len() - without_mark.len());
    yaml::parse(without_mark).map_err(|error| {
        let place = |span: Span| Place::span(path, span.moved(start));
        if let Some(key) = &error.duplicate_key {
            let duplicates = locate::duplicate_keys(without_mark);
            if duplicates.is_empty() {
                return vec![messages::duplicate_key(place(error.span), key, None)];
            }
            let told = |(key, first, second): &(String, Span, Span)| {
                messages::duplicate_key(place(*second), key, Some(place(*first)))
            };
            return duplicates.iter().map(told).collect();
        }
        let (range, trap) = traps::find(without_mark, error.span.start as usize, &error.message);
        vec![messages::yaml_syntax(place(Span::new(range)), &trap)]
    })
}

/// Reads one page. A page that is broken still owns its name and its place.
fn page(files: &dyn Files, path: &SitePath, config: &Config, config_is_sound: bool, problems: &Problems) -> Draft {
    let identity = name::identity(path, config, problems);
    let mut draft = Draft {
        path: path.clone(),
        common: Common { title: identity.name.clone(), ..Common::default() },
        name: identity.name,
        language: identity.language,
        role: identity.role,
        kind: identity.kind,
        soundness: Soundness::Damaged,
        fields: Vec::new(),
        edges: Vec::new(),
        markup: crate::model::body::Markup::default(),
        links: Vec::new(),
        images: Vec::new(),
        citations: Vec::new(),
        cited_at: Vec::new(),
        keys: Vec::new(),
        facts: Vec::new(),
        blocks: Vec::new(),
    };
    let Some(text) = load(files, path, problems) else { return draft };
    let parts = match front_matter::split(path, &text) {
        Ok(parts) => parts,
        Err(problem) => {
            problems.push(problem);
            return draft;
        }
    };
    let rules = markdown::Rules {
        evidence: config.requires_evidence(draft.kind).then_some(config.evidence.unit),
        html: config.html,
    };
    let parsed = markdown::parse(path, &text, parts.body, rules, problems);
    draft.markup = parsed.markup;
    draft.links = parsed.links;
    draft.images = parsed.images;
    draft.citations = parsed.citations;
    draft.cited_at = parsed.cited_at;
    draft.keys = parsed.keys;
    draft.facts = parsed.facts;
    draft.blocks = parsed.blocks;

    let yaml = match parse_yaml(path, &text, parts.yaml) {
        Ok(yaml) => yaml,
        Err(found) => {
            match parts.prose {
                Some(prose) => problems.push(front_matter::closed_too_late(path, &text, prose)),
                None => problems.extend(found),
            }
            return draft;
        }
    };
    let kind = draft.kind.map(|kind| config.kind(kind));
    let is_term = kind.is_some_and(|kind| kind.is_glossary);
    let page_tables: &[tables::Table] = if is_term { &[tables::PAGE, tables::TERM] } else { &[tables::PAGE] };
    let Some(mut keys) = Value::top(path, &yaml, problems).keys(page_tables) else { return draft };
    let is_translation = draft.language != crate::model::LanguageId::DEFAULT;
    let mut common = front_matter::common(&mut keys, is_term);
    if common.title.is_empty() {
        common.title.clone_from(&draft.name);
    }
    draft.common = common;
    if let Some(kind) = kind {
        draft.fields = front_matter::fields(&mut keys, kind, is_translation);
        draft.edges = front_matter::edges(&mut keys, kind, config);
    }
    // Without the whole site file, a key of a kind cannot be told from a mistake.
    if config_is_sound {
        keys.finish();
    }
    draft.soundness = Soundness::Sound;
    draft
}
