//! `expound build`

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::arguments::{BuildArguments, ObjectFormat, SiteArguments};
use super::interrupt::Watch;
use super::{Error, Outcome, caches, print, site, tell, warn};
use crate::compile::{Compiled, compile};
use crate::diagnostic::{Report, Severity};
use crate::disk::{self, Changes, Force, Publisher, Seal, Seals};
use crate::emit::Rendered;
use crate::emit::search::FOLDER;
use crate::model::config::Search;
use crate::model::draft::Role;
use crate::model::output_path::OutputPath;
use crate::model::site::Site;
use crate::search;

/// What is left out while nobody knows the address of the site.
const NO_ADDRESS: &str = "the address of the site is not known, so there are no canonical links, sitemap.xml, feed.xml \
                          and robots.txt; give it with `-u URL`, or as `base_url` in `content/site.yaml`";

/// What readers find who come by the address of the site.
const NO_HOME: &str = "the site has no home page, so its address leads nowhere; write one in `content/index.md`";

/// What a build leaves out of a site without being wrong.
fn notes(site: &Site) -> Vec<&'static str> {
    let has_home = site.pages.iter().any(|page| page.role == Role::Home);
    let notes = [(site.config.base_url.is_some(), NO_ADDRESS), (has_home, NO_HOME)];
    notes.into_iter().filter(|(is_there, _)| !is_there).map(|(_, note)| note).collect()
}

/// Builds the site, unless it has errors; then what was built before stays as it is.
pub(super) fn run(arguments: &SiteArguments, build: &BuildArguments) -> Result<Outcome, Error> {
    let start = Instant::now();
    let folder = site::open(arguments)?;
    let mut options = site::options(arguments, build.base_url.as_ref())?;
    if build.no_search {
        options.search = Search::Titles;
    }
    let output = build.output.clone().unwrap_or_else(|| arguments.root.join("public"));
    let force = if build.force { Force::Yes } else { Force::No };
    let seals = caches::file("builds.json").map(Seals::at);
    let sources = disk::sources(&folder, &format!("{options:?}"));
    if let (Some(seals), Some(sources), Force::No) = (&seals, &sources, force)
        && let Some(seal) = seals.of(&output, sources)
        && let Some(kept) = Publisher::begin(&output, folder.root(), force)?.intact(&seal.manifest)
    {
        tell_unchanged(build, &output, kept, &seal, start.elapsed());
        return Ok(Outcome::Clean);
    }
    let compiled = compile(&folder, &options);
    let stop = |report: &Report| {
        let outcome = tell(report);
        warn("nothing was built\n");
        if build.format == ObjectFormat::Json {
            print(&Told::new(Some(report), None, &[]).json());
        }
        outcome
    };
    if compiled.has_errors() {
        return Ok(stop(&compiled.report(Vec::new())));
    }
    let publisher = Publisher::begin(&output, folder.root(), force)?;
    let interrupt = Watch::begin();
    let report = compiled.render(|route, rendered| match rendered {
        _ if interrupt.is_asked() => Err(Error::Interrupted),
        Rendered::Bytes(bytes) => Ok(publisher.write(&route.output, &bytes)?),
        Rendered::Pieces(pieces) => Ok(publisher.write_pieces(&route.output, pieces)?),
        Rendered::Copy(path) => Ok(publisher.copy(&route.output, &folder.file(&path))?),
    })?;
    if report.has_errors() {
        return Ok(stop(&report));
    }
    let outcome = tell(&report);
    let searched = match options.search {
        Search::Words => Some(index(&compiled, &publisher)?),
        Search::Titles => None,
    };
    let (changes, manifest) = publisher.finish_sealed()?;
    let taken = start.elapsed().saturating_sub(searched.as_ref().map_or(Duration::ZERO, |searched| searched.taken));
    let notes = notes(compiled.site());
    // What warns must warn again.
    if let (Some(seals), Some(sources), true) = (seals, sources, report.problems().is_empty()) {
        seals.keep(&output, sources, manifest, &notes);
    }
    match build.format {
        ObjectFormat::Json => print(&Told::new(Some(&report), Some(&changes), &notes).json()),
        ObjectFormat::Human => {
            warn(&format!(
                "built {} in {} ms: {} added, {} changed, {} removed, {} kept\n",
                output.display(),
                taken.as_millis(),
                changes.added.len(),
                changes.changed.len(),
                changes.removed.len(),
                changes.kept,
            ));
            if let Some(Searched { taken, record_count, is_kept }) = searched {
                let did = if is_kept { "nothing to index, " } else { "" };
                warn(&format!("search in {} ms: {did}{record_count} pages\n", taken.as_millis()));
            }
            for note in notes {
                warn(&format!("note: {note}\n"));
            }
        }
    }
    // The process ends now, and all memory with it: to free it piece by piece would take longer.
    std::mem::forget(compiled);
    Ok(outcome)
}

/// Tells of a build that is as it was, from which nothing has changed since.
fn tell_unchanged(build: &BuildArguments, output: &Path, kept: usize, seal: &Seal, taken: Duration) {
    let notes: Vec<&str> = seal.notes.iter().map(String::as_str).collect();
    let changes = Changes { kept, ..Changes::default() };
    match build.format {
        ObjectFormat::Json => print(&Told::new(None, Some(&changes), &notes).json()),
        ObjectFormat::Human => {
            let (output, taken) = (output.display(), taken.as_millis());
            warn(&format!("built {output} in {taken} ms: 0 added, 0 changed, 0 removed, {kept} kept, none drawn\n"));
            for note in notes {
                warn(&format!("note: {note}\n"));
            }
        }
    }
}

/// What a build tells scripts. `docs/schemas/build.schema.json` promises it.
#[derive(Serialize)]
struct Told<'run> {
    built: bool,
    errors: usize,
    warnings: usize,
    added: Vec<&'run str>,
    changed: Vec<&'run str>,
    removed: Vec<&'run str>,
    kept: usize,
    notes: &'run [&'run str],
}

impl<'run> Told<'run> {
    fn new(report: Option<&Report>, changes: Option<&'run Changes>, notes: &'run [&'run str]) -> Self {
        let paths = |of: fn(&'run Changes) -> &'run [OutputPath]| {
            changes.map(of).unwrap_or_default().iter().map(OutputPath::as_str).collect()
        };
        Self {
            built: changes.is_some(),
            errors: report.map_or(0, |report| report.count(Severity::Error)),
            warnings: report.map_or(0, |report| report.count(Severity::Warning)),
            added: paths(|changes| &changes.added),
            changed: paths(|changes| &changes.changed),
            removed: paths(|changes| &changes.removed),
            kept: changes.map_or(0, |changes| changes.kept),
            notes,
        }
    }

    fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers serialise");
        text.push('\n');
        text
    }
}

/// What was done for the search index.
struct Searched {
    taken: Duration,
    record_count: usize,
    is_kept: bool,
}

/// Publishes the search index: the one that was there before, as long as nothing that it is made from has changed.
fn index(compiled: &Compiled<'_>, publisher: &Publisher) -> Result<Searched, Error> {
    let start = Instant::now();
    let records = compiled.emitter().records();
    let key = search::key(&records);
    let is_kept = publisher.keep_folder(FOLDER, &search::key_path(), key.as_bytes())?;
    if !is_kept {
        for (path, bytes) in search::index(&records)? {
            publisher.write(&path, &bytes)?;
        }
    }
    Ok(Searched { taken: start.elapsed(), record_count: records.len(), is_kept })
}
