//! What the built site says to machines: structured data, feed, site map, headers, redirects.

use crate::support;

use std::collections::BTreeMap;

use expound::compile::{MemoryFiles, Options};
use expound::text::SitePath;

const BASE: &str = "https://example.org/why/";

fn files(texts: &[(&str, &str)]) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for (path, text) in texts {
        files.insert(SitePath::parse(path).expect("a path"), *text);
    }
    files
}

fn build(files: &MemoryFiles, base_url: Option<&str>) -> BTreeMap<String, String> {
    let options = Options { base_url: base_url.map(ToOwned::to_owned), ..Options::default() };
    let (built, report) = support::build_with(files, &options);
    assert!(!report.has_errors(), "{:?}", report.problems());
    built.into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// A site in two languages with a term, an alias, and texts that markup could be mistaken for.
fn tides() -> MemoryFiles {
    files(&[
        (
            "content/site.yaml",
            "title: {en: \"Tides & <more>\", fr: Marées}\nsummary: \"\\\"Why\\\"?\"\nlanguages: [en, fr]\n\
             licence_url: https://example.org/licence\nkinds:\n  term: {folder: glossary, title: Term, plural: Terms, \
             glossary: true}\n",
        ),
        ("content/index.md", "---\ntitle: Why tides?\n---\n\nThe moon.\n"),
        (
            "content/moon.md",
            "---\ntitle: \"The moon </script><script>alert(1)</script>\"\nsummary: It pulls & pulls.\n\
             updated: 2026-02-03\naliases: [luna]\n---\n\nIt pulls.\n",
        ),
        ("content/moon.fr.md", "---\ntitle: La lune\nupdated: 2026-03\n---\n\nElle tire.\n"),
        (
            "content/glossary/ebb.md",
            "---\ntitle: ebb\nsummary: Water that falls.\nforms: [ebbs, Anna Secret]\nwithhold: [Anna Secret]\n---\n\n\
             Water falls, says Anna Secret.\n",
        ),
    ])
}

/// The structured data of a page.
fn graph(html: &str) -> Vec<serde_json::Value> {
    let start = html.find("<script type=\"application/ld+json\">").expect("structured data") + 35;
    let json = &html[start..start + html[start..].find("</script>").expect("its end")];
    let document: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(document["@context"], "https://schema.org");
    document["@graph"].as_array().expect("a graph").clone()
}

#[test]
fn without_an_address_nothing_names_one() {
    let built = build(&tides(), None);
    for absent in ["sitemap.xml", "feed.xml", "fr/feed.xml", "robots.txt"] {
        assert!(!built.contains_key(absent), "{absent}");
    }
    for present in ["_headers", "_redirects", ".nojekyll", "404.html", "site.webmanifest"] {
        assert!(built.contains_key(present), "{present}");
    }
    let page = &built["moon.html"];
    for absent in ["rel=\"canonical\"", "og:url", "og:image", "atom+xml"] {
        assert!(!page.contains(absent), "{absent}");
    }
    let graph = graph(page);
    assert_eq!(graph.len(), 1, "a trail is made of addresses");
    assert_eq!(graph[0]["@type"], "Article");
    assert_eq!(graph[0]["dateModified"], "2026-02-03");
    assert!(graph[0].get("url").is_none());
    assert!(page.contains("<meta property=\"og:description\" content=\"It pulls &amp; pulls.\">"));
}

#[test]
fn structured_data_is_never_markup() {
    for base in [None, Some(BASE)] {
        let built = build(&tides(), base);
        let page = &built["moon.html"];
        let theirs = page.matches("<script src=").count();
        assert_eq!(page.matches("<script").count(), theirs + 1, "the title is data");
        assert_eq!(graph(page)[0]["headline"], "The moon </script><script>alert(1)</script>");
        assert!(built["index.html"].contains("\"name\":\"Tides & \\u003cmore>\""));
        assert_eq!(graph(&built["index.html"])[0]["@type"], "WebSite");
    }
}

#[test]
fn with_an_address_pages_say_where_they_are() {
    let built = build(&tides(), Some(BASE));
    let page = &built["fr/moon.html"];
    for tag in [
        "<link rel=\"canonical\" href=\"https://example.org/why/fr/moon.html\">",
        "<meta property=\"og:url\" content=\"https://example.org/why/fr/moon.html\">",
        "<link rel=\"alternate\" hreflang=\"en\" href=\"https://example.org/why/moon.html\">",
        "title=\"Marées\" href=\"../fr/feed.xml\">",
    ] {
        assert!(page.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("rel=\"canonical\"").count(), 1);
    let graph = graph(&built["glossary/ebb.html"]);
    assert_eq!(graph[0]["mainEntity"]["@type"], "DefinedTerm");
    assert_eq!(graph[0]["mainEntity"]["inDefinedTermSet"]["url"], "https://example.org/why/glossary/index.html");
    let steps = graph[1]["itemListElement"].as_array().expect("a trail");
    let items: Vec<&str> = steps.iter().filter_map(|step| step["item"].as_str()).collect();
    assert_eq!(items, ["index.html", "glossary/index.html", "glossary/ebb.html"].map(|path| format!("{BASE}{path}")));
    // Whoever asks for an address that moved is told of the new one.
    assert!(built["luna.html"].contains("<link rel=\"canonical\" href=\"https://example.org/why/moon.html\">"));
    // The page for addresses that do not exist is found at any depth, and has no address of its own.
    let missing = &built["404.html"];
    assert!(missing.contains("href=\"/why/assets/") && !missing.contains("canonical"), "{missing}");
}

#[test]
fn feeds_and_site_maps_list_what_was_changed() {
    let built = build(&tides(), Some(BASE));
    let feed = &built["fr/feed.xml"];
    assert!(feed.contains("xml:lang=\"fr\"") && feed.contains("<updated>2026-03-01T00:00:00Z</updated>"), "{feed}");
    assert!(built["feed.xml"].contains("<title>Tides &amp; &lt;more&gt;</title>"));
    assert_eq!(built["feed.xml"].matches("<entry>").count(), 1, "one page of this language says when it changed");
    let map = &built["sitemap.xml"];
    assert!(map.contains("<lastmod>2026-02-03</lastmod>"));
    assert!(!map.contains("2026-03"), "a month is no day: {map}");
    assert_eq!(map.matches("<loc>").count(), 5, "{map}");
    assert_eq!(map.matches("hreflang").count(), 4, "both versions of the page name both: {map}");
    for absent in ["luna.html", "404.html"] {
        assert!(!map.contains(absent), "{absent}");
    }
    assert!(built["robots.txt"].ends_with("Sitemap: https://example.org/why/sitemap.xml\n"));
}

#[test]
fn a_feed_ends_somewhere() {
    let mut files = tides();
    for number in 0..60 {
        let path = SitePath::parse(&format!("content/page-{number}.md")).expect("a path");
        files.insert(path, format!("---\ntitle: Page {number}\nupdated: 2025-01-{:02}\n---\n\nIt.\n", number % 28 + 1));
    }
    let feed = &build(&files, Some(BASE))["feed.xml"];
    assert_eq!(feed.matches("<entry>").count(), 30);
    let dates: Vec<&str> = feed.match_indices("<updated>").map(|(at, _)| &feed[at + 9..at + 19]).skip(1).collect();
    assert!(dates.is_sorted_by(|one, other| one >= other), "the newest first: {dates:?}");
}

#[test]
fn withheld_names_are_in_the_body_alone() {
    for base in [None, Some(BASE)] {
        for (path, text) in build(&tides(), base) {
            let found = text.matches("Anna Secret").count();
            assert_eq!(found, usize::from(path == "glossary/ebb.html"), "{path}");
        }
    }
}

#[test]
fn hosts_are_told_of_headers_and_redirects() {
    let built = build(&tides(), None);
    assert_eq!(built["_redirects"], "/luna.html /moon.html 301\n");
    let headers = &built["_headers"];
    let policy = headers.lines().find_map(|line| line.trim().strip_prefix("Content-Security-Policy: ")).expect("one");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    // The header stands for every page, and the search page alone may run Pagefind's WebAssembly.
    let meta = |policy: &str| format!("http-equiv=\"Content-Security-Policy\" content=\"{policy}\"");
    assert!(built["search.html"].contains(&meta(policy)));
    assert!(built["index.html"].contains(&meta(&policy.replace(" 'wasm-unsafe-eval'", ""))));
    assert!(headers.contains("/assets/*\n  Cache-Control: public, max-age=31536000, immutable"), "{headers}");
    let manifest: serde_json::Value = serde_json::from_str(&built["site.webmanifest"]).expect("JSON");
    assert_eq!(manifest["name"], "Tides & <more>");
    for icon in manifest["icons"].as_array().expect("icons") {
        assert!(built.contains_key(icon["src"].as_str().expect("a path")), "{icon}");
    }
}
