//! The guide in `docs/` is a site of Expound, and says what the code does: its tables are compared with the code.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};

use expound::compile::{MemoryFiles, Options};
use expound::diagnostic::human::{self, Colour};
use expound::diagnostic::{Code, Severity};
use expound::emit::theme::DEFAULT_FILES;
use expound::model::config::FieldValue;
use expound::read::tables::{self, Need};
use expound::text::SitePath;
use expound::text::tags::unescaped;

fn docs() -> MemoryFiles {
    support::site_folder(&support::repository().join("docs"))
}

fn page(name: &str) -> String {
    let path = support::repository().join("docs/content").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A table of a page: its rows, each with its cells.
type Rows = Vec<Vec<String>>;

/// The tables below each heading of a page: the heading's words, its anchor if it gives one, and the rows of all.
fn sections(text: &str) -> Vec<(String, String, Rows)> {
    let mut sections: Vec<(String, String, Rows)> = Vec::new();
    let mut in_fence = false;
    for line in text.lines() {
        in_fence ^= line.starts_with("```");
        if in_fence {
            continue;
        }
        if line.starts_with("##") {
            let words = line.trim_start_matches('#').trim();
            let (words, anchor) = match words.split_once(" {#") {
                Some((words, rest)) => (words, rest.trim_end_matches('}')),
                None => (words, ""),
            };
            sections.push((words.to_owned(), anchor.to_owned(), Rows::new()));
        } else if let (Some(row), Some((_, _, rows))) = (line.strip_prefix("| `"), sections.last_mut()) {
            let row = row.trim_end_matches('|').replace("\\|", "\u{0}");
            rows.push(format!("`{row}").split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect());
        }
    }
    sections
}

/// What stands between backticks.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rows of the one section of this name or anchor.
fn rows<'page>(sections: &'page [(String, String, Rows)], wanted: &str) -> &'page Rows {
    let mut found = sections.iter().filter(|(words, anchor, _)| words == wanted || anchor == wanted);
    let (_, _, rows) = found.next().unwrap_or_else(|| panic!("no section is called `{wanted}`"));
    rows
}

#[test]
fn the_guide_is_a_site_without_problems() {
    let (built, report) = support::build(&docs());
    assert!(report.problems().is_empty(), "{}", human::draw(&report, Colour::Off));
    assert!(built.len() > 100);
    let home = String::from_utf8(built["index.html"].clone()).expect("text");
    assert!(!home.contains("extremist"), "the site of another subject shows through");
}

#[test]
fn every_problem_has_a_page_of_its_severity_that_leads_on() {
    let files = docs();
    let compiled = expound::compile::compile(&files, &Options::default());
    let site = compiled.site();
    let kind = site.config.kind_named("problem").expect("the kind of problems");
    let severity = site.config.kind(kind).fields.iter().position(|field| field.name == "severity").expect("a field");
    for code in Code::ALL {
        let page = site.pages.iter().find(|page| page.name == code.name());
        let page = page.unwrap_or_else(|| panic!("{code} has no page"));
        let wanted = usize::from(code.severity() == Severity::Warning);
        assert_eq!(page.fields[severity], Some(FieldValue::Choice(wanted)), "the severity on the page of {code}");
        assert!(!page.outgoing.is_empty(), "the page of {code} does not say what explains it (`explained_in`)");
    }
}

/// Where the keys of each of the reader's tables are described: the page, and its section.
const KEYS: &[(&str, &str, &str)] = &[
    ("content/site.yaml", "reference/site-file.md", "at-the-top"),
    ("evidence", "reference/site-file.md", "Evidence"),
    ("kind", "reference/site-file.md", "Kinds"),
    ("field", "reference/site-file.md", "Fields"),
    ("relation", "reference/site-file.md", "Relations"),
    ("page", "reference/front-matter.md", "every-page"),
    ("term", "reference/front-matter.md", "every-page"),
    ("edge", "reference/front-matter.md", "Edges"),
    ("content/sources.yaml", "reference/data-files.md", "sources"),
    ("hayagriva", "reference/data-files.md", "sources"),
    ("content/passages.yaml", "reference/data-files.md", "passages"),
    ("passage", "reference/data-files.md", "A passage"),
    ("content/facts.yaml", "reference/data-files.md", "facts"),
    ("content/events.yaml", "reference/data-files.md", "events"),
    ("timeline", "reference/blocks.md", "timeline"),
    ("pages", "reference/blocks.md", "pages"),
    ("matrix", "reference/blocks.md", "matrix"),
    ("compare", "reference/blocks.md", "compare"),
    ("columns", "reference/blocks.md", "columns"),
    ("column", "reference/blocks.md", "A column"),
    ("map", "reference/blocks.md", "map"),
];

#[test]
fn every_key_is_described_and_no_other() {
    // For each section, the keys of all tables that are described there, and whether each must be given.
    let mut read: BTreeMap<(&str, &str), BTreeMap<&str, Need>> = BTreeMap::new();
    let place = |name: &str| {
        let found = KEYS.iter().find(|(table, _, _)| *table == name);
        let (_, page, section) = found.unwrap_or_else(|| panic!("the keys of `{name}` are described nowhere"));
        (*page, *section)
    };
    for (name, table) in tables::ALL {
        read.entry(place(name)).or_default().extend(table.iter().map(|key| (key.name, key.need)));
    }
    let hayagriva = expound::model::bibliography::ENTRY_KEYS.iter().map(|key| (*key, Need::Optional));
    read.entry(place("hayagriva")).or_default().extend(hayagriva);
    let field_types: BTreeSet<&str> = tables::FIELD_TYPES.iter().copied().collect();
    let mut pages: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for ((name, section), keys) in &read {
        let text = page(name);
        let sections = sections(&text);
        let mut described = BTreeMap::new();
        for row in rows(&sections, section) {
            for key in codes(&row[0]) {
                let says_required = row.last().is_some_and(|about| about.starts_with("required"));
                assert!(described.insert(key, says_required).is_none(), "{name}, {section}: `{key}` stands twice");
            }
        }
        if *section == "Fields" {
            let known: BTreeSet<&str> = described.keys().copied().filter(|key| !keys.contains_key(key)).collect();
            assert_eq!(known, field_types, "the types of fields");
            described.retain(|key, _| keys.contains_key(key));
        }
        let wanted: Vec<&str> = keys.keys().copied().collect();
        let found: Vec<&str> = described.keys().copied().collect();
        assert_eq!(found, wanted, "{name}, {section}");
        for (key, need) in keys {
            assert_eq!(described[key], *need != Need::Optional, "{name}, {section}: whether `{key}` is required");
        }
        pages.entry(name).or_default().insert((*section).to_owned());
    }
    assert_eq!(pages.len(), 4);
}

/// What a template was given: its values, as Tera writes them. A value that is not there is nothing at all.
#[derive(Debug, PartialEq)]
enum Value {
    Plain(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

impl Value {
    fn parse(rest: &mut &str) -> Self {
        match rest.chars().next() {
            Some('{') => {
                let mut map = BTreeMap::new();
                *rest = &rest[1..];
                while !rest.starts_with('}') {
                    *rest = rest.trim_start_matches([',', ' ']);
                    let key = string(rest);
                    *rest = rest.strip_prefix(": ").expect("a colon");
                    map.insert(key, Self::parse(rest));
                }
                *rest = &rest[1..];
                Self::Map(map)
            }
            Some('[') => {
                let mut list = Vec::new();
                *rest = &rest[1..];
                while !rest.starts_with(']') {
                    list.push(Self::parse(rest));
                    *rest = rest.strip_prefix(", ").unwrap_or(rest);
                }
                *rest = &rest[1..];
                Self::List(list)
            }
            Some('"') => Self::Plain(string(rest)),
            _ => {
                let end = rest.find([',', '}', ']']).expect("an end");
                let plain = rest[..end].to_owned();
                *rest = &rest[end..];
                Self::Plain(plain)
            }
        }
    }
}

/// A text in quotation marks, as Rust writes it. Only its end matters here, and that it is told from others.
fn string(rest: &mut &str) -> String {
    assert!(rest.starts_with('"'), "{rest:.80}");
    let mut is_escaped = false;
    let end = rest[1..].find(|one| {
        let ends = one == '"' && !is_escaped;
        is_escaped = one == '\\' && !is_escaped;
        ends
    });
    let end = end.expect("a closing mark") + 1;
    let text = rest[1..end].to_owned();
    *rest = &rest[end + 1..];
    text
}

/// A site in which every view has every part at least once.
const RICH: &[(&str, &str)] = &[
    (
        "content/site.yaml",
        "title: Tides
summary: Why the sea rises.
base_url: https://example.org/tides/
languages: [en, fr]
licence: CC0
licence_url: https://example.org/licence
evidence: {subject: newton, require: [cause], bases: {study: A study reports}}
kinds:
  cause:
    folder: causes
    title: Cause
    plural: Causes
    fields: {size: {type: choice, of: {small: Small, large: Large}}}
    relations: {acts_on: {to: effect, inverse: Acted on by}}
  effect: {folder: effects, title: Effect, plural: Effects}
  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}
",
    ),
    ("content/sources.yaml", "newton: {type: book, title: Principia, basis: study, read: passage}\n"),
    (
        "content/passages.yaml",
        "newton: {passages: [{at: 1, heading: One, gist: Pull., voice: study, watch: Latin.}, {at: 2, gist: Push.}]}\n",
    ),
    ("content/facts.yaml", "height: {value: 2, unit: m, as_of: 2020, source: '[@newton, ¶1]', note: Of water.}\n"),
    (
        "content/events.yaml",
        "- {date: 1687, text: It was said., from: context, cite: '[@newton, ¶1]', pages: [moon]}\n",
    ),
    (
        "content/index.md",
        "---\ntitle: Why tides?\nupdated: 2026-01-02\n---\n\n```timeline\n```\n\n```pages\nkind: cause\n```\n
```matrix\nrows: cause\ncolumns: effect\n```\n\n```compare\npages: [moon, sun]\n```\n
```columns\nkinds: cause\nfield: size\ncolumns: [{title: Size, of: [small, large]}]\n```\n
```map\ncentre: cause\nafter: effect\n```\n",
    ),
    ("content/index.fr.md", "---\ntitle: Pourquoi ?\n---\n\nVoir [[moon]].\n"),
    ("content/about.md", "---\ntitle: About\naliases: [us]\n---\n\nBy us. [@newton]\n"),
    ("content/causes/_index.md", "---\ntitle: Causes\n---\n"),
    (
        "content/causes/moon.md",
        "---\ntitle: The moon\nsummary: It pulls.\norder: 2\nupdated: 2026-01-02\nreviewed: 2026-01-02\nsize: small\nacts_on:
  - {to: sea, basis: study, note: It pulls., cite: '[@newton, ¶1]'}\n---\n
## Pull\n\nBy [=height] of spring water. [@newton, ¶1]\n",
    ),
    ("content/causes/sun.md", "---\ntitle: The sun\norder: 3\nsize: large\n---\n\nIt pulls too. [@newton, ¶2]\n"),
    ("content/causes/air.md", "---\ntitle: Air\norder: 1\n---\n\nIt pushes. [@newton, ¶1]\n"),
    ("content/effects/_index.md", "---\ntitle: Effects\n---\n"),
    ("content/effects/sea.md", "---\ntitle: The sea\n---\n\nIt rises.\n"),
    ("content/glossary/_index.md", "---\ntitle: Glossary\n---\n"),
    ("content/glossary/spring.md", "---\ntitle: spring\nsummary: A high tide.\n---\n\nA tide.\n"),
];

const BEGIN: &str = "«given»";

/// Pieces of pages that are drawn for themselves, and put where they belong.
const DRAWN_PARTS: &[&str] = &["parts/fact-note.html", "parts/note.html", "parts/statements.html"];

/// Whether a file of the theme is drawn for itself, and not included or extended by another.
fn is_drawn(name: &str) -> bool {
    let is_part = ["parts/", "strings/", "assets/"].iter().any(|folder| name.starts_with(folder));
    DRAWN_PARTS.contains(&name) || (!is_part && name != "base.html")
}

/// What each template was given, each time that it was drawn.
fn given() -> BTreeMap<&'static str, Vec<BTreeMap<String, Value>>> {
    let mut files = MemoryFiles::default();
    let mut insert = |path: &str, text: String| files.insert(SitePath::parse(path).expect("a path"), text);
    for (path, text) in RICH {
        insert(path, (*text).to_owned());
    }
    let drawn: Vec<&'static str> = DEFAULT_FILES.iter().map(|(name, _)| *name).filter(|name| is_drawn(name)).collect();
    for name in &drawn {
        let body = if name.starts_with("blocks/") {
            ""
        } else {
            "{% if page is defined %}{{ page.body_html | safe }}{% endif %}\
             {% if source is defined %}{% for passage in source.passages %}{% if passage.statements_html %}\
             {{ passage.statements_html | safe }}{% endif %}{% endfor %}{% endif %}"
        };
        insert(&format!("templates/{name}"), format!("{BEGIN}{name} {{{{ __tera_context }}}}{body}\n"));
    }
    let (built, report) = support::build(&files);
    assert!(!report.has_errors(), "{}", human::draw(&report, Colour::Off));
    let mut given: BTreeMap<&'static str, Vec<BTreeMap<String, Value>>> = BTreeMap::new();
    for bytes in built.values() {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let text = unescaped(text);
        // What a block was given stands in the body of its page, and before that, as a text, in what the page was given:
        // there it is passed over with that text.
        let mut rest = &*text;
        while let Some((_, part)) = rest.split_once(BEGIN) {
            let (name, values) = part.split_once(' ').expect("a name");
            rest = values;
            let name = drawn.iter().find(|drawn| **drawn == name).expect("a template");
            let Value::Map(values) = Value::parse(&mut rest) else { panic!("{name} is given no map") };
            given.entry(name).or_default().push(values);
        }
    }
    assert_eq!(given.keys().copied().collect::<Vec<_>>(), drawn, "every template of the theme is drawn");
    given
}

#[test]
fn every_value_that_a_template_sees_is_described_and_no_other() {
    let text = page("reference/templates.md");
    let sections = sections(&text);
    let shared = rows(&sections, "all");
    let mut visited = BTreeSet::new();
    for (template, times) in given() {
        let is_own = |words: &str| codes(words).any(|code| code == template);
        let own = sections.iter().find(|(words, _, _)| is_own(words));
        let (_, _, own) = own.unwrap_or_else(|| panic!("{template} is not described"));
        let described: Rows = shared.iter().chain(own).cloned().collect();
        for values in &times {
            compare(template, values, &described, &sections, &mut visited);
        }
    }
    // Every table of fields belongs to something that a template was given.
    let tables: BTreeSet<&str> = sections
        .iter()
        .filter(|(words, anchor, rows)| !rows.is_empty() && !anchor.is_empty() && !words.contains('`'))
        .map(|(_, anchor, _)| anchor.as_str())
        .filter(|anchor| *anchor != "all")
        .collect();
    assert_eq!(
        visited.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        tables,
        "tables that nothing is described by"
    );
}

/// Compares the names of what is given with the rows of a table, and what the rows link to with what is inside.
fn compare(
    place: &str,
    values: &BTreeMap<String, Value>,
    table: &Rows,
    sections: &[(String, String, Rows)],
    visited: &mut BTreeSet<String>,
) {
    let wanted: BTreeMap<&str, &str> =
        table.iter().map(|row| (codes(&row[0]).next().expect("a name"), row[1].as_str())).collect();
    let found: Vec<&str> = values.keys().map(String::as_str).collect();
    assert_eq!(found, wanted.keys().copied().collect::<Vec<_>>(), "{place}");
    for (name, value) in values {
        let place = format!("{place}, {name}");
        let link = wanted[name.as_str()].split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(to, _)| to);
        match link {
            Some(anchor) => descend(&place, value, anchor, sections, visited),
            // The names of assets are a map whose keys are the site's own.
            None => assert!(
                name == "assets" || is_plain(value),
                "{place}: something that has parts is described without a link to its table"
            ),
        }
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Plain(_) => true,
        Value::List(items) => items.iter().all(is_plain),
        Value::Map(_) => false,
    }
}

fn descend(
    place: &str,
    value: &Value,
    anchor: &str,
    sections: &[(String, String, Rows)],
    visited: &mut BTreeSet<String>,
) {
    match value {
        Value::Map(values) => {
            visited.insert(anchor.to_owned());
            compare(&format!("{place} ({anchor})"), values, rows(sections, anchor), sections, visited);
        }
        Value::List(items) => items.iter().for_each(|item| descend(place, item, anchor, sections, visited)),
        Value::Plain(text) => assert!(text.is_empty(), "{place}: `{text}` has no parts, and is linked to {anchor}"),
    }
}
