//! A site that is compiled after every change is what it would be if it were compiled for the first time.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use crate::support;
use crate::support::chance::{Chance, changed};
use expound::compile::{Cache, Compiled, MemoryFiles, Options, compile, compile_with};
use expound::diagnostic::json;
use expound::model::site::Site;
use expound::read::Files;
use expound::text::SitePath;

const SEED: u64 = 1_861;
const STEPS: usize = 60;

/// The real site, without templates of its own.
fn real_site() -> MemoryFiles {
    let mut files = support::site_folder(&support::repository());
    let templates: Vec<SitePath> =
        files.paths().iter().filter(|path| path.below("templates").is_some()).cloned().collect();
    for path in templates {
        files.remove(&path);
    }
    files
}

/// All that a site says, but for marks that nothing cites any more.
fn told(compiled: &Compiled<'_>) -> String {
    let report = json::draw(&compiled.report(Vec::new()));
    if compiled.has_errors() {
        return report;
    }
    let Site { config, pages, edges, sources, bibliography, uses, facts, fact_uses, events, term_uses, assets } =
        compiled.site();
    let items = || pages.iter().flat_map(|page| &page.citations).flat_map(expound::model::citation::Citation::items);
    let marks: Vec<String> = config
        .language_ids()
        .flat_map(|language| items().map(move |item| bibliography.mark(item, language).concat()))
        .collect();
    format!(
        "{report}{config:?}{pages:?}{edges:?}{sources:?}{marks:?}{uses:?}{facts:?}{fact_uses:?}{events:?}{term_uses:?}{assets:?}"
    )
}

fn text(files: &MemoryFiles, path: &SitePath) -> String {
    String::from_utf8(files.load(path).expect("a file of the site")).expect("the site is all text")
}

/// One change as writers make them.
fn edit(text: &str, chance: &mut Chance) -> String {
    let passage = 1 + chance.below(17);
    match chance.below(9) {
        0 => format!("{text}\nOne more sentence. [@said-2011, ¶{passage}]\n"),
        1 => format!("{text}\nOne more, of several. [@said-2011, ¶{passage}; @said-2011, ¶1-2]\n"),
        2 => text.replacen("title: ", "title: Now ", 1),
        3 => format!("{text}\n## A new heading {passage}\n\n[See it](#a-new-heading-{passage}).\n"),
        4 => text.replacen("\n## ", "\n## Again ", 1),
        5 => text.replacen(" the ", " a ", 3),
        6 => format!("{text}\nSee [[family-ties]] and [[munasaha]], with a [[name-that-is-not]].\n"),
        7 => text.replacen("[@", "[-@", 1),
        _ => changed(text, chance),
    }
}

#[test]
fn what_is_compiled_again_is_what_is_compiled_anew() {
    let mut files = real_site();
    let mut cache = Cache::default();
    let mut chance = Chance(SEED);
    let options = Options::default();
    let mut whole: Option<Site> = None;
    let (mut kept, mut broken) = (0, 0);
    for step in 0..STEPS {
        let pages: Vec<SitePath> =
            files.paths().iter().filter(|path| path.as_str().ends_with(".md")).cloned().collect();
        let path = pages[chance.below(pages.len())].clone();
        let before = text(&files, &path);
        files.insert(path.clone(), edit(&before, &mut chance));
        let again = compile_with(&files, &options, Some(&mut cache));
        let anew = compile(&files, &options);
        let (one, other) = (told(&again), told(&anew));
        assert!(one == other, "step {step}, {path}");
        if again.has_errors() {
            broken += 1;
            files.insert(path, before);
            continue;
        }
        let site = again.site().clone();
        if let Some(whole) = whole.replace(site.clone()) {
            let same = whole.pages.iter().zip(&site.pages).filter(|(one, other)| Arc::ptr_eq(one, other)).count();
            kept += usize::from(same + 1 >= site.pages.len());
        }
    }
    assert!(broken > STEPS / 10, "{broken} steps had errors");
    assert!(kept > STEPS / 3, "{kept} of {} steps took all other pages over", STEPS - broken);
}

/// All files of a site, drawn.
fn drawn(compiled: &Compiled<'_>) -> BTreeMap<String, Vec<u8>> {
    let files = Mutex::new(BTreeMap::new());
    let report = compiled.render::<Infallible>(|route, rendered| {
        if let Some(bytes) = rendered.bytes(|_| None) {
            files.lock().expect("one at a time").insert(route.output.to_string(), bytes);
        }
        Ok(())
    });
    assert!(report.is_ok_and(|report| !report.has_errors()));
    files.into_inner().expect("all are drawn")
}

#[test]
fn what_pages_share_is_drawn_anew_when_it_changes() {
    let mut files = MemoryFiles::default();
    let mut cache = Cache::default();
    let path = |text: &str| SitePath::parse(text).expect("a path");
    let site =
        |title: &str| format!("title: {title}\nkinds: {{cause: {{folder: causes, title: Cause, plural: Causes}}}}\n");
    files.insert(path("content/index.md"), "---\ntitle: Why\n---\n\nSo.\n");
    files.insert(path("content/causes/air.md"), "---\ntitle: Air\n---\n\nIt pushes.\n");
    for (title, folder) in [("Tides", "Causes"), ("Waves", "Causes"), ("Waves", "Reasons"), ("Tides", "Causes")] {
        files.insert(path("content/site.yaml"), site(title));
        files.insert(path("content/causes/_index.md"), format!("---\ntitle: {folder}\n---\n"));
        let again = drawn(&compile_with(&files, &Options::default(), Some(&mut cache)));
        assert!(again == drawn(&compile(&files, &Options::default())), "{title}, {folder}");
        let page = String::from_utf8_lossy(&again["causes/air.html"]);
        assert!(page.contains(&format!(">{title}</a>")) && page.contains(&format!(">{folder}</a>")), "{page}");
    }
}
