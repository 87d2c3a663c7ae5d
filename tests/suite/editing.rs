//! What helps whoever writes: new sites and pages, and schemas for editors.

use crate::support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use expound::read::{self, Drafts, Files};
use serde_json::Value;

fn expound(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let mut command = Command::cargo_bin("expound").expect("the binary");
    let output = command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

/// A new site in a folder of its own.
fn new_site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = expound(&["new", "site", "candle"], folder.path());
    assert_eq!((code, out.as_str()), (0, "candle\n"), "{err}");
    folder
}

#[test]
fn a_new_site_is_small_complete_and_without_a_problem() {
    let folder = new_site();
    let (code, _, err) = expound(&["check", "--deny", "warnings", "-r", "candle"], folder.path());
    assert_eq!((code, err.as_str()), (0, "no problems\n"));
    let (code, _, err) = expound(&["build", "-r", "candle"], folder.path());
    assert_eq!(code, 0, "{err}");
    let data = fs::read_to_string(folder.path().join("candle/public/site.json")).expect("site.json");
    let data: Value = serde_json::from_str(&data).expect("JSON");
    let count = |key: &str| data[key].as_array().expect("a list").len();
    assert_eq!((count("kinds"), count("relations"), count("sources")), (2, 1, 1));
    let pages = data["pages"].as_array().expect("pages");
    assert_eq!(pages.iter().filter(|page| page["kind"].is_string()).count(), 3);
    let files = support::files_below(&folder.path().join("candle"));
    for name in ["README.md", ".gitignore", ".vscode/settings.json", "content/facts.yaml", "content/passages.yaml"] {
        assert!(files.contains_key(name), "{name}");
    }
    // Each file that people write says what it is for.
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("content/") && name.ends_with(".yaml")) {
        assert!(bytes.starts_with(b"# "), "{name}");
    }
}

#[test]
fn a_new_site_wants_an_empty_folder() {
    let folder = new_site();
    let before = support::files_below(folder.path());
    let (code, _, err) = expound(&["new", "site", "candle"], folder.path());
    assert_eq!(code, 2);
    assert_eq!(err, "error: `candle` has files in it; name a folder that is empty, or a new one\n");
    assert_eq!(support::files_below(folder.path()), before);
    let (code, _, err) = expound(&["new", "site", "candle/README.md"], folder.path());
    assert_eq!((code, err.contains("is not a folder")), (2, true), "{err}");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    assert_eq!(expound(&["new", "site", "empty"], folder.path()).0, 0);
}

#[test]
fn a_new_page_is_where_its_kind_has_its_pages() {
    let folder = new_site();
    let site = folder.path().join("candle");
    let (code, out, err) = expound(&["new", "step", "Why: “#1” & it’s 'so'"], &site);
    assert_eq!((code, out.as_str()), (0, "content/steps/why-1-its-so.md\n"), "{err}");
    // What is required is open, and the one thing that is wrong.
    let (code, _, err) = expound(&["check", "--format", "github"], &site);
    assert_eq!(code, 1);
    assert_eq!(err, "");
    let (_, out, _) = expound(&["check", "--format", "json"], &site);
    assert_eq!(out.lines().count(), 1, "{out}");
    let problem: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(problem["message"], "`place` is required, and it is empty");
    let file = site.join("content/steps/why-1-its-so.md");
    let text = fs::read_to_string(&file).expect("the page");
    for part in ["place:  # wick, flame\n", "# feeds:  # Feeds: pages of the kind step\n", "burning-vapour, melted-wax"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    fs::write(&file, text.replace("place:", "place: wick")).expect("written");
    assert_eq!(expound(&["check"], &site).0, 0);
    let (_, _, _) = expound(&["build"], &site);
    let html = fs::read_to_string(site.join("public/steps/why-1-its-so.html")).expect("the page");
    assert!(html.contains("<h1>Why: “#1” &amp; it’s &#39;so&#39;</h1>"), "{html}");

    // Nothing is overwritten, in its folder or with its name elsewhere.
    for kind in ["step", "term", "page"] {
        let (code, _, err) = expound(&["new", kind, "Why 1 its so"], &site);
        assert_eq!(code, 2);
        assert!(err.contains("`content/steps/why-1-its-so.md` has the name"), "{err}");
    }
    let (code, out, _) = expound(&["new", "page", "About", "-r", "candle"], folder.path());
    assert_eq!((code, out.as_str()), (0, "candle/content/about.md\n"));
    let (_, out, _) = expound(&["new", "term", &"long words ".repeat(60)], &site);
    assert!(out.len() < 120 && out.ends_with("-long.md\n") || out.ends_with("-words.md\n"), "{out}");
}

#[test]
fn what_cannot_become_a_page_is_told_in_one_line() {
    let folder = new_site();
    let site = folder.path().join("candle");
    let check = |arguments: &[&str], expected: &str| {
        let before = support::files_below(&site);
        let (code, out, err) = expound(arguments, &site);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.starts_with("error: ") && err.contains(expected) && err.lines().count() == 1, "{err}");
        assert_eq!(support::files_below(&site), before);
    };
    check(&["new", "stap", "A"], "no kind `stap`; did you mean `step`?");
    check(&["new", "orchestra", "A"], "there are `step`, `term`, `page`, `site`");
    check(&["new", "step", "?!"], "no letter or digit");
    check(&["new", "step", " \n "], "the title is empty");
    check(&["new", "step", "Index"], "is the page of its folder");
    check(&["new", "step", "A", "--lang", "fr"], "names `en`");
    check(&["new", "site", "x", "--lang", "en"], "`--lang` is for pages");
    let yaml = fs::read_to_string(site.join("content/site.yaml")).expect("the site file");
    fs::write(site.join("content/site.yaml"), yaml.replace("folder: steps", "folder: ../steps")).expect("written");
    check(&["new", "step", "A"], "mend the kind's `folder`");
    fs::write(site.join("content/site.yaml"), yaml.replace("title:", "titel:")).expect("written");
    let (code, _, err) = expound(&["new", "step", "A"], &site);
    assert!(code == 1 && err.contains("error[unknown-key]") && err.ends_with("no page was made\n"), "{err}");
}

#[test]
fn a_translation_is_started_beside_its_page() {
    let folder = new_site();
    let site = folder.path().join("candle");
    let yaml = fs::read_to_string(site.join("content/site.yaml")).expect("the site file");
    fs::write(site.join("content/site.yaml"), yaml.replace("languages: [en]", "languages: [en, fr]")).expect("written");
    let (code, out, err) = expound(&["new", "step", "The flame burns vapour", "--lang", "fr"], &site);
    assert_eq!((code, out.as_str()), (0, "content/steps/burning-vapour.fr.md\n"), "{err}");
    let (code, out, _) = expound(&["new", "term", "capillary-action", "--lang", "fr"], &site);
    assert_eq!((code, out.as_str()), (0, "content/glossary/capillary-action.fr.md\n"));
    let (code, _, err) = expound(&["new", "step", "The flame burns vapor", "--lang", "fr"], &site);
    assert!(code == 2 && err.contains("did you mean `The flame burns vapour`?"), "{err}");
    let (code, _, err) = expound(&["new", "step", "burning-vapour", "--lang", "fr"], &site);
    assert!(code == 2 && err.contains("burning-vapour.fr.md`: it is there already"), "{err}");
    for path in ["content/steps/burning-vapour.fr.md", "content/glossary/capillary-action.fr.md"] {
        let text = fs::read_to_string(site.join(path)).expect("the page");
        fs::write(site.join(path), text.replace("title:", "title: Titre")).expect("written");
    }
    let (code, _, err) = expound(&["check"], &site);
    assert_eq!(code, 0, "{err}");
}

/// The schema of a file of a site, and what the file holds as JSON; nothing for other files and what is no YAML.
fn pair(drafts: &Drafts, path: &str, text: &str) -> Option<(String, Value)> {
    let data = [
        (read::SITE_FILE, "site.json"),
        (read::SOURCES_FILE, "sources.json"),
        (read::PASSAGES_FILE, "passages.json"),
        (read::FACTS_FILE, "facts.json"),
        (read::EVENTS_FILE, "events.json"),
    ];
    let (schema, yaml) = match data.iter().find(|(file, _)| *file == path) {
        Some((_, schema)) => ((*schema).to_owned(), text),
        None => {
            let page = drafts.pages.iter().find(|page| page.path.as_str() == path)?;
            let schema = match page.kind {
                _ if page.language != expound::model::LanguageId::DEFAULT => "translation.json".to_owned(),
                Some(kind) => format!("page-{}.json", drafts.config.kind(kind).name),
                None => "page.json".to_owned(),
            };
            let rest = text.trim_start_matches('\u{feff}').strip_prefix("---")?;
            (schema, rest.split_once("\n---").map_or(rest, |(yaml, _)| yaml))
        }
    };
    let value: Value = serde_yaml::from_str(yaml).ok()?;
    // An empty text is an empty file, which is no mistake.
    (!value.is_null()).then_some((schema, value))
}

/// For each file of a site that has a schema, what the schema says of it.
fn complaints(files: &dyn Files) -> BTreeMap<String, Vec<String>> {
    let (drafts, _) = read::all(files);
    let schemas = read::schema::all(&drafts.config, &drafts.pages, &drafts.data.sources);
    let mut validators = BTreeMap::new();
    let mut complaints = BTreeMap::new();
    for path in files.paths() {
        let Ok(text) = String::from_utf8(files.load(path).expect("a file in memory")) else { continue };
        let Some((name, value)) = pair(&drafts, path.as_str(), &text) else { continue };
        let schema = schemas.iter().find(|schema| schema.name == name).expect("a schema for every kind");
        let validator = validators
            .entry(name)
            .or_insert_with(|| jsonschema::draft7::new(&schema.json).expect("a schema that is one"));
        let errors = validator.iter_errors(&value);
        let told = errors.map(|error| format!("{path}: {}: {error}", error.instance_path())).collect();
        complaints.insert(path.to_string(), told);
    }
    complaints
}

#[test]
fn schemas_take_what_the_readers_take() {
    let mut folders = vec![support::repository(), support::repository().join("src/cli/starter")];
    let cases = fs::read_dir(support::repository().join("tests/fixtures/build")).expect("the fixtures");
    folders.extend(cases.map(|case| case.expect("an entry").path()));
    let (mut checked, mut wrong) = (0, Vec::new());
    for folder in folders {
        for found in complaints(&support::site_folder(&folder)).into_values() {
            checked += 1;
            wrong.extend(found.into_iter().map(|complaint| format!("{}: {complaint}", folder.display())));
        }
    }
    assert!(checked > 60, "{checked} files were checked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Mistakes in YAML that only the readers can know: what they are.
const BEYOND_SCHEMAS: &[(&str, &str)] = &[
    ("bad-date-interval", "the 31st of November"),
    ("missing-key-blank", "a text of spaces"),
    ("missing-key-block", "an option of a drawn block"),
    ("missing-key-block-field", "an option of a drawn block"),
    ("missing-key-site", "an empty file"),
    ("missing-key-nothing", "an empty front matter"),
    ("unknown-choice-block", "an option of a drawn block"),
    ("unknown-choice-block-field", "an option of a drawn block"),
    ("unknown-choice-block-group", "an option of a drawn block"),
    ("unknown-choice-block-order", "an option of a drawn block"),
    ("unknown-choice-kind", "a kind, which schemas only suggest"),
    ("unknown-key-block", "an option of a drawn block"),
    ("wrong-type-block-compare", "an option of a drawn block"),
];

#[test]
fn schemas_refuse_what_the_readers_refuse() {
    let folder = support::repository().join("tests/fixtures/check");
    let (mut checked, mut wrong) = (0, Vec::new());
    for case in fs::read_dir(folder).expect("the fixtures") {
        let case = case.expect("an entry").path();
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let is_of_yaml = ["unknown-key", "missing-key", "wrong-type", "unknown-choice", "bad-date"]
            .iter()
            .any(|code| name.starts_with(code));
        if !is_of_yaml {
            continue;
        }
        let report = fs::read_to_string(case.join("expected/report.txt")).expect("a report");
        let place = report.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).expect("a place");
        let path = place.split(':').next().expect("a path");
        let found = complaints(&support::site_folder(&case));
        let found = found.get(path);
        let is_refused = found.is_some_and(|found| !found.is_empty());
        checked += usize::from(is_refused);
        if is_refused == BEYOND_SCHEMAS.iter().any(|(beyond, _)| *beyond == name) {
            wrong.push(format!("{name}: {path}: {found:?}"));
        }
    }
    assert!(checked > 25, "{checked} mistakes were refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn schemas_are_written_for_an_editor() {
    let folder = new_site();
    let site = folder.path().join("candle");
    let before = support::files_below(&site.join(".vscode"));
    let (code, out, err) = expound(&["schema"], &site);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with(".vscode/schemas/site.json\n"), "{out}");
    assert!(out.contains("page-step.json\n") && !out.contains("settings"), "settings are there already: {out}");
    assert_eq!(support::files_below(&site.join(".vscode")), before, "a new site has the schemas of its own files");

    // A new page is a name that editors offer.
    expound(&["new", "term", "Soot"], &site);
    expound(&["schema"], &site);
    let events = fs::read_to_string(site.join(".vscode/schemas/events.json")).expect("a schema");
    assert!(events.contains("\"soot\""), "{events}");

    let (code, out, _) = expound(&["schema", "-o", "elsewhere"], &site);
    assert_eq!(code, 0);
    assert!(out.contains("elsewhere/facts.json") && !site.join("elsewhere/settings.json").exists(), "{out}");
    let settings = fs::read_to_string(site.join(".vscode/settings.json")).expect("the settings");
    let settings: Value = serde_json::from_str(&settings).expect("JSON");
    for (schema, file) in settings["yaml.schemas"].as_object().expect("pairs") {
        assert!(site.join(schema).is_file(), "{schema}");
        assert!(file.as_str().is_some_and(|file| file.starts_with("content/")), "{file}");
    }
}
