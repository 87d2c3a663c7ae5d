//! What holds for the repository as a whole, so that it stays so.

use crate::support;

use std::collections::BTreeSet;
use std::fs;

use expound::diagnostic::Code;

/// Codes that have no folder in `tests/fixtures/check`, and where they are tested instead.
const WITHOUT_FIXTURE: &[(&str, &str)] = &[
    ("unreadable", "a folder of the repository has no file that cannot be read: src/disk"),
    ("link-leaves-site", "links are found on a disk alone: src/disk/walk.rs"),
    ("dead-link", "nothing of the web is in a folder: tests/suite/external.rs"),
];

/// The floors of the library. A file may use what is further down, and what is in its own folder.
const FLOORS: &[(&str, u8)] = &[
    ("text", 0),
    ("diagnostic", 1),
    ("model", 2),
    ("read", 3),
    ("resolve", 3),
    ("emit", 3),
    ("compile", 4),
    ("disk", 5),
    ("external", 5),
    ("search", 5),
    ("serve", 6),
    ("cli", 7),
];

/// The highest floor that is a function of its arguments.
const COMPILE: u8 = 4;

/// For each outside library, the one file that knows it.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("serde_yaml", &["src/read/yaml.rs"]),
    ("saphyr_parser", &["src/read/locate.rs"]),
    ("pulldown_cmark", &["src/read/markdown.rs", "src/read/markdown/events.rs"]),
    ("ammonia", &["src/read/holes.rs"]),
    ("unicode_segmentation", &["src/read/sentences.rs"]),
    ("aho_corasick", &["src/resolve/glossary.rs"]),
    ("tera", &["src/emit/theme.rs", "src/emit/theme/quick.rs", "src/emit/theme/words.rs"]),
    ("fluent_bundle", &["src/emit/strings.rs"]),
    ("fluent_syntax", &["src/emit/strings.rs"]),
    ("unic_langid", &["src/emit/strings.rs"]),
    ("icu_calendar", &["src/emit/format.rs"]),
    ("icu_datetime", &["src/emit/format.rs"]),
    ("icu_decimal", &["src/emit/format.rs"]),
    ("icu_locale_core", &["src/emit/format.rs"]),
    ("quick_xml", &["src/emit/crawl.rs"]),
    (
        "hayagriva",
        &[
            "src/model/bibliography.rs",
            "src/model/bibliography/details.rs",
            "src/model/bibliography/html.rs",
            "src/model/bibliography/setter.rs",
            "src/model/bibliography/styles.rs",
            "src/model/bibliography/styles/questions.rs",
        ],
    ),
    ("ciborium", &["src/model/bibliography.rs"]),
    ("ureq", &["src/external/client.rs"]),
    ("url", &["src/external/client.rs"]),
    ("httpdate", &["src/external/client.rs"]),
    ("memchr", &["src/read/holes.rs", "src/text/bytes.rs", "src/text/html.rs", "src/text/tags.rs"]),
    ("unicode_normalization", &["src/text/slug.rs"]),
    ("strsim", &["src/text/nearest.rs"]),
    ("annotate_snippets", &["src/diagnostic/human.rs"]),
    ("walkdir", &["src/disk/walk.rs"]),
    ("pagefind", &["src/search.rs"]),
    ("rustix", &["src/disk/swap.rs"]),
    ("signal_hook", &["src/cli/interrupt.rs"]),
    ("axum", &["src/serve/http.rs"]),
    ("futures_util", &["src/serve/http.rs"]),
    ("mime_guess", &["src/serve/http.rs"]),
    ("tokio", &["src/search.rs", "src/serve/http.rs"]),
    ("tower_http", &["src/serve/http.rs"]),
    ("notify", &["src/serve/watch.rs"]),
    ("opener", &["src/cli/serve.rs"]),
    // `cli/mod.rs` has the trait for `Arguments::try_parse`.
    ("clap", &["src/cli/arguments.rs", "src/cli/mod.rs"]),
    ("clap_complete", &["src/cli/arguments.rs"]),
    ("clap_mangen", &["src/cli/arguments.rs"]),
];

/// What touches the world.
const WORLDLY: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::time::Instant",
    "std::time::SystemTime",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "dbg!",
];

/// A file of `src`: its path in the repository, and its lines.
struct Source {
    path: String,
    lines: Vec<String>,
}

impl Source {
    /// The module of the library it belongs to, and that one's floor; none for `lib.rs` and `main.rs`.
    fn floor(&self) -> Option<(&'static str, u8)> {
        let below = self.path.strip_prefix("src/")?;
        FLOORS
            .iter()
            .copied()
            .find(|(module, _)| below.strip_prefix(module).is_some_and(|rest| rest.starts_with('/') || rest == ".rs"))
    }

    /// The lines that are not comments, with their numbers from 1, down to the unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests_file = self.path.ends_with("/tests.rs");
        let lines = self.lines.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()));
        lines
            .take_while(move |(_, line)| !is_tests_file && line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let files = support::files_below(&support::repository().join("src"));
    let sources: Vec<Source> = files
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, bytes)| {
            let text = String::from_utf8(bytes).expect("source code in UTF-8");
            Source { path: format!("src/{name}"), lines: text.lines().map(ToOwned::to_owned).collect() }
        })
        .collect();
    assert!(sources.len() > 40, "the source code was not found");
    sources
}

fn assert_none(wrong: &[String], what: &str) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let folder = support::repository().join("tests/fixtures/check");
    let names: BTreeSet<String> = fs::read_dir(folder)
        .expect("the folder of fixtures")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let is_excepted = |name: &str| WITHOUT_FIXTURE.iter().any(|(code, _)| *code == name);
    let missing: Vec<String> = Code::ALL
        .iter()
        .map(|code| code.name())
        .filter(|name| names.contains(*name) == is_excepted(name))
        .map(ToOwned::to_owned)
        .collect();
    assert_none(&missing, "codes without a fixture, or with one and in WITHOUT_FIXTURE");
    // A folder that is named after a code shows that code.
    let mut wrong = Vec::new();
    for code in Code::ALL.iter().filter(|code| !is_excepted(code.name())) {
        let path = support::repository().join("tests/fixtures/check").join(code.name()).join("expected/report.txt");
        let report = fs::read_to_string(&path).unwrap_or_default();
        if !report.contains(&format!("[{code}]: ")) {
            wrong.push(path.display().to_string());
        }
    }
    assert_none(&wrong, "reports that do not show the code of their folder");
}

#[test]
fn every_page_about_a_problem_names_a_code() {
    let pages = support::files_below(&support::repository().join("docs/content/problems"));
    let is_known = |name: &str| Code::ALL.iter().any(|code| name == format!("{code}.md"));
    let wrong: Vec<String> = pages.into_keys().filter(|name| name != "_index.md" && !is_known(name)).collect();
    assert_none(&wrong, "pages of docs/content/problems that no code has");
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((own, floor)) = source.floor() else { continue };
        let is_nested = source.path.matches('/').count() > 1;
        let text = source.code().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        for (at, _) in text.match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let used: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => roots(group),
                None => vec![first_word(rest)],
            };
            for module in used {
                let found = FLOORS.iter().find(|(name, _)| *name == module);
                let is_allowed = found.is_some_and(|(name, below)| *name == own || *below < floor);
                if !is_allowed {
                    wrong.push(format!("{}: `crate::{module}`", source.path));
                }
            }
        }
        let climbs = if is_nested { "super::super::" } else { "super::" };
        if text.contains(climbs) && source.path != "src/compile.rs" {
            wrong.push(format!("{}: `{climbs}` leads out of `{own}`", source.path));
        }
    }
    assert_none(&wrong, "imports that do not point down");
}

/// The first words inside `{a::b, c::{d, e}}`, after its opening brace.
fn roots(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut roots = Vec::new();
    let mut start = 0;
    for (at, one) in group.char_indices() {
        match one {
            '{' => depth += 1,
            '}' if depth == 0 => {
                roots.push(first_word(group[start..at].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                roots.push(first_word(group[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    roots.retain(|root| !root.is_empty());
    roots
}

fn first_word(text: &str) -> &str {
    let end = text.find(|one: char| !one.is_alphanumeric() && one != '_').unwrap_or(text.len());
    &text[..end]
}

/// Whether a line uses a crate or path by name.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        let begins = before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != ':');
        begins && (after.starts_with("::") || (line.trim_start().starts_with("use ") && after.starts_with([';', ' '])))
    })
}

#[test]
fn one_file_knows_each_library() {
    let manifest = fs::read_to_string(support::repository().join("Cargo.toml")).expect("the manifest");
    let sources = sources();
    let mut wrong = Vec::new();
    for (library, allowed) in LIBRARIES {
        if !manifest.contains(&format!("\n{}", library.replace('_', "-")))
            && !manifest.contains(&format!("\n{library}"))
        {
            wrong.push(format!("`{library}` is no dependency"));
        }
        for source in &sources {
            let is_used = source.code().any(|(_, line)| uses(line, library));
            if is_used != allowed.contains(&source.path.as_str()) {
                wrong.push(format!(
                    "`{library}` {} {}",
                    if is_used { "is known to" } else { "is not known to" },
                    source.path
                ));
            }
        }
    }
    assert_none(&wrong, "libraries");
}

#[test]
fn up_to_compile_nothing_touches_the_world() {
    let mut wrong = Vec::new();
    for source in sources() {
        if source.floor().is_none_or(|(_, floor)| floor > COMPILE) {
            continue;
        }
        for (number, line) in source.code() {
            let words = line.split(|one: char| !one.is_alphanumeric() && !matches!(one, '_' | ':' | '!'));
            if WORLDLY.iter().any(|worldly| words.clone().any(|word| word.starts_with(worldly))) {
                wrong.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none(&wrong, "files, clocks, the environment or printing below `disk`");
}

#[test]
fn every_file_of_the_theme_is_embedded() {
    let folder: BTreeSet<String> = support::files_below(&support::repository().join("templates")).into_keys().collect();
    let embedded: BTreeSet<String> =
        expound::emit::theme::DEFAULT_FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let wrong: Vec<String> = folder.symmetric_difference(&embedded).cloned().collect();
    assert_none(&wrong, "files that are in templates/ and not embedded, or the other way round");
}

#[test]
fn every_source_file_says_what_it_is_for_and_stays_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.lines.first().is_some_and(|line| line.starts_with("//! ")) {
            wrong.push(format!("{} does not open with `//!`", source.path));
        }
        if source.lines.len() > 600 {
            wrong.push(format!("{} has {} lines: look for a seam", source.path, source.lines.len()));
        }
    }
    assert_none(&wrong, "source files");
}
