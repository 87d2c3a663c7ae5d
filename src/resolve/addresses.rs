//! Where every page and file of the built site is, and that no two are at one address.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::{DataPaths, messages};
use crate::diagnostic::Diagnostic;
use crate::model::LanguageId;
use crate::model::config::Config;
use crate::model::draft::{Draft, Role};
use crate::model::evidence::Source;
use crate::model::output_path::OutputPath;
use crate::model::site::Asset;
use crate::text::slug::{composed, folded};
use crate::text::{KeyPath, Place, SitePath};

/// The address of every page: as its file, with `.html`; other languages in folders of their own.
pub(super) fn pages(pages: &[Arc<Draft>], config: &Config) -> Vec<OutputPath> {
    pages
        .iter()
        .map(|draft| {
            let mut address = String::new();
            if draft.language != LanguageId::DEFAULT {
                address = format!("{}/", config.language(draft.language).tag);
            }
            let folder = draft.path.below("content").and_then(|below| below.rsplit_once('/')).map(|(folder, _)| folder);
            if let Some(folder) = folder {
                address.push_str(folder);
                address.push('/');
            }
            address.push_str(match draft.role {
                Role::Home | Role::Folder => "index",
                Role::Page => draft.common.slug.as_deref().unwrap_or(&draft.name),
            });
            address.push_str(".html");
            OutputPath::parse(&address).expect("segments of paths of the site are segments of addresses")
        })
        .collect()
}

/// The addresses that every page had before. One without a slash is in the page's own folder; `.html` may be left out.
pub(super) fn aliases(
    pages: &[Arc<Draft>],
    outputs: &[OutputPath],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Vec<(OutputPath, usize)>> {
    let of_page = |(draft, output): (&Arc<Draft>, &OutputPath)| {
        let mut aliases = Vec::new();
        for (index, alias) in draft.common.aliases.iter().enumerate() {
            let place = alias_place(draft, index);
            let bare = alias.trim_start_matches('/');
            let bare = bare.strip_suffix(".html").unwrap_or(bare);
            let whole = match output.as_str().rsplit_once('/') {
                Some((folder, _)) if !alias.contains('/') => format!("{folder}/{bare}.html"),
                _ => format!("{bare}.html"),
            };
            let is_address = bare.split('/').all(crate::text::slug::is_address_segment);
            match OutputPath::parse(&whole).filter(|_| is_address) {
                Some(path) => aliases.push((path, index)),
                None => problems.push(messages::bad_alias(place, alias)),
            }
        }
        aliases
    };
    pages.iter().zip(outputs).map(of_page).collect()
}

/// The address of every file that is copied: as its own.
pub(super) fn assets(paths: &[SitePath]) -> Vec<Asset> {
    let of_file = |path: &SitePath| {
        let output = OutputPath::parse(path.below("content")?)?;
        Some(Asset { path: path.clone(), output })
    };
    paths.iter().filter_map(of_file).collect()
}

/// The address of a source's page.
pub(super) fn source(key: &str) -> String {
    format!("sources/{}.html", crate::model::evidence::address_of_key(key))
}

/// Reports every address that is taken twice, also by names that differ in case or Unicode form alone.
#[expect(clippy::too_many_arguments, reason = "each is looked at once, and a struct of them would have one use")]
pub(super) fn check(
    pages: &[Arc<Draft>],
    outputs: &[OutputPath],
    aliases: &[Vec<(OutputPath, usize)>],
    assets: &[Asset],
    sources: &[Source],
    config: &Config,
    paths: &DataPaths,
    problems: &mut Vec<Diagnostic>,
) {
    // Only looked up, so that no order of hashes can be seen.
    let mut taken: HashMap<String, Taken<'_>> = HashMap::with_capacity(pages.len() + sources.len() + 16);
    let others = config.languages.iter().skip(1);
    let in_languages = others.flat_map(|language| {
        RESERVED_IN_LANGUAGES.iter().map(move |(address, by)| (Cow::Owned(format!("{}/{address}", language.tag)), *by))
    });
    let reserved = RESERVED.iter().map(|(address, by)| (Cow::Borrowed(*address), *by));
    for (address, by) in in_languages.chain(reserved) {
        taken.insert(folded(&address), Taken { owner: Owner::Reserved(by), address });
    }
    let of_sources =
        sources.iter().map(|one| Taken { owner: Owner::Source(&one.key), address: Cow::Owned(source(&one.key)) });
    let of_pages = pages
        .iter()
        .zip(outputs)
        .map(|(draft, output)| Taken { owner: Owner::Page(draft), address: Cow::Borrowed(output.as_str()) });
    let of_assets = assets
        .iter()
        .map(|asset| Taken { owner: Owner::File(&asset.path), address: Cow::Borrowed(asset.output.as_str()) });
    let of_aliases = pages.iter().zip(aliases).flat_map(|(draft, aliases)| {
        aliases
            .iter()
            .map(|(alias, index)| Taken { owner: Owner::Alias(draft, *index), address: Cow::Borrowed(alias.as_str()) })
    });
    for new in of_sources.chain(of_pages).chain(of_assets).chain(of_aliases) {
        match taken.entry(folded(&new.address)) {
            Entry::Vacant(free) => {
                free.insert(new);
            }
            Entry::Occupied(first) => {
                let first = first.get();
                let is_told = match (&new.owner, &first.owner) {
                    // Two pages of one name have had their message.
                    (Owner::Page(one), Owner::Page(other)) => one.name == other.name,
                    _ => false,
                };
                // So has one whose accents are stored apart, and that would be the same as the other with them joined.
                if !is_told && ![&new, first].into_iter().any(is_apart) {
                    let (place, by) = (new.owner.place(paths), first.owner.words());
                    problems.push(messages::duplicate_address(place, new.owner, &new.address, &first.address, &by));
                }
            }
        }
    }
}

/// Whether the accents of a page's name are stored apart from their letters.
fn is_apart(taken: &Taken<'_>) -> bool {
    matches!(taken.owner, Owner::Page(_)) && !taken.address.is_ascii() && composed(&taken.address) != taken.address
}

/// Where one of the aliases of a page is.
fn alias_place(draft: &Draft, index: usize) -> Place {
    Place::value(&draft.path, KeyPath::default().key("aliases").index(index))
}

/// What an address can belong to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'site> {
    /// Expound itself, for what these words say.
    Reserved(&'static str),
    /// A source, by its key.
    Source(&'site str),
    /// A page.
    Page(&'site Draft),
    /// A file that is copied.
    File(&'site SitePath),
    /// An alias of a page, by its index.
    Alias(&'site Draft, usize),
}

impl Owner<'_> {
    /// Where the address is given.
    fn place(self, paths: &DataPaths) -> Place {
        match self {
            Self::Reserved(_) => Place::file(&paths.site),
            Self::Source(key) => Place::key(&paths.sources, KeyPath::default().key(key)),
            Self::Page(draft) => Place::file(&draft.path),
            Self::File(path) => Place::file(path),
            Self::Alias(draft, index) => alias_place(draft, index),
        }
    }

    fn words(self) -> String {
        match self {
            Self::Reserved(words) => words.to_owned(),
            Self::Source(key) => format!("the page of the source `{key}`"),
            Self::Page(draft) => format!("`{}`", draft.path),
            Self::File(path) => format!("`{path}`"),
            Self::Alias(draft, _) => format!("an alias of `{}`", draft.path),
        }
    }
}

/// An address and whose it is.
struct Taken<'site> {
    owner: Owner<'site>,
    address: Cow<'site, str>,
}

/// The same below the folder of every language but the default.
const RESERVED_IN_LANGUAGES: &[(&str, &str)] = &[
    ("evidence.html", "the page of evidence"),
    ("feed.xml", "the feed"),
    ("sources/index.html", "the list of sources"),
];

/// Files of the built site that no page may replace.
const RESERVED: &[(&str, &str)] = &[
    ("404.html", "the page for addresses that do not exist"),
    ("evidence.html", "the page of evidence"),
    ("evidence.json", "the data of evidence"),
    ("search.html", "the page for searching"),
    ("site.json", "the data of the site"),
    ("sources/index.html", "the list of sources"),
    ("robots.txt", "the file for robots"),
    ("sitemap.xml", "the site map"),
    ("feed.xml", "the feed"),
    ("site.webmanifest", "the name and icons of the site for devices"),
    ("_headers", "the headers for hosts, which `templates/headers.txt` gives"),
    ("_redirects", "the redirects of aliases"),
];
