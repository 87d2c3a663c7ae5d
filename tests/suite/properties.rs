//! Whatever an editor writes: no panic, and every problem stands inside a file that is there.

use crate::support;

use std::collections::BTreeMap;

use expound::compile::{MemoryFiles, Options};
use expound::diagnostic::{Code, Report, human};
use expound::model::date::Date;
use expound::resolve::Choices;
use expound::text::SitePath;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A small site that has something of everything.
const SITE: &[(&str, &str)] = &[
    (
        "content/site.yaml",
        "title: {en: Why things fall, fr: Pourquoi}
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
    relations:
      depends_on: {to: topic, title: Depends on, inverse: Needed for}
      related_to: {to: [topic, term], symmetric: true}
  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}
",
    ),
    (
        "content/sources.yaml",
        "newton:
  type: book
  title: Principia
  author: Newton, Isaac
  date: 1687
  parent: {type: anthology, title: Works}
  basis: study
hooke: {type: web, title: Letters, url: \"https://example.org/\"}
",
    ),
    (
        "content/passages.yaml",
        "newton:
  locator: ¶
  passages:
    - {at: 1, gist: One., voice: study}
    - at: 2
      gist: Two.
",
    ),
    (
        "content/facts.yaml",
        "fall-rate:
  value: 9.8
  unit: metres per second squared
  as_of: 2020
  source: \"[@newton, ¶1]\"
  review_by: 2030-01
",
    ),
    ("content/events.yaml", "- {date: 1687, text: It was printed., cite: \"[@newton]\", pages: [mass]}\n"),
    ("content/index.md", "---\ntitle: Start\n---\n\nSee [mass](topics/mass.md#inert-mass) and [[weight]].\n"),
    (
        "content/topics/mass.md",
        "---\ntitle: Mass\nrelated_to: {to: weight, basis: study, cite: \"[@newton]\"}\n---\n\n## Inert mass\n\nMass. [@newton, ¶1]\n",
    ),
    ("content/topics/mass.fr.md", "---\ntitle: Masse\n---\n\nLa masse. [@hooke]\n"),
    ("content/glossary/weight.md", "---\ntitle: weight\nforms: [heaviness, \"C++\"]\n---\n\nA force.\n"),
    ("content/apple.png", "png"),
];

const PAGE: &str = "content/topics/gravity.md";

/// Builds the small site with another file in it, and holds its report and its pages to what must always be so.
fn build(path: &str, bytes: impl Into<Vec<u8>>) -> Report {
    let (built, report) = build_report(path, bytes);
    support::oracle::check_pages(&built);
    report
}

/// The same, without a look at the pages.
fn build_report(path: &str, bytes: impl Into<Vec<u8>>) -> (BTreeMap<String, Vec<u8>>, Report) {
    let mut files = MemoryFiles::default();
    for (path, text) in SITE {
        files.insert(SitePath::parse(path).expect("a path"), *text);
    }
    files.insert(SitePath::parse(path).expect("a path"), bytes);
    let choices = Choices { today: Date::parse("2026-01-01"), ..Choices::default() };
    let (built, report) = support::build_with(&files, &Options { choices, ..Options::default() });
    support::oracle::check_report(&report, &files);
    (built, report)
}

/// Pieces of front matter and data, whole and broken.
const YAML_PIECES: &[&str] = &[
    "title: ",
    "summary: ",
    "depends_on: ",
    "related_to:\n",
    "  - to: ",
    "    note: ",
    "    cite: ",
    "aliases: ",
    "slug: ",
    "updated: ",
    "order: ",
    "draft: ",
    "size: ",
    "newton:\n",
    "  type: ",
    "- ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "---\n",
    "mass",
    "weight",
    "newton",
    "[mass, weight]",
    "{to: mass}",
    "\"[@newton, ¶1]\"",
    "[@newton]",
    "a: b",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "@",
    "*a",
    "&a ",
    "!b ",
    "|",
    ">-\n",
    "#",
    "# ",
    ": ",
    ":",
    "- -",
    "? ",
    "true",
    "yes",
    "~",
    "1687",
    "9.8",
    "0x1F",
    "2026-13-01",
    "large",
    "é",
    "\u{feff}",
    "\u{0}",
    "\u{7}",
    "العربية",
    "𝔘",
    "title",
    "on",
    "<<: ",
    "\\",
    "%",
    "`",
];

/// Pieces of Markdown, with all forms of our own.
const MARKDOWN_PIECES: &[&str] = &[
    "Things fall. ",
    "So do we.",
    "weight ",
    "heaviness",
    "C++",
    "[@newton, ¶1]",
    "[@newton, ¶9; -@hooke, p. 3]",
    "[@nobody]",
    "[@",
    "[@]",
    "[@newton;]",
    "[-@newton]",
    "[=fall-rate]",
    "[=nothing]",
    "[=]",
    "[=",
    "[^1]",
    "[^1]: ",
    "[^a b]",
    "[[mass]]",
    "[[mass#Inert mass|m]]",
    "[[",
    "]]",
    "[a](mass.md)",
    "[a](mass.md#inert-mass \"t\")",
    "[a](../apple.png)",
    "![a](../apple.png)",
    "![](x)",
    "[a](javascript:x)",
    "[a][b]",
    "[b]: mass.md\n",
    "<https://example.org>",
    "<b onclick=x>",
    "</b>",
    "<script>",
    "<!--",
    "-->",
    "&#xE000;0&#xE001;",
    "\u{e000}0\u{e001}",
    "&amp;",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "    ",
    "  \n",
    "# ",
    "## ",
    "#### ",
    "## A {#a}\n",
    "## B {.editorial #page-x}\n",
    "===\n",
    "---\n",
    "- ",
    "  - ",
    "1. ",
    "- [x] ",
    "> ",
    "> [!NOTE]\n",
    "> [!WARNING]\n",
    "| a | b |\n|---|:-:|\n",
    "| c | d |\n",
    "Term\n: Definition\n",
    "```\n",
    "```timeline\n",
    "~~~",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "\\",
    "\\[",
    "\"",
    "'",
    "…",
    ":",
    "é",
    "العربية",
    "𝔘",
    "\u{0}",
    "\u{feff}",
    "\u{200f}",
    "*[",
    "](",
    "[",
    "]",
    "(",
    ")",
    "!",
    "@",
    "=",
];

fn pieces(of: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(of).prop_map(ToOwned::to_owned), 1 => "\\PC{0,8}"];
    vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

/// A data file with a few of its bytes taken out, doubled or replaced.
fn mangled() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let data: Vec<(&'static str, &'static str)> =
        SITE.iter().copied().filter(|(path, _)| path.ends_with(".yaml")).collect();
    let change = (any::<prop::sample::Index>(), 0..4_u8, select(YAML_PIECES));
    (select(data), vec(change, 1..4)).prop_map(|((path, text), changes)| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, what, piece) in changes {
            let at = index.index(bytes.len().max(1)).min(bytes.len());
            let end = (at + 1).min(bytes.len());
            match what {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, piece.bytes())),
                2 => drop(bytes.splice(at..end, piece.bytes())),
                _ => bytes.truncate(at),
            }
        }
        (path, bytes)
    })
}

fn some(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(some(48))]

    #[test]
    fn any_front_matter(yaml in pieces(YAML_PIECES, 14)) {
        build(PAGE, format!("---\n{yaml}\n---\n\nThings fall. [@newton, ¶1]\n"));
    }

    #[test]
    fn any_markdown(body in pieces(MARKDOWN_PIECES, 24)) {
        build(PAGE, format!("---\ntitle: Gravity\n---\n\n{body}\n"));
    }

    #[test]
    fn any_data((path, bytes) in mangled()) {
        build(path, bytes);
    }

    #[test]
    fn any_bytes(path in select(SITE).prop_map(|(path, _)| path), bytes in vec(any::<u8>(), 0..64)) {
        build(path, bytes);
    }
}

#[test]
fn the_small_site_is_whole() {
    let report = build(PAGE, "---\ntitle: Gravity\n---\n\nThings fall. [@newton, ¶1]\n");
    assert!(!report.has_errors(), "{}", human::draw(&report, human::Colour::Off));
}

#[test]
fn a_text_that_is_too_large_is_refused() {
    for (path, most, said) in [(PAGE, 1_000_000, "1 MB"), ("content/facts.yaml", 8_000_000, "8 MB")] {
        let report = build(path, "# ".repeat(most / 2 + 1));
        let problems = report.problems().iter().filter(|problem| problem.diagnostic.place.path.as_str() == path);
        let found: Vec<(Code, &str)> =
            problems.map(|problem| (problem.diagnostic.code, problem.diagnostic.message.as_str())).collect();
        assert_eq!(found, [(Code::TextTooLarge, format!("the text is larger than {said}").as_str())]);
    }
}

/// What a source's page says of a paragraph of many marks stays in proportion to the paragraph.
#[test]
fn statements_of_a_thousand_marks_are_shown_in_part() {
    let marks = 2000;
    for piece in ["so [@newton] ", "[@newton] ", "so *it* falls and [@newton] <b>so</b> do we "] {
        let mut files = MemoryFiles::default();
        for (path, text) in SITE {
            files.insert(SitePath::parse(path).expect("a path"), *text);
        }
        let page = format!("---\ntitle: Gravity\n---\n\n{} [@newton]\n", piece.repeat(marks));
        files.insert(SitePath::parse(PAGE).expect("a path"), page);
        let (built, report) = support::build(&files);
        assert!(!report.has_errors(), "{}", human::draw(&report, human::Colour::Off));
        let size = built["sources/newton.html"].len() + built["evidence.json"].len();
        assert!(size < marks * 12_000, "{piece}: {size} bytes");
        support::oracle::check_pages(&built);
    }
}

/// No nesting is too deep for the stack, or takes long.
#[test]
fn deep_nesting_comes_to_an_end() {
    let depth = 10_000;
    let nested = |piece: &str| piece.repeat(depth);
    let bodies = [
        nested("> "),
        nested("- "),
        nested("*a **b "),
        nested("["),
        nested("[a]("),
        nested("![a"),
        nested("[@newton, "),
        nested("[^1]: "),
        nested("<b>"),
        nested("> [!NOTE]\n"),
        (0..500).flat_map(|level| ["  ".repeat(level), "- a\n".to_owned()]).collect(),
    ];
    for body in bodies {
        build_report(PAGE, format!("---\ntitle: Gravity\n---\n\n{body}\n"));
    }
    for yaml in [nested("["), nested("{a: "), nested("- "), nested("? "), nested("&a ")] {
        build_report(PAGE, format!("---\ntitle: {yaml}\n---\n"));
        build_report("content/facts.yaml", yaml);
    }
}
