//! What the crates that a site goes through take by themselves: walkdir, `serde_yaml`, pulldown-cmark and Tera, on as many
//! threads as Expound, and nothing else.
//!
//! It reads a plain corpus, knows its pages by name, and draws each with its contents and its relations both ways. Nothing
//! is checked, located, measured, hashed or compared, and a page is half as large. No generator that uses these crates for
//! every page can be faster by much; how far Expound is above this is its own.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tera::{Context, Tera};
use walkdir::WalkDir;

#[derive(Deserialize)]
struct FrontMatter {
    title: String,
    summary: String,
    updated: String,
    #[serde(flatten)]
    relations: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct Heading {
    anchor: String,
    text: String,
}

struct Page {
    folder: String,
    name: String,
    front_matter: FrontMatter,
    headings: Vec<Heading>,
    body: String,
}

#[derive(Serialize)]
struct PageView<'site> {
    title: &'site str,
    summary: &'site str,
    updated: &'site str,
    folder: &'site str,
    headings: &'site [Heading],
    relations: Vec<RelationView<'site>>,
    body_html: &'site str,
}

#[derive(Serialize)]
struct RelationView<'site> {
    name: &'site str,
    pages: Vec<CardView<'site>>,
}

#[derive(Serialize)]
struct CardView<'site> {
    name: &'site str,
    title: &'site str,
    href: String,
}

const TEMPLATE: &str = include_str!("floor.html");

/// Builds the plain corpus in one folder into another.
pub(crate) fn run(root: &Path, output: &Path) -> Result<(), String> {
    let paths: Vec<_> = WalkDir::new(root.join("content"))
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    // The home page and those of folders have another front matter.
    let is_own = |path: &Path| path.file_stem().is_some_and(|stem| stem == "index" || stem == "_index");
    let read = |path: &PathBuf| read(path).ok_or_else(|| format!("{}: no page of the plain corpus", path.display()));
    let pages: Vec<Page> = paths.par_iter().filter(|path| !is_own(path)).map(read).collect::<Result<_, _>>()?;
    let by_name: HashMap<&str, &Page> = pages.iter().map(|page| (page.name.as_str(), page)).collect();
    let mut incoming: HashMap<&str, BTreeMap<&str, Vec<&Page>>> = HashMap::new();
    for page in &pages {
        for (relation, names) in &page.front_matter.relations {
            for name in names {
                incoming.entry(name).or_default().entry(relation).or_default().push(page);
            }
        }
    }
    let mut tera = Tera::default();
    tera.add_raw_templates([("floor.html", TEMPLATE)]).map_err(|error| error.to_string())?;
    for page in &pages {
        fs::create_dir_all(output.join(&page.folder)).map_err(|error| error.to_string())?;
    }
    pages.par_iter().try_for_each(|page| {
        let outgoing = page.front_matter.relations.iter().map(|(relation, names)| {
            let pages = names.iter().filter_map(|name| by_name.get(name.as_str())).map(|page| card(page)).collect();
            RelationView { name: relation, pages }
        });
        let incoming = incoming.get(page.name.as_str()).into_iter().flatten();
        let incoming = incoming.map(|(relation, pages)| RelationView {
            name: relation,
            pages: pages.iter().map(|page| card(page)).collect(),
        });
        let view = PageView {
            title: &page.front_matter.title,
            summary: &page.front_matter.summary,
            updated: &page.front_matter.updated,
            folder: &page.folder,
            headings: &page.headings,
            relations: outgoing.chain(incoming).collect(),
            body_html: &page.body,
        };
        let context = Context::from_serialize(&view).map_err(|error| error.to_string())?;
        let html = tera.render("floor.html", &context).map_err(|error| error.to_string())?;
        let file = output.join(&page.folder).join(&page.name).with_extension("html");
        fs::write(&file, html).map_err(|error| format!("{}: {error}", file.display()))
    })
}

fn card(page: &Page) -> CardView<'_> {
    let href = format!("../{}/{}.html", page.folder, page.name);
    CardView { name: &page.name, title: &page.front_matter.title, href }
}

/// A page of a folder.
fn read(path: &Path) -> Option<Page> {
    let text = fs::read_to_string(path).ok()?;
    let (front_matter, markdown) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let front_matter = serde_yaml::from_str(front_matter).ok()?;
    let mut headings: Vec<Heading> = Vec::new();
    let mut heading: Option<String> = None;
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(markdown, options).inspect(|event| match (event, &mut heading) {
        (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
        (Event::Text(part), Some(text)) => text.push_str(part),
        (Event::End(TagEnd::Heading(_)), _) => {
            let text = heading.take().unwrap_or_default();
            headings.push(Heading { anchor: text.to_lowercase().replace(' ', "-"), text });
        }
        _ => {}
    });
    let mut body = String::with_capacity(markdown.len() * 5 / 4);
    html::push_html(&mut body, events);
    let name = |path: &Path| Some(path.file_stem()?.to_str()?.to_owned());
    Some(Page { folder: name(path.parent()?)?, name: name(path)?, front_matter, headings, body })
}
