//! What readers can search, and where they find everything without searching.

use crate::support;

use std::collections::BTreeSet;

use expound::compile::{MemoryFiles, Options, compile};
use expound::emit::search::Record;
use expound::model::draft::Role;
use expound::text::SitePath;
use expound::text::html::escaped;

fn records(files: &MemoryFiles) -> Vec<Record> {
    compile(files, &Options::default()).emitter().records()
}

fn real_site() -> MemoryFiles {
    support::site_folder(&support::repository())
}

fn site(pages: &[(&str, &str)]) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    let path = |text: &str| SitePath::parse(text).expect("a path");
    let kinds = "title: Tides\nlanguages: [en, fr]\nkinds:\n  term: {folder: terms, title: Term, plural: Terms, glossary: true}\n";
    files.insert(path("content/site.yaml"), kinds);
    for (name, text) in pages {
        files.insert(path(&format!("content/{name}")), *text);
    }
    files
}

#[test]
fn every_page_has_a_record_and_an_entry() {
    let files = real_site();
    let compiled = compile(&files, &Options::default());
    let records = compiled.emitter().records();
    assert_eq!(records.len(), compiled.site().pages.len() + compiled.site().sources.len());
    let paths: BTreeSet<&str> = records.iter().map(|record| record.path.as_str()).collect();
    assert_eq!(paths.len(), records.len(), "no two are at one address");
    let (built, _) = support::build(&files);
    let index = String::from_utf8(built["search.html"].clone()).expect("text");
    for record in &records {
        assert!(built.contains_key(&record.path), "{}", record.path);
        assert!(!record.title.is_empty() && !record.text.contains('<'), "{record:?}");
        let entry = format!("<a href=\"{}\">{}</a>", record.path, escaped(&record.title));
        assert!(index.contains(&entry), "{entry}");
    }
    for page in compiled.site().pages.iter().filter(|page| page.role == Role::Page && page.kind.is_some()) {
        let record = records.iter().find(|record| record.path == page.output.as_str()).expect("a record");
        assert!(record.filters.contains_key("kind"), "{record:?}");
        assert!(record.text.len() > 200, "{record:?}");
    }
}

#[test]
fn the_mark_in_a_heading_is_no_word_of_it() {
    let mut files = site(&[("tides.md", "---\ntitle: Tides\n---\n\n## Two [@newton, p. 3] kinds\n\nThey rise.\n")]);
    let sources = SitePath::parse("content/sources.yaml").expect("a path");
    files.insert(sources, "newton: {type: book, title: Principia}\n");
    let records = records(&files);
    let record = records.iter().find(|record| record.path == "tides.html").expect("a record");
    let words: Vec<&str> = record.text.split_whitespace().collect();
    assert_eq!(words, ["Two", "kinds", "They", "rise."]);
}

#[test]
fn a_record_has_the_words_that_readers_see() {
    let records = records(&real_site());
    let record = |path: &str| records.iter().find(|record| record.path == path).expect("a record");
    let strikes = record("factors/military-strikes.html");
    assert!(strikes.synonyms.contains(&"drone".to_owned()));
    assert_eq!(strikes.filters["field-track"], ["decline"]);
    assert!(!strikes.text.contains('¶'), "marks of citations are no words: {strikes:?}");
    // A figure, the note of an edge, an event of a timeline, a form of a term, the gist of a passage.
    assert!(record("case-studies/algeria.html").text.contains("more than 7,000 people"));
    assert!(strikes.text.contains("A strike removes a person from a group"));
    assert!(record("timeline.html").text.contains("2001"));
    assert!(record("glossary/jurisprudence.html").synonyms.contains(&"fiqh".to_owned()));
    assert!(record("sources/said-2011.html").text.contains("Benotman"));
}

#[test]
fn the_index_leads_from_other_names_to_pages() {
    let files = site(&[
        ("index.md", "---\ntitle: Why tides?\n---\n"),
        ("ebb.md", "---\ntitle: Ebb & flow\nsynonyms: [Withdrawal, ebb flows, 7 metres]\n---\n"),
        ("ebb.fr.md", "---\ntitle: Étale\nsynonyms: [Jusant]\n---\n"),
        ("terms/neap.md", "---\ntitle: Neap\nforms: [neaps, moon quarter]\n---\n"),
        ("secret.md", "---\ntitle: Secret\ndraft: true\nsynonyms: [hidden]\n---\n"),
    ]);
    let (built, report) = support::build(&files);
    assert!(report.problems().is_empty());
    let page = |path: &str| String::from_utf8(built[path].clone()).expect("text");
    let (english, french) = (page("search.html"), page("fr/search.html"));
    for entry in
        ["data-name=\"Withdrawal\"", "data-name=\"7 metres\"", "data-name=\"moon quarter\"", ">Ebb &amp; flow</a>"]
    {
        assert!(english.contains(entry), "{entry}: {english}");
    }
    // What stands beside the title anyway is left out, and so is what is not published.
    for other in ["neaps", "ebb flows", "Jusant", "hidden", "Secret"] {
        let names = [format!("data-name=\"{other}\""), format!(">{other}<")];
        assert!(names.iter().all(|name| !english.contains(name)), "{other}: {english}");
    }
    let at = |text: &str| english.find(text).unwrap_or_else(|| panic!("{text}: {english}"));
    assert!(at("id=\"letter-other\"") < at("id=\"letter-E\"") && at("id=\"letter-E\"") < at("id=\"letter-W\""));
    // In another language a page has that language's names; one that is not translated is there all the same.
    assert!(french.contains("id=\"letter-E\"") && french.contains("href=\"ebb.html\">Étale</a>"), "{french}");
    assert!(french.contains("href=\"../terms/neap.html\" hreflang=\"en\" lang=\"en\">Neap</a>"), "{french}");
}

#[test]
fn drafts_are_in_no_record() {
    let files = site(&[
        ("index.md", "---\ntitle: Why tides?\n---\n"),
        ("sun.md", "---\ntitle: The sun\ndraft: true\n---\n\nHidden.\n"),
    ]);
    assert_eq!(records(&files).len(), 1);
}

#[test]
fn equal_sources_make_equal_indexes_on_any_number_of_threads() {
    let records = records(&real_site());
    let first = expound::search::index(&records).expect("an index");
    for threads in [1, 8] {
        let again = support::on_threads(threads, || expound::search::index(&records)).expect("an index");
        assert!(again == first, "on {threads} threads");
    }
}
