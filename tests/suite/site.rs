//! The site in this repository, as its readers and editors will find it.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};

use expound::compile::{MemoryFiles, Options, compile};
use expound::diagnostic::human::{self, Colour};
use expound::diagnostic::{Code, Report, Severity};
use expound::read::Files;
use expound::text::SitePath;

fn path(text: &str) -> SitePath {
    SitePath::parse(text).expect("a path")
}

fn repository_files() -> MemoryFiles {
    support::site_folder(&support::repository())
}

/// The built site as texts, without its one picture.
fn built() -> BTreeMap<String, String> {
    let (built, report) = support::build(&repository_files());
    assert!(report.problems().is_empty(), "{}", human::draw(&report, Colour::Off));
    let texts = built.into_iter().filter(|(path, _)| !path.ends_with(".png"));
    texts.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("the site is all text"))).collect()
}

/// Pages of a folder, but for the folder's own.
fn pages<'site>(built: &'site BTreeMap<String, String>, folder: &'site str) -> impl Iterator<Item = &'site str> {
    built.keys().filter_map(move |path| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".html")?;
        (name != "index" && !built[path].contains("http-equiv=\"refresh\"")).then_some(name)
    })
}

#[test]
fn has_a_page_for_each_factor_programme_and_case() {
    let built = built();
    let factors: Vec<&str> = pages(&built, "factors").collect();
    assert_eq!(
        factors,
        [
            "changed-priorities",
            "disillusionment",
            "disputes-inside-the-group",
            "family-ties",
            "fewer-foreign-recruits",
            "freedom-and-rule-of-law",
            "military-strikes",
            "pursuit-and-capture",
            "religious-counselling",
        ]
    );
    assert_eq!(pages(&built, "programmes").collect::<Vec<_>>(), ["algeria-reconciliation-charter", "munasaha"]);
    let cases: Vec<&str> = pages(&built, "case-studies").collect();
    assert_eq!(cases, ["algeria", "iraq", "noman-benotman", "saudi-arabia", "two-who-did-not-take-part"]);
    assert_eq!(pages(&built, "studies").collect::<Vec<_>>(), ["home-office-disengagement-study"]);
    for folder in ["", "factors/", "programmes/", "case-studies/", "studies/", "topics/", "glossary/", "sources/"] {
        assert!(built.contains_key(&format!("{folder}index.html")), "{folder}");
    }
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    assert_eq!(pages(&built, "sources").count(), compiled.site().sources.len());
}

#[test]
fn relations_show_on_the_side_that_does_not_state_them() {
    let built = built();
    let source = repository_files().load(&path("content/factors/family-ties.md")).expect("the page");
    let source = String::from_utf8(source).expect("text");
    assert!(!source.contains("shown_by") && !source.contains("shows:"), "the page does not say so itself");
    let page = &built["factors/family-ties.html"];
    let at = page.find(">Shown by<").expect("the inverse of the relation");
    let rest = &page[at..];
    let edge = &rest[..rest.find("</li>").expect("the end of the edge")];
    assert!(edge.contains("../case-studies/two-who-did-not-take-part.html"), "{edge}");
    assert!(edge.contains("The official inquiry is less certain"), "the edge's note: {edge}");
    let mark = edge.find("¶7</a>").expect("the edge's citation");
    let note = edge[..mark].rsplit("href=\"#").next().and_then(|href| href.split('"').next()).expect("a note");
    let at = page.find(&format!("id=\"{note}\"")).expect("the note");
    assert!(page[at..at + 400].contains("sources/said-2011.html#passage-7"), "the note leads to the passage");
}

#[test]
fn every_paragraph_of_the_article_is_cited() {
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    let site = compiled.site();
    let index = site.sources.iter().position(|source| source.key == "said-2011").expect("the article");
    let cited: BTreeSet<usize> =
        site.uses[index].iter().filter_map(|one| one.passage).map(|passage| passage as usize).collect();
    let passages = &site.sources[index].passages;
    assert_eq!(passages.len(), 18, "17 paragraphs and the publisher's note");
    for (index, passage) in passages.iter().enumerate() {
        assert!(cited.contains(&index), "¶{} is cited nowhere", passage.at);
    }
}

#[test]
fn every_edge_says_whose_voice_it_is_and_what_it_rests_on() {
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    let site = compiled.site();
    assert!(site.edges.len() > 40);
    for edge in site.edges.iter() {
        let name = &site.page(edge.from).name;
        assert!(edge.basis.is_some(), "{name}");
        assert!(edge.citation.as_ref().is_some_and(|citation| !citation.items().is_empty()), "{name}");
    }
}

/// Takes every citation mark of every page that requires evidence away, one at a time.
#[test]
fn a_statement_that_loses_its_citation_is_found() {
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    let config = &compiled.site().config;
    let required: Vec<(SitePath, usize)> = compiled
        .site()
        .pages
        .iter()
        .filter(|page| config.requires_evidence(page.kind))
        .map(|page| (page.path.clone(), page.citations.len()))
        .collect();
    assert!(required.len() > 20);
    // Whether a statement is cited is seen while its page is read: the site file is all that this needs beside it.
    let site_file = path("content/site.yaml");
    let read = |page: &SitePath, text: &str| {
        let mut small = MemoryFiles::default();
        small.insert(site_file.clone(), files.load(&site_file).expect("the site file"));
        small.insert(page.clone(), text);
        let (_, problems) = expound::read::all(&small);
        Report::new(problems, |path| String::from_utf8(small.load(path).ok()?).ok(), expound::read::locate_all)
    };
    let mut tried = 0;
    for (page, _) in &required {
        let text = String::from_utf8(files.load(page).expect("the page")).expect("text");
        let body = text[3..].find("---").expect("front matter") + 6;
        let mut editorial = false;
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with("## ") {
                editorial = line.contains("{.editorial}");
            }
            if offset >= body && !editorial {
                for (at, _) in line.match_indices("[@") {
                    let end = at + line[at..].find(']').expect("a closed mark") + 1;
                    let mut changed = text.clone();
                    changed.replace_range(offset + at..offset + end, "");
                    let report = read(page, &changed);
                    let near = report.problems().iter().any(|problem| {
                        let position = report.position(&problem.diagnostic.place.path, problem.span);
                        let line_number = text[..offset].matches('\n').count() + 1;
                        problem.diagnostic.code == Code::UncitedStatement
                            && (position.line..=position.end_line + 1).contains(&line_number)
                    });
                    assert!(near, "{page}: without `{}` in\n{line}", &line[at..end]);
                    tried += 1;
                }
            }
            offset += line.len();
        }
    }
    assert!(tried > 300, "only {tried} marks were tried");
}

#[test]
fn private_names_are_on_one_page_only() {
    let built = built();
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    let withheld: Vec<&String> = compiled.site().pages.iter().flat_map(|page| &page.common.withhold).collect();
    assert_eq!(withheld.len(), 2);
    for name in withheld {
        // Half a name is a name too.
        let family_name = name.rsplit(['-', ' ']).next().expect("a name");
        let holders: Vec<&String> =
            built.iter().filter(|(_, text)| text.contains(family_name)).map(|(path, _)| path).collect();
        assert_eq!(holders, ["case-studies/two-who-did-not-take-part.html"]);
        let page = &built["case-studies/two-who-did-not-take-part.html"];
        assert_eq!(page.matches(name.as_str()).count(), 1, "{name} is named once");
        // The search index is compressed: what it is made from is not.
        for record in compiled.emitter().records() {
            assert!(!format!("{record:?}").contains(family_name), "{}", record.path);
        }
    }
}

#[test]
fn todays_addresses_are_locked() {
    let files = repository_files();
    let compiled = compile(&files, &Options::default());
    let locked: BTreeSet<_> = compiled.locked().iter().map(|locked| locked.address.clone()).collect();
    let missing: Vec<_> = expound::model::lock::published(compiled.site()).difference(&locked).cloned().collect();
    assert!(missing.is_empty(), "run `cargo run -- lock` and commit `content/urls.lock`: {missing:?}");
}

#[test]
fn a_figure_changes_where_it_is_used_and_nowhere_else() {
    let before = built();
    let mut files = repository_files();
    let facts = path("content/facts.yaml");
    let text = String::from_utf8(files.load(&facts).expect("the facts")).expect("text");
    assert_eq!(text.matches("value: 7540").count(), 1);
    files.insert(facts, text.replace("value: 7540", "value: 7541"));
    let (after, _) = support::build(&files);
    let changed: Vec<&String> =
        before.iter().filter(|(path, text)| after[*path] != text.as_bytes()).map(|(path, _)| path).collect();
    let using: Vec<&String> =
        before.iter().filter(|(_, text)| text.contains("7,540 people")).map(|(path, _)| path).collect();
    assert!(!using.is_empty());
    assert_eq!(changed, using);
}

#[test]
fn the_committed_site_is_what_the_sources_build() {
    let folder = support::repository().join("public");
    let committed = support::files_below(&folder);
    let (built, _) = support::build(&repository_files());
    let manifest = ".expound-manifest.json";
    // Nor is the search index committed: it is for the most part code of others.
    let is_committed = |name: &&str| *name != manifest && !name.starts_with("pagefind/");
    let names: BTreeSet<&str> = committed.keys().map(String::as_str).filter(is_committed).collect();
    assert_eq!(names, built.keys().map(String::as_str).collect(), "run `cargo run --release -- build`");
    for (name, bytes) in &built {
        assert!(committed[name] == *bytes, "{name} is stale: run `cargo run --release -- build`");
    }
}

#[test]
fn equal_sources_give_equal_bytes_in_any_order_and_on_any_number_of_threads() {
    let files = repository_files();
    let (first, _) = support::build(&files);
    let mut reversed = MemoryFiles::default();
    for path in files.paths().iter().rev() {
        reversed.insert(path.clone(), files.load(path).expect("a file"));
    }
    let (second, _) = support::build(&reversed);
    assert_eq!(first, second);
    let pool = |threads| support::on_threads(threads, || support::build(&repository_files()).0);
    assert_eq!(pool(1), first);
    assert_eq!(pool(8), first);
}

#[test]
fn nothing_in_the_site_is_worse_than_a_warning_and_nothing_is_warned_of() {
    let (_, report) = support::build(&repository_files());
    assert_eq!(report.count(Severity::Error) + report.count(Severity::Warning), 0);
}

/// Every mark of every page leads to its source, and from there back to itself.
#[test]
fn citations_lead_there_and_back() {
    let built = built();
    let evidence: serde_json::Value = serde_json::from_str(&built["evidence.json"]).expect("JSON");
    let citations = evidence["citations"].as_array().expect("a list");
    assert!(citations.len() > 400);
    for citation in citations {
        let text = |key: &str| citation[key].as_str().unwrap_or_default().to_owned();
        let page = &built[&text("path")];
        assert!(page.contains(&format!("id=\"{}\"", text("anchor"))), "{citation}");
        let source = &built[&format!("sources/{}.html", text("source"))];
        let back = format!("{}#{}\"", text("path"), text("anchor"));
        assert!(source.contains(&back), "the page of {} does not lead back to {back}", text("source"));
        if let Some(passage) = citation["passage"].as_str() {
            assert!(source.contains(&format!("id=\"passage-{passage}\"")), "{citation}");
        }
    }
    // And none is missing from the data.
    let in_data: BTreeSet<(String, String)> = citations
        .iter()
        .map(|one| {
            (one["path"].as_str().unwrap_or_default().to_owned(), one["anchor"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for (path, text) in built.iter().filter(|(path, _)| path.ends_with(".html")) {
        for (at, _) in text.match_indices("class=\"cite\" id=\"") {
            let anchor = text[at + 17..].split('"').next().unwrap_or_default();
            let anchor = anchor.strip_suffix("-source").unwrap_or(anchor);
            assert!(in_data.contains(&(path.clone(), anchor.to_owned())), "{path}#{anchor}");
        }
    }
}

/// Whoever looks at the data with tools that go by lines finds a record in each.
#[test]
fn data_has_a_line_for_each_record() {
    let built = built();
    for (file, lists) in
        [("site.json", &["bases", "kinds", "pages", "relations", "sources"][..]), ("evidence.json", &["citations"][..])]
    {
        let text = &built[file];
        let data: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let lines: BTreeSet<String> = text
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line.trim_end_matches(',')).ok())
            .map(|record| record.to_string())
            .collect();
        for list in lists {
            let records = data[list].as_array().expect("a list");
            assert!(!records.is_empty(), "{file} has no {list}");
            for record in records {
                assert!(lines.contains(&record.to_string()), "{file}: {record}");
            }
        }
    }
}

/// No page is thin: its text, with what it is related to, leads to two other pages or more, and two or more lead to it.
#[test]
fn every_page_leads_to_others_and_is_led_to() {
    let built = built();
    let data: serde_json::Value = serde_json::from_str(&built["site.json"]).expect("JSON");
    let pages: BTreeSet<&str> =
        data["pages"].as_array().expect("a list").iter().filter_map(|page| page["path"].as_str()).collect();
    let mut leads_to: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut is_led_to: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for page in &pages {
        let text = &built[*page];
        let main = &text[text.find("<main").expect("a main part")..text.rfind("</main>").expect("its end")];
        let page_path = path(page);
        for (at, opening) in main.match_indices("href=\"") {
            let link = main[at + opening.len()..].split(['"', '#']).next().expect("an address");
            let Some(target) = page_path.resolve(link).map(|path| path.as_str().to_owned()) else { continue };
            if pages.contains(target.as_str()) && target != **page {
                leads_to.entry(page).or_default().insert(target.clone());
                is_led_to.entry(target).or_default().insert(page);
            }
        }
    }
    for page in pages {
        assert!(leads_to.get(page).is_some_and(|pages| pages.len() >= 2), "{page} leads nowhere");
        assert!(is_led_to.get(page).is_some_and(|pages| pages.len() >= 2), "few pages lead to {page}");
    }
}

/// Every mark leads to a note, a note stands on a page once, and it leads on to the list of sources and back.
#[test]
fn no_line_of_the_map_runs_behind_a_page() {
    type Point = (f64, f64);
    let built = built();
    let figure = &built["index.html"].split_once("<div class=\"wide\">").expect("a wide map").1;
    let figure = figure.split_once("</svg>").expect("its end").0;
    let attribute = |tag: &str, name: &str| -> f64 {
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).expect("the attribute");
        rest.split_once('"').expect("its end").0.parse().expect("a number")
    };
    let frames: Vec<[f64; 4]> = figure
        .split("<rect ")
        .skip(1)
        .filter(|tag| !tag.starts_with("class=\"sign\""))
        .map(|tag| ["x", "y", "width", "height"].map(|name| attribute(&format!(" {tag}"), name)))
        .collect();
    assert!(frames.len() > 15, "{} pages", frames.len());
    let path = figure.split_once("<path d=\"").expect("a path").1.split_once('"').expect("its end").0;
    let mut at: Point = (0.0, 0.0);
    let mut lines = 0;
    for (start, command) in path.match_indices(['M', 'C', 'L']) {
        let end = path[start + 1..].find(['M', 'C', 'L']).map_or(path.len(), |length| start + 1 + length);
        let numbers: Vec<f64> =
            path[start + 1..end].split(' ').map(|number| number.parse().expect("a number")).collect();
        let mut points = vec![at];
        points.extend(numbers.chunks(2).map(|pair| (pair[0], pair[1])));
        at = *points.last().expect("a point");
        if command == "M" {
            lines += 1;
            continue;
        }
        for step in 1..50 {
            // De Casteljau's way along the curve.
            let t = f64::from(step) / 50.0;
            let mut rest = points.clone();
            while rest.len() > 1 {
                rest = rest
                    .windows(2)
                    .map(|two| (two[0].0 + (two[1].0 - two[0].0) * t, two[0].1 + (two[1].1 - two[0].1) * t))
                    .collect();
            }
            let (x, y) = rest[0];
            for frame @ [left, top, width, height] in &frames {
                let is_behind = x > left + 1.0 && x < left + width - 1.0 && y > top - 3.0 && y < top + height + 3.0;
                assert!(!is_behind, "a line runs behind {frame:?} at {x}, {y}");
            }
        }
    }
    assert!(lines > 15, "{lines} lines");
}

#[test]
fn every_mark_has_its_note() {
    let mut marks = 0;
    for (path, html) in built().iter().filter(|(path, _)| path.ends_with(".html")) {
        for piece in html.split("href=\"#n").skip(1) {
            let number: String = piece.chars().take_while(|one| *one != '"').collect();
            // Some headings begin with this letter too.
            if number.parse::<usize>().is_err() {
                continue;
            }
            let note = format!("class=\"note\" id=\"n{number}\"");
            assert_eq!(html.matches(&note).count(), 1, "{path}: {note}");
            marks += 1;
        }
        let mut seen = BTreeSet::new();
        for note in html.split("<span class=\"note\" id=\"").skip(1) {
            let note = &note[..note.find("</span>").expect("its end")];
            let text = note.split_once('>').expect("its text").1;
            let text = &text[..text.rfind("<a ").expect("the way back")];
            assert!(seen.insert(text.to_owned()), "{path} has this twice: {text}");
            assert!(text.contains("sources/"), "{path}: {text}");
        }
    }
    assert!(marks > 1000, "{marks} marks");
}

#[test]
fn the_data_is_as_its_schemas_say() {
    let built = built();
    for name in ["site", "evidence"] {
        let folder = support::repository().join("docs/schemas");
        let schema = std::fs::read_to_string(folder.join(format!("{name}.schema.json"))).expect("a schema");
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        let data: serde_json::Value = serde_json::from_str(&built[&format!("{name}.json")]).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema that is one");
        let errors: Vec<String> = validator.iter_errors(&data).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}.json: {errors:?}");
        // A validator that lets everything pass would say nothing.
        assert!(!validator.is_valid(&serde_json::json!({"citations": [{}], "title": 1})));
    }
}

/// The words of a text as the list of the article's shingles has them: in small letters, without apostrophes.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let runs = text.split(|one: char| !(one.is_alphanumeric() || one == '\'' || one == '’'));
    runs.map(|run| run.replace(['\'', '’'], "")).filter(|word| !word.is_empty()).collect()
}

/// The article's sentences are not ours to copy. Only hashes of its runs of eight words are kept here, not its text.
#[test]
fn no_eight_words_in_a_row_are_the_articles() {
    let list = support::repository().join("tests/data/article-shingles.txt");
    let list = std::fs::read_to_string(list).expect("the list");
    let shingles: BTreeSet<&str> = list.lines().collect();
    assert!(shingles.len() > 800, "{} shingles", shingles.len());
    let mut tried = 0;
    for (path, html) in built().iter().filter(|(path, _)| path.ends_with(".html")) {
        let main = html.find("<main").map_or(html.as_str(), |at| &html[at..]);
        for run in words(&expound::text::html::text_of(main)).windows(8) {
            let run = run.join(" ");
            let hash = blake3::hash(run.as_bytes()).to_hex();
            assert!(!shingles.contains(&hash.as_str()[..16]), "{path}: “{run}” stands in the article");
            tried += 1;
        }
    }
    assert!(tried > 20_000, "only {tried} runs were tried");
}

/// The audit names a line for every claim; the paragraph it comes from must be cited there, or a few lines on.
#[test]
fn the_audit_of_claims_points_at_citations() {
    let root = support::repository();
    let audit = std::fs::read_to_string(root.join("docs/content-audit.md")).expect("the audit");
    let mut claims = 0;
    for row in audit.lines().filter(|line| line.starts_with("| p")) {
        let id = row.split('|').nth(1).expect("an id").trim();
        let paragraph = id.trim_start_matches('p').split('.').next().expect("a paragraph");
        let places: Vec<&str> = row.split('`').filter(|part| part.starts_with("content/")).collect();
        assert!(!places.is_empty(), "{id} is reported nowhere");
        for place in places {
            let (path, line) = place.rsplit_once(':').expect("a path and a line");
            let line: usize = line.parse().expect("a line number");
            let text = std::fs::read_to_string(root.join(path)).expect("the page");
            let near = text.lines().skip(line - 1).take(8).collect::<Vec<_>>().join(" ");
            assert!(near.contains(&format!("¶{paragraph}")), "{id}: {place} does not cite ¶{paragraph}");
        }
        claims += 1;
    }
    assert_eq!(claims, 75);
}
