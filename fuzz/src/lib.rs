//! What the fuzz targets share: a small site, one way to build it, and what must hold of the result.

#[path = "../../tests/support/oracle.rs"]
mod oracle;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{LazyLock, Mutex, Once};

use expound::compile::{Cache, MemoryFiles, Options, compile_with};
use expound::diagnostic::{Diagnostic, Report, json};
use expound::model::config::{Config, HtmlPolicy};
use expound::model::date::Date;
use expound::model::draft::Draft;
use expound::read::{self, Files};
use expound::resolve::Choices;
use expound::text::SitePath;

/// The site file of the small site.
pub const SITE_FILE: &str = "\
title: {en: Why things fall, fr: Pourquoi}
languages: [en, fr]
evidence:
  subject: newton
  require: [topic]
  bases: {study: A study reports}
kinds:
  topic:
    folder: topics
    title: Topic
    plural: Topics
    fields:
      size: {type: choice, of: {small: Small, large: Large}}
      note: {type: text}
      names: {type: texts}
      weight: {type: number}
      seen: {type: date}
      known: {type: flag}
      home: {type: address}
    relations:
      depends_on: {to: topic, title: Depends on, inverse: Needed for}
      related_to: {to: [topic, term], symmetric: true}
  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}
";

/// The other files of the small site.
const FILES: &[(&str, &str)] = &[
    (
        read::SOURCES_FILE,
        "newton: {type: book, title: Principia, author: \"Newton, Isaac\", date: 1687, basis: study}\n\
         hooke: {type: web, title: Letters, url: \"https://example.org/\"}\n",
    ),
    (read::PASSAGES_FILE, "newton: {locator: ¶, passages: [{at: 1, gist: One., voice: study}, {at: 2, gist: Two.}]}\n"),
    (read::FACTS_FILE, "fall-rate: {value: 9.8, unit: metres, as_of: 2020, source: \"[@newton, ¶1]\"}\n"),
    (read::EVENTS_FILE, "- {date: 1687, text: Printed., cite: \"[@newton, ¶2]\", pages: [mass]}\n"),
    ("content/index.md", "---\ntitle: Start\n---\n\nSee [[mass]], [[weight]]. [@hooke]\n"),
    ("content/topics/mass.md", "---\ntitle: Mass\n---\n\n## Inert mass\n\nIt is [=fall-rate]. [@newton, ¶1]\n"),
    ("content/glossary/weight.md", "---\ntitle: weight\nforms: [heaviness]\n---\n\nA force.\n"),
    ("content/apple.png", "png"),
];

fn path(text: &str) -> SitePath {
    SitePath::parse(text).expect("a path")
}

/// The small site.
pub fn small_site() -> MemoryFiles {
    let mut files = MemoryFiles::default();
    files.insert(path(read::SITE_FILE), SITE_FILE);
    for (name, text) in FILES {
        files.insert(path(name), *text);
    }
    files
}

/// The files of a text in which a line `>>> PATH` begins each of them.
pub fn archive(text: &str) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for part in text.split_inclusive('\n').fold(Vec::<(&str, String)>::new(), |mut parts, line| {
        match (line.strip_prefix(">>> "), parts.last_mut()) {
            (Some(name), _) => parts.push((name.trim_end(), String::new())),
            (None, Some((_, bytes))) => bytes.push_str(line),
            (None, None) => {}
        }
        parts
    }) {
        if let Some(path) = SitePath::parse(part.0) {
            files.insert(path, part.1);
        }
    }
    if !files.paths().contains(&path(read::SITE_FILE)) {
        files.insert(path(read::SITE_FILE), SITE_FILE);
    }
    files
}

fn on_one_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
        pool.build_global().expect("the first pool of the process");
    });
}

/// Whether an input, by its bytes alone, is one of a few: dear checks need not be made for each.
pub fn is_chosen(data: &[u8], one_in: u32) -> bool {
    let sum = data.iter().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (sum >> 7) % one_in == 0
}

/// A site file with no more in it than reading one page needs.
const SMALL_SITE_FILE: &str = "\
title: T
evidence: {require: [topic], bases: {study: S}}
kinds:
  topic:
    folder: topics
    title: T
    plural: T
    fields: {size: {type: choice, of: {small: S}}, names: {type: texts}, weight: {type: number}, seen: {type: date}}
    relations: {depends_on: {to: topic, inverse: N}}
";

/// What that site file declares.
static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let mut files = MemoryFiles::default();
    files.insert(path(read::SITE_FILE), SMALL_SITE_FILE);
    read::all(&files).0.config
});

/// Reads a page; once in a while, twice, or in a whole site that is built.
pub fn page(data: &[u8], bytes: Vec<u8>) {
    let page = path("content/topics/gravity.md");
    if is_chosen(data, 4096) {
        let mut files = small_site();
        files.insert(page, bytes);
        whole_twice(&files);
        return;
    }
    on_one_thread();
    let mut files = MemoryFiles::default();
    files.insert(page.clone(), bytes);
    let read = || {
        let (draft, problems) = read::one(&files, &page, &CONFIG, true);
        judge(&files, &CONFIG, &[&draft], problems)
    };
    let report = read();
    if is_chosen(data, 16) {
        assert_eq!(report, read());
    }
}

/// Reads a bibliography; once in a while, builds a site that has it.
pub fn bibliography(data: &[u8]) {
    let mut files = MemoryFiles::default();
    files.insert(path(read::SITE_FILE), "title: T\n");
    files.insert(path(read::SOURCES_FILE), data);
    if is_chosen(data, 1024) {
        files.insert(path("content/index.md"), "---\ntitle: Start\n---\n");
        whole_twice(&files);
        return;
    }
    let report = read_only(&files);
    if is_chosen(data, 16) {
        assert_eq!(report, read_only(&files));
    }
}

/// Reads every file, without what needs more than one of them, and holds the outcome to what must be so.
pub fn read_only(files: &MemoryFiles) -> String {
    on_one_thread();
    let (drafts, problems) = read::all(files);
    let pages: Vec<&Draft> = drafts.pages.iter().map(|draft| &**draft).collect();
    judge(files, &drafts.config, &pages, problems)
}

/// Holds a report and bodies to what must be so.
fn judge(files: &MemoryFiles, config: &Config, pages: &[&Draft], problems: Vec<Diagnostic>) -> String {
    let text = |path: &SitePath| String::from_utf8(files.load(path).ok()?).ok();
    let report = Report::new(problems, text, read::locate_all);
    oracle::check_places(&report, files);
    for draft in pages {
        let markup = &draft.markup;
        let mut filled = String::new();
        let mut from = 0;
        for hole in &markup.holes {
            filled.push_str(&markup.html[from..hole.at as usize]);
            // What is put into holes are tags: each must be one where it stands.
            filled.push_str("<wbr class=\"'hole'\">");
            from = hole.at as usize;
        }
        filled.push_str(&markup.html[from..]);
        if config.html == HtmlPolicy::Trust {
            continue;
        }
        let mut holes = 0;
        for tag in oracle::tags(&filled) {
            if &*tag.name == "wbr" && tag.attrs.len() == 1 && &*tag.attrs[0].value == "'hole'" {
                holes += 1;
            } else if let Err(what) = oracle::check_tag(None, &tag) {
                panic!("{what}: {tag:?} in {filled}");
            }
        }
        assert_eq!(holes, markup.holes.len(), "a hole is not between tags: {filled}");
    }
    json::draw(&report)
}

/// What all sites that are built share: a theme takes longer to read than a small site.
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

/// Builds the site, and holds the report and all that is drawn to what must be so.
pub fn whole(files: &MemoryFiles, base_url: Option<&str>) -> (BTreeMap<String, Vec<u8>>, String) {
    on_one_thread();
    let choices = Choices { today: Date::parse("2026-01-01"), ..Choices::default() };
    let options = Options { choices, base_url: base_url.map(ToOwned::to_owned), ..Options::default() };
    let built = Mutex::new(BTreeMap::new());
    let compiled = compile_with(files, &options, Some(&mut CACHE.lock().expect("one thread")));
    let Ok(report) = compiled.render::<Infallible>(|route, rendered| {
        let bytes = rendered.bytes(|path| files.load(path).ok()).expect("a file that is copied is there");
        let before = built.lock().expect("one thread").insert(route.output.to_string(), bytes);
        assert!(before.is_none(), "{} is drawn twice", route.output);
        Ok(())
    });
    oracle::check_report(&report, files);
    let mut built = built.into_inner().expect("one thread");
    if report.has_errors() {
        built.clear();
    }
    // Who writes templates, or asks for raw HTML to be trusted, may write scripts.
    let is_trusted = compiled.site().config.html == HtmlPolicy::Trust
        || files.paths().iter().any(|path| path.below("templates").is_some());
    if !is_trusted {
        let own_html = |name: &&String| !files.paths().iter().any(|path| path.below("content") == Some(name.as_str()));
        let drawn = built.iter().filter(|(name, _)| own_html(name));
        oracle::check_pages(&drawn.map(|(name, bytes)| (name.clone(), bytes.clone())).collect());
    }
    (built, json::draw(&report))
}

/// Builds the site twice, and holds both to be the same.
pub fn whole_twice(files: &MemoryFiles) {
    assert_eq!(whole(files, None), whole(files, None));
}
