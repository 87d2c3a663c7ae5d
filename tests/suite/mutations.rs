//! The real site with pieces of its files deleted, doubled, swapped and misspelt: whatever comes of it, there is a
//! report, and every problem in it stands inside a file that is there.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::support;
use crate::support::chance::{Chance, changed};
use crate::support::oracle;
use expound::compile::{Cache, MemoryFiles, Options, compile_with};
use expound::diagnostic::{Report, human, json};
use expound::read::{Files, Refused, Version};
use expound::text::SitePath;

const SEED: u64 = 20_111_215;
const RUNS: u64 = 1000;

/// The real site, and what tells of each of its files whether it was read before.
struct Original {
    files: MemoryFiles,
    versions: BTreeMap<SitePath, Version>,
    /// All paths but that of the broken page.
    paths: Vec<SitePath>,
}

/// A page that cannot be read. Of a site that has it every name is checked, but no source is set and no page drawn, which
/// takes ten times as long.
const BROKEN: (&str, &str) = ("content/broken.md", "This page has no front matter.\n");

impl Original {
    fn load() -> Self {
        let mut files = support::site_folder(&support::repository());
        // The templates are those of the theme.
        let templates: Vec<SitePath> =
            files.paths().iter().filter(|path| path.below("templates").is_some()).cloned().collect();
        for path in templates {
            files.remove(&path);
        }
        let paths = files.paths().to_vec();
        files.insert(SitePath::parse(BROKEN.0).expect("a path"), BROKEN.1);
        let version = |path: &SitePath| Version::of(&files.load(path).expect("a file of the site"));
        let versions = files.paths().iter().map(|path| (path.clone(), version(path))).collect();
        Self { files, versions, paths }
    }
}

/// The real site with one to three changes.
fn mutant(original: &Original, number: u64) -> (Mutant<'_>, String) {
    let mut chance = Chance(SEED ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let texts: Vec<&SitePath> = original.paths.iter().collect();
    let mut changes: Vec<(SitePath, Vec<u8>)> = Vec::new();
    for _ in 0..=chance.below(3) {
        let path = texts[chance.below(texts.len())];
        let before = changes.iter().position(|(known, _)| known == path).map(|index| changes.remove(index).1);
        let bytes = before.unwrap_or_else(|| original.files.load(path).expect("a file of the site"));
        let text = String::from_utf8(bytes).expect("the site is all text");
        changes.push((path.clone(), changed(&text, &mut chance).into_bytes()));
    }
    let names = changes.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>().join(", ");
    (Mutant { original, changes, is_whole: number.is_multiple_of(40) }, format!("run {number}, {names}"))
}

/// A site with other bytes in some of its files.
struct Mutant<'site> {
    original: &'site Original,
    changes: Vec<(SitePath, Vec<u8>)>,
    /// Whether the broken page is not in it.
    is_whole: bool,
}

impl Mutant<'_> {
    fn change(&self, path: &SitePath) -> Option<&[u8]> {
        self.changes.iter().find(|(changed, _)| changed == path).map(|(_, bytes)| bytes.as_slice())
    }
}

impl Files for Mutant<'_> {
    fn paths(&self) -> &[SitePath] {
        if self.is_whole { &self.original.paths } else { self.original.files.paths() }
    }

    fn load(&self, path: &SitePath) -> Result<Vec<u8>, String> {
        match self.change(path) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => self.original.files.load(path),
        }
    }

    fn refused(&self) -> &[Refused] {
        &[]
    }

    fn version(&self, path: &SitePath) -> Option<Version> {
        self.change(path).map(Version::of).or_else(|| self.original.versions.get(path).copied())
    }
}

/// What `check` says of the site; when it draws every page as well, what it says after that.
fn report(files: &Mutant<'_>, draws: bool, cache: &mut Cache) -> Report {
    let compiled = compile_with(files, &Options::default(), Some(cache));
    match draws {
        true => {
            let Ok(report) = compiled.render::<Infallible>(|_, _| Ok(()));
            report
        }
        false => compiled.report(Vec::new()),
    }
}

/// Judges one mutant. Gives whether it has a problem.
fn judge(original: &Original, number: u64, cache: &mut Cache) -> bool {
    let (files, _) = mutant(original, number);
    let draws = number.is_multiple_of(200);
    let first = report(&files, draws, cache);
    oracle::check_places(&first, &files);
    if number.is_multiple_of(100) {
        oracle::check_report(&first, &files);
        let second = report(&files, draws, &mut Cache::default());
        assert_eq!(json::draw(&first), json::draw(&second));
        assert_eq!(human::draw(&first, human::Colour::Off), human::draw(&second, human::Colour::Off));
    }
    first.problems().iter().any(|problem| problem.diagnostic.place.path.as_str() != BROKEN.0)
}

#[test]
fn whatever_is_done_to_the_real_site_there_is_a_report() {
    let original = Arc::new(Original::load());
    let next = Arc::new(AtomicU64::new(0));
    let (done, each) = mpsc::channel();
    let threads = thread::available_parallelism().map_or(2, usize::from);
    for _ in 0..threads {
        let (original, next, done) = (Arc::clone(&original), Arc::clone(&next), done.clone());
        thread::spawn(move || {
            let mut cache = Cache::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= RUNS {
                    break;
                }
                done.send((number, judge(&original, number, &mut cache))).expect("the test waits");
            }
        });
    }
    drop(done);
    // One that loops is among those that have begun and are not done. A machine may be busy with much else.
    let mut judged = BTreeMap::new();
    let outcome = loop {
        match each.recv_timeout(Duration::from_secs(300)) {
            Ok((number, has_problem)) => drop(judged.insert(number, has_problem)),
            Err(outcome) => break outcome,
        }
    };
    let missing = (0..next.load(Ordering::Relaxed).min(RUNS)).filter(|number| !judged.contains_key(number));
    let missing: Vec<String> = missing.map(|number| mutant(&original, number).1).collect();
    assert!(missing.is_empty(), "{outcome}: these have no report: {missing:#?}");
    assert_eq!(judged.len() as u64, RUNS);
    // Many pieces are prose, in which a change is no mistake. Of the others every one matters.
    let reported = judged.values().filter(|has_problem| **has_problem).count();
    assert!(reported > 400, "only {reported} of {RUNS} mutants have a problem");
}
