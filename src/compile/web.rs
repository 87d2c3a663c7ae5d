//! Every address of the web that a site uses, and where.

use std::collections::BTreeMap;

use crate::model::body::RawKind;
use crate::model::config::{FieldType, FieldValue};
use crate::model::page::Target;
use crate::model::site::Site;
use crate::read;
use crate::text::{KeyPath, Place, SitePath};

/// An address of the web, as a site uses it.
#[derive(Clone, Debug)]
pub struct WebAddress {
    /// The address, without what follows `#`.
    pub address: String,
    /// Where it is written: in the site file and the bibliography, then in the pages.
    pub places: Vec<Place>,
}

/// Every address that begins with `http:` or `https:`, in alphabetical order.
pub(super) fn addresses(site: &Site) -> Vec<WebAddress> {
    let mut found: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let mut add = |address: &str, place: Place| {
        let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
        if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            let address = address.split_once('#').map_or(address, |(address, _)| address);
            let places = found.entry(address.to_owned()).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    };
    let path = |text: &str| SitePath::parse(text).expect("a path");
    let key = |name: &str| KeyPath::default().key(name);
    if let Some(address) = &site.config.licence_url {
        add(address, Place::value(&path(read::SITE_FILE), key("licence_url")));
    }
    for source in site.sources.iter() {
        if let Some(address) = &source.url {
            add(address, Place::value(&path(read::SOURCES_FILE), key(&source.key).key("url")));
        }
    }
    for page in &site.pages {
        let fields = page.kind.map(|kind| site.config.kind(kind).fields.as_slice()).unwrap_or_default();
        for (spec, value) in fields.iter().zip(&page.fields) {
            if let (FieldType::Address, Some(FieldValue::Address(address))) = (&spec.takes, value) {
                add(address, Place::value(&page.path, key(&spec.name)));
            }
        }
        for link in page.links.iter().chain(&page.images) {
            if let Target::External(address) = &link.target {
                add(address, Place::span(&page.path, link.span));
            }
        }
        for raw in page.markup.raw.iter().filter(|raw| raw.kind == RawKind::Link) {
            add(&raw.text, Place::span(&page.path, raw.span));
        }
    }
    found.into_iter().map(|(address, places)| WebAddress { address, places }).collect()
}
