//! Where every page and file of the built site is, and that no two are at one address.

use std::collections::BTreeMap;
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
    let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
    let others = config.languages.iter().skip(1);
    let in_languages = others.flat_map(|language| {
        RESERVED_IN_LANGUAGES.iter().map(move |(address, by)| (format!("{}/{address}", language.tag), *by))
    });
    for (address, by) in in_languages {
        taken.insert(
            folded(&address),
            Taken { owner: Owner::Reserved, name: "", address: address.clone(), by: by.to_owned() },
        );
    }
    for (address, by) in RESERVED {
        let owner = Owner::Reserved;
        taken.insert(
            (*address).to_owned(),
            Taken { owner, name: "", address: (*address).to_owned(), by: (*by).to_owned() },
        );
    }
    let of_sources = sources.iter().map(|one| {
        let place = Place::key(&paths.sources, KeyPath::default().key(&one.key));
        let by = format!("the page of the source `{}`", one.key);
        (place, Taken { owner: Owner::Source, name: &one.key, address: source(&one.key), by })
    });
    let of_pages = pages.iter().zip(outputs).map(|(draft, output)| {
        let by = format!("`{}`", draft.path);
        (Place::file(&draft.path), Taken { owner: Owner::Page, name: &draft.name, address: output.to_string(), by })
    });
    let of_assets = assets.iter().map(|asset| {
        let by = format!("`{}`", asset.path);
        (Place::file(&asset.path), Taken { owner: Owner::File, name: "", address: asset.output.to_string(), by })
    });
    let of_aliases = pages.iter().zip(aliases).flat_map(|(draft, aliases)| {
        aliases.iter().map(|(alias, index)| {
            let by = format!("an alias of `{}`", draft.path);
            (alias_place(draft, *index), Taken { owner: Owner::Alias, name: "", address: alias.to_string(), by })
        })
    });
    for (place, new) in of_sources.chain(of_pages).chain(of_assets).chain(of_aliases) {
        match taken.get(&folded(&new.address)) {
            // Two pages of one name have had their message.
            Some(first) if new.owner == Owner::Page && first.owner == Owner::Page && first.name == new.name => {}
            // So has one whose accents are stored apart, and that would be the same as the other with them joined.
            Some(first) if [&new, first].iter().any(|one| is_apart(one)) => {}
            Some(first) => {
                problems.push(messages::duplicate_address(place, new.owner, &new.address, &first.address, &first.by));
            }
            None => {
                taken.insert(folded(&new.address), new);
            }
        }
    }
}

/// Whether the accents of a page's name are stored apart from their letters.
fn is_apart(taken: &Taken<'_>) -> bool {
    taken.owner == Owner::Page && !taken.address.is_ascii() && composed(&taken.address) != taken.address
}

/// Where one of the aliases of a page is.
fn alias_place(draft: &Draft, index: usize) -> Place {
    Place::value(&draft.path, KeyPath::default().key("aliases").index(index))
}

/// What an address can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Expound itself.
    Reserved,
    /// A source.
    Source,
    /// A page.
    Page,
    /// A file that is copied.
    File,
    /// An alias of a page.
    Alias,
}

/// An address and whose it is.
struct Taken<'site> {
    owner: Owner,
    name: &'site str,
    address: String,
    /// The same in words.
    by: String,
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
