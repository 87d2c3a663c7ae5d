//! The second phase: the whole site at once, from drafts to a [`Site`].
//!
//! Every name becomes an id here, and every name that leads nowhere a problem. No file is opened and nothing is drawn.

mod addresses;
mod again;
mod blocks;
mod body;
mod citations;
mod facts;
mod glossary;
mod links;
mod lock;
mod messages;
mod names;
mod relations;
mod uses;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

pub use self::again::Cache;
use self::again::Kept;
use self::body::{Body, Frame};
use self::citations::Sources;
use self::glossary::Glossaries;
use self::links::Paths;
use self::names::{Hidden, Names};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::bibliography::{Bibliography, CitationStyle};
use crate::model::body::HoleKind;
use crate::model::citation::Citation;
use crate::model::config::Config;
use crate::model::date::Date;
use crate::model::draft::{Data, Draft, Publication, Role, Soundness};
use crate::model::output_path::OutputPath;
use crate::model::page::Page;
use crate::model::site::Site;
use crate::model::{EdgeId, FactId, LanguageId, PAGES_AT_A_TIME, PageId};
use crate::text::{KeyPath, Place, SitePath};

/// Which pages a site is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unpublished {
    /// Pages with `draft: true` are left out.
    #[default]
    Hidden,
    /// They are taken in.
    Shown,
}

/// What `read` made, to be resolved.
#[derive(Debug, Default)]
pub struct Input {
    /// What `site.yaml` declares.
    pub config: Arc<Config>,
    /// The pages, by path.
    pub pages: Vec<Arc<Draft>>,
    /// The other data files.
    pub data: Arc<Data>,
    /// Files of `content/` that are copied as they are.
    pub assets: Vec<SitePath>,
    /// Whether nothing is wrong with any file by itself. If not, what seems unused may only be hidden.
    pub is_clean: bool,
}

/// Choices of a build that change what a site means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Which pages it is made of.
    pub unpublished: Unpublished,
    /// The day on which reviews are due, when it is known.
    pub today: Option<Date>,
}

/// The paths of the files that data come from, for places of problems.
pub struct DataPaths {
    /// The site file.
    pub site: SitePath,
    /// The bibliography.
    pub sources: SitePath,
    /// The passages.
    pub passages: SitePath,
    /// The facts.
    pub facts: SitePath,
    /// The events.
    pub events: SitePath,
    /// The addresses that were published.
    pub lock: SitePath,
}

/// Resolves a site. The site is whole only when no problem is an error.
///
/// With a cache of the same site as it was before, only what has changed is resolved. What comes of it is the same.
pub fn all(
    input: Input,
    paths: &DataPaths,
    choices: Choices,
    mut cache: Option<&mut Cache>,
) -> (Site, Vec<Diagnostic>) {
    let Input { config, mut pages, data, assets, is_clean } = input;
    let hidden = match choices.unpublished {
        Unpublished::Hidden => take_hidden(&mut pages),
        Unpublished::Shown => Vec::new(),
    };
    add_folder_pages(&mut pages, &config);
    let ground = Ground { config, data, assets, choices, hidden };
    if let Some(found) = cache.as_deref_mut().and_then(|cache| cache.again(&ground, &pages, paths, is_clean)) {
        return found;
    }

    let mut problems = Vec::new();
    let Ground { config, data, hidden, .. } = &ground;
    let mut of_aliases = Vec::new();
    let (names, (outputs, aliases)) = rayon::join(
        || Names::new(&pages, hidden, &mut problems),
        || {
            let outputs = addresses::pages(&pages, config);
            let aliases = addresses::aliases(&pages, &outputs, &mut of_aliases);
            (outputs, aliases)
        },
    );
    problems.append(&mut of_aliases);
    let assets = addresses::assets(&ground.assets);
    let mut sources = Sources::new(data.sources.clone(), data.broken_sources.clone(), data.sources_are_sound);
    sources.add_passages(&data.passages, &paths.passages, &mut problems);
    sources.check_subject(config, &paths.site, &mut problems);
    let mut of_addresses = Vec::new();
    let ((edges, incident), ()) = rayon::join(
        || relations::all(&pages, &names, &sources, config, &mut problems),
        || addresses::check(&pages, &outputs, &aliases, &assets, &data.sources, config, paths, &mut of_addresses),
    );
    problems.append(&mut of_addresses);
    let facts = facts::facts(&data.facts, &sources, paths, &mut problems);
    let events = facts::events(&data.events, &pages, &names, &sources, paths, &mut problems);
    let glossaries = Glossaries::new(&pages, config, &mut problems);
    let frame = Frame {
        places: Paths::new(&pages, &assets),
        facts: facts.iter().enumerate().map(|(index, fact)| (fact.name.clone(), FactId::new(index))).collect(),
        facts_are_sound: data.facts_are_sound,
        groups: events.iter().filter_map(|event| event.from.clone()).collect(),
        glossaries,
        sources,
        names,
    };
    let of_frame = problems.clone();

    let bodies: Vec<(Body, Vec<Diagnostic>)> = (0..pages.len())
        .into_par_iter()
        .with_max_len(PAGES_AT_A_TIME)
        .map(|index| frame.body(PageId::new(index), &pages, config, paths))
        .collect();
    let mut fact_uses: Vec<Vec<PageId>> = vec![Vec::new(); facts.len()];
    let mut term_uses: Vec<Vec<PageId>> = vec![Vec::new(); pages.len()];
    let mut of_bodies: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for (index, (body, found)) in bodies.iter().enumerate() {
        let id = PageId::new(index);
        for fact in &body.facts {
            let uses = &mut fact_uses[fact.index()];
            if uses.last() != Some(&id) {
                uses.push(id);
            }
        }
        for term in &body.terms {
            term_uses[term.index()].push(id);
        }
        if !found.is_empty() {
            problems.extend(found.iter().cloned());
            of_bodies.insert(index, found.clone());
        }
    }
    facts::report_overdue(&facts, &fact_uses, &pages, paths, choices.today, &mut problems);
    let is_sound = is_clean && !has_errors(&problems);
    if is_sound {
        facts::report_unused(&facts, &fact_uses, paths, &mut problems);
    }

    let drafts = cache.is_some().then(|| pages.clone());
    let aliases = aliases.into_iter().map(|of_page| of_page.into_iter().map(|(alias, _)| alias).collect::<Vec<_>>());
    let standings: Vec<Standing> = outputs
        .into_iter()
        .zip(aliases)
        .zip(incident)
        .enumerate()
        .map(|(index, ((output, aliases), (outgoing, incoming)))| {
            let translations = frame.names.translations(index);
            Standing { output, aliases, translations, outgoing, incoming }
        })
        .collect();
    let pages: Vec<Arc<Page>> = pages
        .into_par_iter()
        .zip(bodies)
        .zip(standings)
        .with_max_len(PAGES_AT_A_TIME)
        .map(|((draft, (body, _)), standing)| Arc::new(page(draft, body, standing)))
        .collect();

    let uses = uses::all(&pages, &edges, &facts, &events, frame.sources.all());
    let mut site = Site {
        config: Arc::clone(config),
        pages,
        edges: Arc::new(edges),
        sources: Arc::clone(frame.sources.all()),
        bibliography: Arc::default(),
        uses,
        facts: Arc::new(facts),
        fact_uses,
        events: Arc::new(events),
        term_uses,
        assets: Arc::new(assets),
    };
    // To set every source and mark takes longer than the rest of a small site, and nothing is drawn of a broken one.
    if is_sound && !site.sources.is_empty() {
        let kept = cache.as_deref().and_then(|cache| cache.bibliography(config, data));
        site.bibliography = bibliography(&site, data, kept);
    }
    if is_sound {
        report_unused_sources(&site, paths, &mut problems);
    }
    // An address that seems to be gone may be that of a page that could not be read.
    if is_clean && !data.locked.is_empty() {
        lock::check(&site, &data.locked, frame.names.hidden(), &paths.lock, &mut problems);
    }
    if let (Some(cache), Some(drafts)) = (cache, drafts)
        && is_clean
        && !has_errors(&problems)
    {
        cache.keep(Kept { ground, drafts, frame, of_frame, of_bodies, site: site.clone() });
    }
    (site, problems)
}

/// What a site has besides its pages.
struct Ground {
    config: Arc<Config>,
    data: Arc<Data>,
    assets: Vec<SitePath>,
    choices: Choices,
    /// The pages that are left out.
    hidden: Vec<Hidden>,
}

/// What a page has from its place among the others.
struct Standing {
    output: OutputPath,
    aliases: Vec<OutputPath>,
    translations: Vec<PageId>,
    outgoing: Vec<EdgeId>,
    incoming: Vec<EdgeId>,
}

fn page(draft: Arc<Draft>, body: Body, standing: Standing) -> Page {
    // What nobody shares is moved, so that of no page all is there twice.
    let mut draft = Arc::try_unwrap(draft).unwrap_or_else(|shared| shared.lasting());
    // They take the room of the drafts.
    let citations = std::mem::take(&mut draft.citations).into_iter();
    let citations: Vec<Citation> =
        citations.map(|citation| citation.renamed(|key| body.sources[key.index()])).collect();
    let mut markup = draft.markup;
    markup.holes = glossary::with_terms(&markup.holes, &body.term_places);
    let mut marks = vec![None; citations.len()];
    for (index, hole) in (0..).zip(&markup.holes) {
        if let HoleKind::Citation(number) = hole.kind {
            marks[number as usize] = Some(index);
        }
    }
    Page {
        path: draft.path,
        name: draft.name,
        language: draft.language,
        role: draft.role,
        kind: draft.kind,
        common: draft.common,
        fields: draft.fields,
        output: standing.output,
        aliases: standing.aliases,
        translations: standing.translations,
        outgoing: standing.outgoing,
        incoming: standing.incoming,
        markup,
        links: body.links,
        images: body.images,
        citations,
        marks,
        facts: body.facts,
        blocks: body.blocks,
        terms: body.terms,
    }
}

fn has_errors(problems: &[Diagnostic]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// The bibliography of a site: the one that was kept, where it has all marks or they can be added.
fn bibliography(site: &Site, data: &Data, kept: Option<&Bibliography>) -> Arc<Bibliography> {
    let of_pages = site.pages.iter().flat_map(|page| &page.citations);
    let of_edges = site.edges.iter().filter_map(|edge| edge.citation.as_ref());
    let of_facts = site.facts.iter().filter_map(|fact| fact.source.as_ref());
    let of_events = site.events.iter().filter_map(|event| event.citation.as_ref());
    let citations = of_pages.chain(of_edges).chain(of_facts).chain(of_events);
    let items = citations.flat_map(Citation::items);
    let tags = language_tags(&site.config);
    let wider = kept.and_then(|kept| kept.with(&tags, items.clone()));
    Arc::new(wider.unwrap_or_else(|| {
        let style = CitationStyle::named(&site.config.evidence.style).expect("the site file names a known style");
        Bibliography::new(Arc::clone(&data.entries), &style, &tags, &items)
    }))
}

/// The languages that marks are set in.
fn language_tags(config: &Config) -> Vec<&str> {
    config.languages.iter().map(|language| language.tag.as_str()).collect()
}

/// Warns of sources that nothing cites.
fn report_unused_sources(site: &Site, paths: &DataPaths, problems: &mut Vec<Diagnostic>) {
    for (source, uses) in site.sources.iter().zip(&site.uses) {
        if uses.is_empty() {
            let place = Place::key(&paths.sources, KeyPath::default().key(&source.key));
            problems.push(messages::unused_source(place, &source.key));
        }
    }
}

/// Takes out the pages that are drafts, in all their languages.
fn take_hidden(pages: &mut Vec<Arc<Draft>>) -> Vec<names::Hidden> {
    let key = |draft: &Arc<Draft>| (draft.path.folder().to_owned(), draft.name.clone());
    let is_draft = |draft: &Arc<Draft>| draft.common.publication == Publication::Draft;
    let originals: std::collections::BTreeSet<_> =
        pages.iter().filter(|draft| is_draft(draft) && draft.language == LanguageId::DEFAULT).map(key).collect();
    let is_hidden = |draft: &Arc<Draft>| is_draft(draft) || (!originals.is_empty() && originals.contains(&key(draft)));
    let hidden = pages.iter().filter(|draft| is_hidden(draft));
    let hidden = hidden.map(|draft| names::Hidden { name: draft.name.clone(), path: draft.path.clone() }).collect();
    pages.retain(|draft| !is_hidden(draft));
    hidden
}

/// Gives every kind that has pages a page for its folder, where the author has written none.
fn add_folder_pages(pages: &mut Vec<Arc<Draft>>, config: &Config) {
    for (index, kind) in config.kinds.iter().enumerate() {
        let id = crate::model::KindId::new(index);
        let is_used = pages.iter().any(|page| page.kind == Some(id));
        let has_folder_page = pages
            .iter()
            .any(|page| page.role == Role::Folder && page.name == kind.folder && page.language == LanguageId::DEFAULT);
        let Some(path) = SitePath::parse(&format!("content/{}/_index.md", kind.folder)) else { continue };
        if !is_used || has_folder_page {
            continue;
        }
        let common = crate::model::draft::Common {
            title: kind.plural.default.clone(),
            ..crate::model::draft::Common::default()
        };
        pages.push(Arc::new(Draft {
            path,
            name: kind.folder.clone(),
            language: LanguageId::DEFAULT,
            role: Role::Folder,
            kind: None,
            soundness: Soundness::Sound,
            common,
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
        }));
    }
    pages.sort_by(|one, other| one.path.cmp(&other.path));
}
