//! The same pages as other generators read them, with templates that show the same things where they can.
//!
//! - **Hugo**: navigation, contents list, relations from both ends (the other end from a map that is made once and
//!   cached), links by the paths of files.
//! - **mdBook**: a book whose summary lists all pages by folder; it has no front matter, hence no relations.
//! - **cobalt**: pages with front matter; relations as they are written, since it cannot look up another page.

use std::fmt::Write;

use super::{Corpus, File, Kind, Page, WRITES, name};

/// A generator that the same pages can be written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Expound itself.
    Expound,
    /// Hugo.
    Hugo,
    /// `mdBook`.
    MdBook,
    /// Cobalt.
    Cobalt,
}

impl Layout {
    /// The one with a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "expound" => Self::Expound,
            "hugo" => Self::Hugo,
            "mdbook" => Self::MdBook,
            "cobalt" => Self::Cobalt,
            _ => return None,
        })
    }

    /// Every file of a corpus in this layout.
    pub(crate) fn files<'corpus>(self, corpus: &'corpus Corpus) -> Box<dyn Iterator<Item = File> + 'corpus> {
        let pages = move |text: fn(&Page) -> String, root: &'static str| {
            (0..corpus.size).map(move |index| (format!("{root}{}", corpus.path(index)), text(&corpus.page(index))))
        };
        let fixed = |files: &'static [(&'static str, &'static str)]| {
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        };
        match self {
            Self::Expound => Box::new(corpus.files()),
            Self::Hugo => Box::new(fixed(HUGO).chain(pages(hugo, "content/"))),
            Self::MdBook => {
                let summary = ("src/SUMMARY.md".to_owned(), summary(corpus));
                Box::new(fixed(MDBOOK).chain([summary]).chain(pages(mdbook, "src/")))
            }
            Self::Cobalt => Box::new(fixed(COBALT).chain(pages(cobalt, ""))),
        }
    }
}

fn hugo(page: &Page) -> String {
    let mut text = format!("---\ntitle: {}\nsummary: {}\ndate: 2026-01-15\n", page.title, page.summary);
    for (relation, ..) in page.kind.relations() {
        let targets: Vec<String> =
            page.edges.iter().filter(|edge| edge.0 == relation).map(|edge| name(edge.1)).collect();
        if !targets.is_empty() {
            writeln!(text, "{relation}: [{}]", targets.join(", ")).expect(WRITES);
        }
    }
    write!(text, "---\n\n{}", page.body).expect(WRITES);
    text
}

fn mdbook(page: &Page) -> String {
    format!("# {}\n\n{}\n\n{}", page.title, page.summary, page.body)
}

fn cobalt(page: &Page) -> String {
    let mut text = format!(
        "---\nlayout: page.liquid\ntitle: {}\ndescription: {}\ndata:\n  relations:\n",
        page.title, page.summary
    );
    for (relation, to, _) in &page.edges {
        writeln!(text, "    - {{name: {relation}, to: {}}}", name(*to)).expect(WRITES);
    }
    if page.edges.is_empty() {
        text.push_str("    []\n");
    }
    write!(text, "---\n\n{}", page.body.replace(".md)", ".html)")).expect(WRITES);
    text
}

fn summary(corpus: &Corpus) -> String {
    let mut text = "# Summary\n\n[Why it happens](README.md)\n\n".to_owned();
    for kind in Kind::ALL {
        writeln!(text, "- [{0}]({1}/README.md)", kind.plural(), kind.folder()).expect(WRITES);
        for index in corpus.of_kind(kind) {
            writeln!(text, "  - [{}]({})", corpus.page(index).title, corpus.path(index)).expect(WRITES);
        }
    }
    text
}

const HUGO: &[(&str, &str)] = &[
    (
        "hugo.toml",
        "baseURL = \"https://example.org/\"\ntitle = \"Why it happens\"\ndisableKinds = [\"taxonomy\", \"term\", \
         \"RSS\", \"sitemap\"]\n[markup.goldmark.renderHooks.link]\nuseEmbedded = \"fallback\"\n\
         [markup.goldmark.renderer]\nunsafe = false\n[markup.tableOfContents]\nstartLevel = 2\nendLevel = 3\n",
    ),
    ("content/_index.md", "---\ntitle: Why it happens\n---\n\nChoose a folder.\n"),
    ("content/factors/_index.md", "---\ntitle: Factors\n---\n"),
    ("content/programmes/_index.md", "---\ntitle: Programmes\n---\n"),
    ("content/case-studies/_index.md", "---\ntitle: Case studies\n---\n"),
    (
        "layouts/_default/baseof.html",
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{{ .Title }} · {{ site.Title }}</title>\n\
         {{ with .Params.summary }}<meta name=\"description\" content=\"{{ . }}\">{{ end }}\n</head>\n<body>\n<header><nav>\
         <a href=\"/\">{{ site.Title }}</a>{{ range site.Sections }} <a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}\
         </nav></header>\n<main>\n{{ block \"main\" . }}{{ end }}\n</main>\n<footer>{{ site.Title }}</footer>\n</body>\n</html>\n",
    ),
    (
        "layouts/_default/single.html",
        "{{ define \"main\" }}<article>\n<nav><a href=\"/\">Home</a> <a href=\"{{ .Parent.RelPermalink }}\">\
         {{ .Parent.Title }}</a></nav>\n<h1>{{ .Title }}</h1>\n<p>{{ .Params.summary }}</p>\n{{ .TableOfContents }}\n\
         {{ .Content }}\n{{ $incoming := partialCached \"incoming.html\" site }}\n\
         {{ range $key, $title := hugo.Data.relations }}{{ $edges := index $.Params $key }}{{ with $edges }}\
         <section><h2>{{ $title.title }}</h2><ul>{{ range . }}{{ with site.GetPage . }}<li><a href=\"{{ .RelPermalink }}\">\
         {{ .Title }}</a><p>{{ .Params.summary }}</p></li>{{ end }}{{ end }}</ul></section>{{ end }}\
         {{ with index $incoming (printf \"%s %s\" $key $.File.ContentBaseName) }}<section><h2>{{ $title.inverse }}</h2><ul>\
         {{ range . }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a><p>{{ .Params.summary }}</p></li>{{ end }}</ul>\
         </section>{{ end }}{{ end }}\n{{ with .PrevInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}\n\
         {{ with .NextInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}\n</article>{{ end }}\n",
    ),
    (
        "layouts/partials/incoming.html",
        "{{ $incoming := newScratch }}{{ range site.RegularPages }}{{ $page := . }}{{ range $key, $title := hugo.Data.relations }}\
         {{ range index $page.Params $key }}{{ $incoming.Add (printf \"%s %s\" $key .) (slice $page) }}{{ end }}{{ end }}{{ end }}\
         {{ return $incoming.Values }}\n",
    ),
    (
        "layouts/_default/list.html",
        "{{ define \"main\" }}<article>\n<h1>{{ .Title }}</h1>\n{{ .Content }}\n<ul>{{ range .Pages }}<li>\
         <a href=\"{{ .RelPermalink }}\">{{ .Title }}</a><p>{{ .Params.summary }}</p></li>{{ end }}</ul>\n</article>{{ end }}\n",
    ),
    (
        "data/relations.yaml",
        "comes_before: {title: Comes before, inverse: Comes after}\nleads_to: {title: Leads to, inverse: Led to by}\n\
         acts_on: {title: Acts on, inverse: Acted on by}\nfollowed_by: {title: Followed by, inverse: Follows}\n\
         shows: {title: Shows, inverse: Shown by}\nsets_in_context: {title: Sets in context, inverse: Set in context by}\n",
    ),
];

const MDBOOK: &[(&str, &str)] = &[
    (
        "book.toml",
        "[book]\ntitle = \"Why it happens\"\n[output.html.search]\nenable = false\n[output.html.print]\nenable = false\n",
    ),
    ("src/README.md", "# Why it happens\n\nChoose a folder.\n"),
    ("src/factors/README.md", "# Factors\n"),
    ("src/programmes/README.md", "# Programmes\n"),
    ("src/case-studies/README.md", "# Case studies\n"),
];

const COBALT: &[(&str, &str)] = &[
    ("_cobalt.yml", "site:\n  title: Why it happens\n  base_url: https://example.org/\n"),
    ("index.md", "---\nlayout: page.liquid\ntitle: Why it happens\ndata:\n  relations: []\n---\n\nChoose a folder.\n"),
    (
        "_layouts/page.liquid",
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{{ page.title }} · {{ site.title }}</title>\n\
         <meta name=\"description\" content=\"{{ page.description }}\">\n</head>\n<body>\n<header><nav><a href=\"/\">\
         {{ site.title }}</a> <a href=\"/factors/\">Factors</a> <a href=\"/programmes/\">Programmes</a> \
         <a href=\"/case-studies/\">Case studies</a></nav></header>\n<main>\n<article>\n<h1>{{ page.title }}</h1>\n\
         <p>{{ page.description }}</p>\n{{ page.content }}\n<ul>{% for edge in page.data.relations %}<li>{{ edge.name }} \
         {{ edge.to }}</li>{% endfor %}</ul>\n</article>\n</main>\n<footer>{{ site.title }}</footer>\n</body>\n</html>\n",
    ),
];
