//! Addresses that were published and are gone.

use std::collections::{BTreeMap, BTreeSet};

use super::messages;
use super::names::Hidden;
use crate::diagnostic::Diagnostic;
use crate::model::lock::{Locked, published};
use crate::model::output_path::OutputPath;
use crate::model::page::Page;
use crate::model::site::Site;
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath};

/// Reports every address of the lock file at which nothing is any more.
pub(super) fn check(
    site: &Site,
    locked: &[Locked],
    hidden: &[Hidden],
    path: &SitePath,
    problems: &mut Vec<Diagnostic>,
) {
    let addresses = published(site);
    let there: BTreeSet<&OutputPath> = addresses.iter().map(|address| &address.page).collect();
    let known: BTreeSet<&OutputPath> = locked.iter().map(|one| &one.address.page).collect();
    let mut pages: BTreeMap<&OutputPath, &Page> = BTreeMap::new();
    for page in &site.pages {
        pages.extend(page.aliases.iter().chain([&page.output]).map(|address| (address, &**page)));
    }
    // A page at an address that is not in the file is new, and may be one that was renamed.
    let new: Vec<&Page> = site.pages.iter().map(|page| &**page).filter(|page| !known.contains(&page.output)).collect();
    for one in locked {
        let place = || Place::span(path, one.span);
        let address = &one.address;
        match (&address.heading, pages.get(&address.page)) {
            (None, _) if there.contains(&address.page) => {}
            (None, _) => {
                let draft = hidden.iter().find(|hidden| is_at(hidden, &address.page));
                problems.push(match draft {
                    Some(draft) => messages::address_of_draft(place(), &address.page, &draft.path),
                    None => {
                        let successor = successor(&address.page, &new);
                        messages::vanished_address(place(), &address.page, successor)
                    }
                });
            }
            (Some(heading), Some(page)) => {
                let anchors = || page.markup.headings.iter().map(|heading| heading.anchor.as_str());
                if !anchors().any(|anchor| anchor == heading) {
                    let is_locked = |anchor: &str| {
                        let mut of_page = locked.iter().filter(|other| other.address.page == address.page);
                        of_page.any(|other| other.address.heading.as_deref() == Some(anchor))
                    };
                    let near = nearest(heading, anchors().filter(|anchor| !is_locked(anchor)));
                    let near = page.markup.headings.iter().find(|one| Some(one.anchor.as_str()) == near);
                    problems.push(messages::vanished_heading(place(), heading, page, near));
                }
            }
            // The page of the heading has had its message.
            (Some(_), None) => {}
        }
    }
}

/// Whether a page that is left out would be at this address.
fn is_at(hidden: &Hidden, address: &OutputPath) -> bool {
    let own = hidden.path.below("content").and_then(|below| below.strip_suffix(".md"));
    let own = own.map(|own| match own.strip_suffix("_index") {
        Some(folder) => format!("{folder}index"),
        None => own.to_owned(),
    });
    own.as_deref() == address.as_str().strip_suffix(".html")
}

/// The page that is likely to be the one that was at an address: of its name in another folder, of a near name in its
/// own, or the only new one in its own.
fn successor<'site>(address: &OutputPath, new: &[&'site Page]) -> Option<&'site Page> {
    let file_name = |path: &OutputPath| path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    let wanted = file_name(address);
    let same_name = || new.iter().find(|page| wanted != "index.html" && file_name(&page.output) == wanted);
    let beside: Vec<&&Page> = new.iter().filter(|page| page.output.folder() == address.folder()).collect();
    let near_name = || {
        let stem = |name: &str| name.trim_end_matches(".html").to_owned();
        let names: Vec<String> = beside.iter().map(|page| stem(&file_name(&page.output))).collect();
        let near = nearest(&stem(&wanted), names.iter().map(String::as_str))?;
        names.iter().position(|name| name == near).map(|index| beside[index])
    };
    let only = || if beside.len() == 1 { beside.first().copied() } else { None };
    same_name().or_else(near_name).or_else(only).copied()
}
