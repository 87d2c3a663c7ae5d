//! The examples of `docs/content/problems`: what stands under "Wrong" has that problem, what stands under "Right" has none.
//!
//! An example is put into a small site as `content/topics/gravity.md`, or at the path that its fence names after its
//! language. Fences of the language `text` show folders, and are looked at by nobody but people.

use crate::support;

use expound::compile::{MemoryFiles, Options};
use expound::diagnostic::explanation::explanation;
use expound::diagnostic::{Code, Report, human};
use expound::model::date::Date;
use expound::resolve::Choices;
use expound::text::SitePath;

/// The site that the examples are put into.
const SITE: &[(&str, &str)] = &[
    (
        "content/site.yaml",
        "title: Why things fall
languages: [en, fr]
evidence:
  require: [finding]
  bases: {study: A study reports, author: The author argues}
kinds:
  topic:
    folder: topics
    title: Topic
    plural: Topics
    fields:
      size: {type: choice, of: {small: Small, large: Large}}
    relations:
      depends_on: {to: topic, title: Depends on, inverse: Needed for}
  finding:
    folder: findings
    title: Finding
    plural: Findings
    relations:
      explains: {to: topic, title: Explains, inverse: Explained by}
  person: {folder: people, title: Person, plural: People}
  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}
",
    ),
    ("content/sources.yaml", "newton:\n  type: book\n  title: Principia\n"),
    (
        "content/passages.yaml",
        "newton:\n  passages:\n    - {at: 1, gist: One.}\n    - {at: 2, gist: Two.}\n    - {at: 3, gist: Three.}\n",
    ),
    (
        "content/facts.yaml",
        "fall-rate:\n  value: 9.8\n  unit: metres per second squared\n  as_of: 2020\n  source: \"[@newton]\"\n",
    ),
    ("content/topics/mass.md", "---\ntitle: Mass\n---\n\n## Inert mass\n\nMass. [@newton]\n"),
    ("content/people/newton.md", "---\ntitle: Newton\n---\n\nA person.\n"),
    ("content/glossary/weight.md", "---\ntitle: weight\nforms: [heaviness]\n---\n\nA force.\n"),
    ("content/topics/apple.png", "png"),
];

const PAGE: &str = "content/topics/gravity.md";

/// The fenced blocks of a part of a page: where each belongs, and its text.
fn examples(part: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    let mut lines = part.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let (language, path) = info.split_once(' ').unwrap_or((info, PAGE));
        let text: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        if language != "text" {
            examples.push((path.to_owned(), text));
        }
    }
    examples
}

fn report(examples: &[(String, String)]) -> Report {
    let mut files = MemoryFiles::default();
    let own = examples.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    // A site file of its own is a site of its own: the pages of ours would not fit it.
    let has_site_file = own.clone().any(|(path, _)| path == SITE[0].0);
    let others = if has_site_file { &[][..] } else { SITE };
    for (path, text) in others.iter().copied().chain(own) {
        files.insert(SitePath::parse(path).expect("a path"), text);
    }
    let choices = Choices { today: Date::parse("2026-01-01"), ..Choices::default() };
    support::build_with(&files, &Options { choices, ..Options::default() }).1
}

#[test]
fn examples_are_what_they_say() {
    let mut shown = 0;
    for code in Code::ALL {
        let (_, parts) = explanation(*code).split_once("\n## Wrong\n").expect("a part that is wrong");
        let (wrong, right) = parts.split_once("\n## Right\n").expect("a part that is right");
        let (wrong, right) = (examples(wrong), examples(right));
        if wrong.is_empty() {
            continue;
        }
        shown += 1;
        let found = report(&wrong);
        let codes: Vec<Code> = found.problems().iter().map(|problem| problem.diagnostic.code).collect();
        let drawn = human::draw(&found, human::Colour::Off);
        assert!(codes.contains(code), "the wrong example of {code} has no such problem:\n{drawn}");
        // Warnings that the small site has by itself are passed over.
        let found = report(&right);
        let codes: Vec<Code> = found.problems().iter().map(|problem| problem.diagnostic.code).collect();
        let drawn = human::draw(&found, human::Colour::Off);
        assert!(!codes.contains(code) && !found.has_errors(), "the right example of {code} has a problem:\n{drawn}");
    }
    assert!(shown > 35, "only {shown} of the examples were tried");
}
