//! The second phase: the whole site at once, from drafts to a [`Site`].
//!
//! Every name becomes an id here, and every name that leads nowhere a problem. No file is opened and nothing is drawn.

mod addresses;
mod blocks;
mod citations;
mod glossary;
mod links;
mod lock;
mod messages;
mod names;
mod relations;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::bibliography::{self, Bibliography, CitationStyle, Entries};
use crate::model::citation::Citation;
use crate::model::config::Config;
use crate::model::date::Date;
use crate::model::draft::{Draft, Publication, Role, Soundness};
use crate::model::evidence::{DraftPassages, Source, Use, UseSite};
use crate::model::fact::{Event, Fact};
use crate::model::lock::Locked;
use crate::model::page::Page;
use crate::model::site::Site;
use crate::model::{EdgeId, FactId, LanguageId, PageId};
use crate::text::{KeyPath, Place, SitePath};
use citations::Sources;
use names::Names;

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
    pub config: Config,
    /// The pages, by path.
    pub pages: Vec<Arc<Draft>>,
    /// The sources, one for one with the entries.
    pub sources: Vec<Source>,
    /// The sources as Hayagriva read them.
    pub entries: Entries,
    /// The passages of sources.
    pub passages: Vec<DraftPassages>,
    /// The facts.
    pub facts: Vec<Fact<String>>,
    /// The events.
    pub events: Vec<Event<String, String>>,
    /// The addresses that were published.
    pub locked: Vec<Locked>,
    /// Files of `content/` that are copied as they are.
    pub assets: Vec<SitePath>,
    /// The keys of sources that could not be read. They are known all the same.
    pub broken_sources: Vec<String>,
    /// Whether the bibliography was read. If not, no source can be missing from it.
    pub sources_are_sound: bool,
    /// Whether the facts were read. If not, none can be missing from them.
    pub facts_are_sound: bool,
    /// Whether nothing is wrong with any file by itself. If not, what seems unused may only be hidden.
    pub is_clean: bool,
}

/// Choices of a build that change what a site means.
#[derive(Clone, Copy, Debug, Default)]
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
pub fn all(input: Input, paths: &DataPaths, choices: Choices) -> (Site, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let Input { config, mut pages, sources, entries, passages, facts, events, locked, assets, .. } = input;
    let Input { broken_sources, sources_are_sound, facts_are_sound, is_clean, .. } = input;
    let hidden = match choices.unpublished {
        Unpublished::Hidden => take_hidden(&mut pages),
        Unpublished::Shown => Vec::new(),
    };
    add_folder_pages(&mut pages, &config);
    let names = Names::new(&pages, hidden, &mut problems);
    let outputs = addresses::pages(&pages, &config);
    let assets = addresses::assets(assets);
    let aliases = addresses::aliases(&pages, &outputs, &mut problems);
    addresses::check(&pages, &outputs, &aliases, &assets, &sources, &config, paths, &mut problems);

    let mut sources = Sources::new(sources, broken_sources, sources_are_sound);
    sources.add_passages(passages, &paths.passages, &mut problems);
    sources.check_subject(&config, &paths.site, &mut problems);
    let (edges, incident) = relations::all(&pages, &names, &sources, &config, &mut problems);
    let facts = resolve_facts(facts, &sources, paths, &mut problems);
    let events = resolve_events(events, &pages, &names, &sources, paths, &mut problems);
    let groups = events.iter().filter_map(|event| event.from.as_deref()).collect();
    let fact_ids: std::collections::BTreeMap<&str, FactId> =
        facts.iter().enumerate().map(|(index, fact)| (fact.name.as_str(), FactId::new(index))).collect();

    let (linked_terms, term_uses) = glossary::all(&pages, &config, &mut problems);

    let mut resolved = Vec::with_capacity(pages.len());
    let mut fact_uses: Vec<Vec<PageId>> = vec![Vec::new(); facts.len()];
    let mut fact_places: Vec<Vec<Place>> = vec![Vec::new(); facts.len()];
    let link_context = links::Context::new(&pages, &names, &assets, paths);
    for (index, draft) in pages.iter().enumerate() {
        let id = PageId::new(index);
        let links = link_context.links(index, &draft.links, &mut problems);
        let images = link_context.images(index, &draft.images, &mut problems);
        let citations: Vec<Citation> = draft
            .citations
            .iter()
            .map(|one| {
                let place = |item: usize| Place::span(&draft.path, one.items.get(item).copied().unwrap_or(one.span));
                sources.citation(&one.citation, place, &mut problems)
            })
            .collect();
        let mut used = Vec::with_capacity(draft.facts.len());
        for fact in &draft.facts {
            match fact_ids.get(fact.value.as_str()) {
                Some(id) => {
                    used.push(*id);
                    fact_places[id.index()].push(Place::span(&draft.path, fact.span));
                }
                None if facts_are_sound => {
                    let near = crate::text::nearest::nearest(&fact.value, fact_ids.keys().copied());
                    problems.push(messages::unknown_fact(Place::span(&draft.path, fact.span), &fact.value, near));
                }
                None => {}
            }
        }
        for fact in &used {
            if fact_uses[fact.index()].last() != Some(&id) {
                fact_uses[fact.index()].push(id);
            }
        }
        let blocks = blocks::all(draft, &pages, &names, &config, &groups, &mut problems);
        resolved.push((links, images, citations, used, blocks));
    }
    drop(link_context);
    report_overdue(&facts, &fact_places, paths, choices.today, &mut problems);

    if is_clean && problems.iter().all(|problem| problem.severity != crate::diagnostic::Severity::Error) {
        report_unused(&facts, &fact_uses, paths, &mut problems);
    }
    let mut incident = incident.into_iter();
    let mut linked_terms = linked_terms.into_iter();
    let aliases = aliases.into_iter().map(|of_page| of_page.into_iter().map(|(alias, _)| alias).collect());
    let mut outputs = outputs.into_iter().zip(aliases);
    let translations: Vec<Vec<PageId>> = (0..pages.len()).map(|index| names.translations(index)).collect();
    let pages: Vec<Page> = pages
        .into_iter()
        .zip(resolved)
        .zip(translations)
        .map(|((draft, (links, images, citations, facts, blocks)), translations)| {
            let (outgoing, incoming) = incident.next().expect("every page has its edges");
            let (holes, terms) = linked_terms.next().expect("every page has its terms");
            let (output, aliases) = outputs.next().expect("every page has an address");
            let draft = Arc::try_unwrap(draft).unwrap_or_else(|shared| shared.lasting());
            let mut markup = draft.markup;
            markup.holes = holes;
            Page {
                path: draft.path,
                name: draft.name,
                language: draft.language,
                role: draft.role,
                kind: draft.kind,
                common: draft.common,
                fields: draft.fields,
                output,
                aliases,
                translations,
                outgoing,
                incoming,
                markup,
                links,
                images,
                citations,
                facts,
                blocks,
                terms,
            }
        })
        .collect();
    let sources = sources.into_inner();
    let has_errors = problems.iter().any(|problem| problem.severity == crate::diagnostic::Severity::Error);
    // To set every source and mark takes longer than the rest of a small site, and nothing is drawn of a broken one.
    let bibliography = if has_errors || !is_clean || sources.is_empty() {
        Bibliography::default()
    } else {
        let of_pages = pages.iter().flat_map(|page| &page.citations);
        let of_edges = edges.iter().filter_map(|edge| edge.citation.as_ref());
        let of_facts = facts.iter().filter_map(|fact| fact.source.as_ref());
        let of_events = events.iter().filter_map(|event| event.citation.as_ref());
        let citations = of_pages.chain(of_edges).chain(of_facts).chain(of_events);
        let tags: Vec<&str> = config.languages.iter().map(|language| language.tag.as_str()).collect();
        let style = CitationStyle::named(&config.evidence.style).expect("the site file names a known style");
        Bibliography::new(entries, &style, &tags, bibliography::items(citations))
    };
    let uses = uses(&pages, &edges, &facts, &events, &sources);
    if is_clean && !has_errors {
        let cited_by_events: std::collections::BTreeSet<_> = events
            .iter()
            .filter_map(|event| event.citation.as_ref())
            .flat_map(|citation| citation.items.iter().map(|item| item.source.index()))
            .collect();
        for (index, source) in sources.iter().enumerate() {
            if uses[index].is_empty() && !cited_by_events.contains(&index) {
                let place = Place::key(&paths.sources, KeyPath::default().key(&source.key));
                problems.push(messages::unused_source(place, &source.key));
            }
        }
    }
    let site = Site { config, pages, edges, sources, bibliography, uses, facts, fact_uses, events, term_uses, assets };
    // An address that seems to be gone may be that of a page that could not be read.
    if is_clean && !locked.is_empty() {
        lock::check(&site, &locked, names.hidden(), &paths.lock, &mut problems);
    }
    (site, problems)
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
            facts: Vec::new(),
            blocks: Vec::new(),
        }));
    }
    pages.sort_by(|one, other| one.path.cmp(&other.path));
}

fn resolve_facts(
    facts: Vec<Fact<String>>,
    sources: &Sources,
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Fact<crate::model::SourceId>> {
    facts
        .into_iter()
        .map(|fact| {
            let place = Place::value(&paths.facts, fact.keys.key("source"));
            let source = fact.source.map(|citation| sources.citation(&citation, |_| place.clone(), problems));
            let Fact { name, qualifier, value, unit, as_of, note, review_by, keys, source: _ } = fact;
            Fact { name, qualifier, value, unit, as_of, source, note, review_by, keys }
        })
        .collect()
}

fn resolve_events(
    events: Vec<Event<String, String>>,
    drafts: &[Arc<Draft>],
    names: &Names,
    sources: &Sources,
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Event<crate::model::SourceId, PageId>> {
    let mut resolved: Vec<_> = events
        .into_iter()
        .map(|event| {
            let cite_place = Place::value(&paths.events, event.keys.key("cite"));
            let citation = event.citation.map(|citation| sources.citation(&citation, |_| cite_place.clone(), problems));
            let mut pages = Vec::new();
            for (index, name) in event.pages.iter().enumerate() {
                match names.find(name) {
                    Some(page) => pages.push(page),
                    None => {
                        let place = Place::value(&paths.events, event.keys.key("pages").index(index));
                        problems.push(names.missing(place, name, drafts));
                    }
                }
            }
            let Event { start, end, label, text, from, keys, .. } = event;
            Event { start, end, label, text, from, citation, pages, keys }
        })
        .collect();
    resolved.sort_by_key(|event| (event.start, event.end));
    resolved
}

/// Warns of facts whose review is due, with every place that uses them.
fn report_overdue(
    facts: &[Fact<crate::model::SourceId>],
    fact_places: &[Vec<Place>],
    paths: &DataPaths,
    today: Option<Date>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(today) = today else { return };
    for (fact, places) in facts.iter().zip(fact_places) {
        if let Some(due) = fact.review_by.filter(|due| due.is_over(today)) {
            let place = Place::value(&paths.facts, fact.keys.key("review_by"));
            problems.push(messages::overdue_fact(place, &fact.name, due, places));
        }
    }
}

fn report_unused(
    facts: &[Fact<crate::model::SourceId>],
    fact_uses: &[Vec<PageId>],
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) {
    for (fact, uses) in facts.iter().zip(fact_uses) {
        if uses.is_empty() {
            problems.push(messages::unused_fact(Place::key(&paths.facts, fact.keys.clone()), &fact.name));
        }
    }
}

/// Where every source is cited, in the order of pages, then edges, then facts.
fn uses(
    pages: &[Page],
    edges: &[crate::model::page::Edge],
    facts: &[Fact<crate::model::SourceId>],
    events: &[Event<crate::model::SourceId, PageId>],
    sources: &[Source],
) -> Vec<Vec<Use>> {
    let mut uses: Vec<Vec<Use>> = vec![Vec::new(); sources.len()];
    let mut add = |site: UseSite, citation: &Citation| {
        for (number, item) in citation.items.iter().enumerate() {
            let source = &sources[item.source.index()];
            let passages =
                item.locator.as_ref().map(crate::model::citation::Locator::passage_names).unwrap_or_default();
            let known: Vec<usize> = passages.iter().filter_map(|name| source.passage(name)).collect();
            let item_number = u32::try_from(number).expect("a citation has few items");
            let one = |passage: Option<usize>| Use {
                site,
                item: item_number,
                passage: passage.map(|index| u32::try_from(index).expect("a source has few passages")),
            };
            if known.is_empty() {
                uses[item.source.index()].push(one(None));
            } else {
                uses[item.source.index()].extend(known.into_iter().map(|index| one(Some(index))));
            }
        }
    };
    for (index, page) in pages.iter().enumerate() {
        for (number, citation) in page.citations.iter().enumerate() {
            let number = u32::try_from(number).expect("a page has few citations");
            add(UseSite::Body(PageId::new(index), number), citation);
        }
    }
    for (index, edge) in edges.iter().enumerate() {
        if let Some(citation) = &edge.citation {
            add(UseSite::Edge(EdgeId::new(index)), citation);
        }
    }
    for (index, fact) in facts.iter().enumerate() {
        if let Some(citation) = &fact.source {
            add(UseSite::Fact(FactId::new(index)), citation);
        }
    }
    for (index, event) in events.iter().enumerate() {
        if let Some(citation) = &event.citation {
            add(UseSite::Event(u32::try_from(index).expect("a site has few events")), citation);
        }
    }
    uses
}
