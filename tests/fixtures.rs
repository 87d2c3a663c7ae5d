//! A folder is a test.
//!
//! `fixtures/check/NAME/` holds a site with something wrong; its report must be `expected/report.txt`, from a copy with
//! LF and from one with CRLF line ends. `fixtures/build/NAME/` holds a site with nothing wrong; the files named in
//! `expected/public/` must be what it builds. `UPDATE=1 cargo test --test fixtures` rewrites what is expected.

#![expect(clippy::print_stdout, reason = "a failing test tells why")]

#[path = "support/folders.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use expound::compile::{MemoryFiles, Options};
use expound::diagnostic::human::{self, Colour};
use expound::model::date::Date;
use expound::read::Files;
use expound::resolve::Choices;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (kind, run) in [("check", check as fn(&Path) -> Result<(), Failed>), ("build", build)] {
        let folder = support::repository().join("tests/fixtures").join(kind);
        let mut cases: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect();
        cases.sort();
        for case in cases {
            let name = format!("{kind}/{}", case.file_name().unwrap_or_default().to_string_lossy());
            trials.push(Trial::test(name, move || {
                run(&case).inspect_err(|_| {
                    if let Ok(about) = fs::read_to_string(case.join("about.txt")) {
                        println!("{}", about.trim());
                    }
                })
            }));
        }
    }
    assert!(!trials.is_empty(), "there are no fixtures");
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The day that is "today" in fixtures.
fn options() -> Options {
    let today = Date::parse("2026-01-01");
    Options { choices: Choices { today, ..Choices::default() }, ..Options::default() }
}

fn check(case: &Path) -> Result<(), Failed> {
    let files = support::site_folder(case);
    let report = |files: &MemoryFiles| {
        let (_, report) = support::build_with(files, &options());
        human::draw(&report, Colour::Off)
    };
    let found = report(&files);
    if found.is_empty() {
        return Err("this site should have a problem, and has none".into());
    }
    // Text that is not UTF-8 stays as it is.
    let mut with_crlf = MemoryFiles::default();
    for path in files.paths() {
        let bytes = files.load(path).expect("a file in memory");
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
            Err(error) => error.into_bytes(),
        };
        with_crlf.insert(path.clone(), bytes);
    }
    let found_with_crlf = report(&with_crlf);
    if found != found_with_crlf {
        return Err(format!("the report differs with CRLF line ends:\n{found}\n---\n{found_with_crlf}").into());
    }
    compare(&case.join("expected/report.txt"), found.as_bytes())
}

fn build(case: &Path) -> Result<(), Failed> {
    let files = support::site_folder(case);
    let (built, report) = support::build_with(&files, &options());
    if !report.problems().is_empty() {
        return Err(human::draw(&report, Colour::Off).into());
    }
    let folder = case.join("expected/public");
    let expected: BTreeMap<String, Vec<u8>> =
        if folder.is_dir() { support::files_below(&folder) } else { BTreeMap::new() };
    if expected.is_empty() {
        return Err(format!("put an empty file of each page to compare into {}", folder.display()).into());
    }
    for name in expected.keys() {
        let Some(bytes) = built.get(name) else { return Err(format!("`{name}` was not built").into()) };
        compare(&folder.join(name), &main_of(name, bytes))?;
    }
    Ok(())
}

/// Of a page its `<main>`, so that a change of the theme's frame does not touch every fixture; of others all.
fn main_of(name: &str, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    match (text.find("<main"), text.find("</main>")) {
        (Some(start), Some(end)) if name.ends_with(".html") => format!("{}\n", &text[start..end + 7]).into_bytes(),
        _ => bytes.to_vec(),
    }
}

fn compare(path: &Path, found: &[u8]) -> Result<(), Failed> {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder that can be made");
        fs::write(path, found).expect("a file that can be written");
        return Ok(());
    }
    let expected = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if expected == found {
        return Ok(());
    }
    let lossy = String::from_utf8_lossy;
    Err(format!("{} differs\n--- expected\n{}\n--- found\n{}", path.display(), lossy(&expected), lossy(found)).into())
}
