//! The addresses that a site has published, as `content/urls.lock` keeps them.
//!
//! An address is a line of its own, sorted, so that two branches that both add some merge without a conflict.

use std::collections::BTreeSet;

use super::LanguageId;
use super::output_path::OutputPath;
use super::page::Target;
use super::site::Site;
use crate::text::Span;

/// What stands at the top of the file.
const HEADER: &str = "\
# The addresses that this site has published, and the headings that its other pages link to.
# Readers and other sites rely on them: one that vanishes is an error until a page names it among its `aliases:`.
# `expound lock` adds what is new. To give an address up for good, take its line out.
";

/// An address of the site: a page, or a heading of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The page, as a path below the site's root.
    pub page: OutputPath,
    /// The anchor of a heading.
    pub heading: Option<String>,
}

/// An address that was published, and where the file says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The address.
    pub address: Address,
    /// Where it is written.
    pub span: Span,
}

/// The addresses of a site as it is today: of its pages and those they had before, of its sources, and of the headings
/// that other pages link to.
pub fn published(site: &Site) -> BTreeSet<Address> {
    let mut addresses = BTreeSet::new();
    let mut add = |page: &OutputPath, heading: Option<&String>| {
        addresses.insert(Address { page: page.clone(), heading: heading.cloned() });
    };
    for page in &site.pages {
        add(&page.output, None);
        for alias in &page.aliases {
            add(alias, None);
        }
        for link in &page.links {
            let Target::Page(id, Some(anchor)) = &link.target else { continue };
            let other = site.page(*id);
            // Other anchors are the theme's, which see to themselves.
            let is_heading = other.markup.headings.iter().any(|heading| heading.anchor == *anchor);
            if is_heading && other.path != page.path {
                add(&other.output, Some(anchor));
            }
        }
    }
    let languages: BTreeSet<LanguageId> = site.pages.iter().map(|page| page.language).collect();
    for language in languages {
        for source in 0..site.sources.len() {
            add(&site.source_output(super::SourceId::new(source), language), None);
        }
    }
    addresses
}

/// The file that holds these addresses.
pub fn text(addresses: &BTreeSet<Address>) -> String {
    let lines = addresses.iter().map(|address| match &address.heading {
        Some(heading) => format!("{}#{heading}\n", address.page),
        None => format!("{}\n", address.page),
    });
    std::iter::once(HEADER.to_owned()).chain(lines).collect()
}
