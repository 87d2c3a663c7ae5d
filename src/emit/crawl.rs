//! What lists the addresses of the site for others to fetch: site maps, feeds, redirects. The one file that knows
//! quick-xml.
//!
//! A site map and a feed hold whole addresses, and are made only when that of the site is known.

use std::fmt::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::body::withheld;
use super::draw::{Draw, in_language, source_output};
use super::source;
use super::{Order, Route, What};
use crate::model::date::Date;
use crate::model::draft::Role;
use crate::model::output_path::OutputPath;
use crate::model::site::Site;
use crate::model::{LanguageId, PageId};

/// So many addresses go into one site map. Fifty thousand are allowed, and 50 MB; with their versions in many
/// languages, ten thousand stay well below that.
const MOST_ADDRESSES: usize = 10_000;

/// So many entries go into a feed.
const MOST_ENTRIES: usize = 30;

/// A page that site maps list: its address, its versions, when it was last changed.
struct Listed {
    output: OutputPath,
    versions: Vec<(LanguageId, OutputPath)>,
    updated: Option<Date>,
}

/// The site maps of a site with these routes: one, or an index and its parts.
pub(super) fn site_maps(routes: &[Route]) -> Vec<(OutputPath, What)> {
    let count = routes.iter().filter(|route| is_listed(&route.what)).count();
    let path = |text: &str| OutputPath::parse(text).expect("a path");
    if count <= MOST_ADDRESSES {
        return vec![(path("sitemap.xml"), What::SiteMap(0))];
    }
    let parts = (0..count.div_ceil(MOST_ADDRESSES)).map(|part| (part_path(part), What::SiteMap(part)));
    parts.chain([(path("sitemap.xml"), What::SiteMapIndex)]).collect()
}

/// The path of a part of the site map.
fn part_path(part: usize) -> OutputPath {
    OutputPath::parse(&format!("sitemap-{}.xml", part + 1)).expect("a path")
}

/// The index of site maps.
pub(super) fn site_map_index(base: &str, routes: &[Route]) -> Vec<u8> {
    let parts = routes.iter().filter(|route| matches!(route.what, What::SiteMap(_)));
    let mut xml = Xml::new();
    xml.open("sitemapindex", &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")]);
    for route in parts {
        xml.open("sitemap", &[]);
        xml.leaf("loc", &[], &format!("{base}{}", route.output.encoded()));
        xml.close("sitemap");
    }
    xml.close("sitemapindex");
    xml.finish()
}

/// One part of the site map, counting from 0.
pub(super) fn site_map(site: &Site, base: &str, routes: &[Route], part: usize) -> Vec<u8> {
    let listed = routes.iter().filter(|route| is_listed(&route.what));
    let listed = listed.skip(part * MOST_ADDRESSES).take(MOST_ADDRESSES);
    let mut xml = Xml::new();
    xml.open(
        "urlset",
        &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"), ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")],
    );
    let languages = source::languages(site);
    for one in listed.map(|route| listing(site, &languages, route)) {
        xml.open("url", &[]);
        xml.leaf("loc", &[], &format!("{base}{}", one.output.encoded()));
        // The format takes a whole day or none.
        if let Some(date) = one.updated.filter(|date| date.is_whole()) {
            xml.leaf("lastmod", &[], &date.to_string());
        }
        for (language, output) in one.versions {
            let tag = &site.config.language(language).tag;
            let href = format!("{base}{}", output.encoded());
            xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", tag), ("href", &href)]);
        }
        xml.close("url");
    }
    xml.close("urlset");
    xml.finish()
}

/// Whether readers may come to it from a search engine.
fn is_listed(what: &What) -> bool {
    matches!(what, What::Page(_) | What::Source(..) | What::Sources(_) | What::Evidence(_))
}

fn listing(site: &Site, languages: &[LanguageId], route: &Route) -> Listed {
    let every = |at: &dyn Fn(LanguageId) -> OutputPath| -> Vec<(LanguageId, OutputPath)> {
        languages.iter().map(|language| (*language, at(*language))).collect()
    };
    let (mut versions, updated) = match &route.what {
        What::Page(id) => {
            let page = site.page(*id);
            let version = |id: &PageId| (site.page(*id).language, site.page(*id).output.clone());
            (page.translations.iter().map(version).collect(), page.common.updated)
        }
        What::Source(id, _) => (every(&|language| source_output(site, *id, language)), None),
        What::Sources(_) => (every(&|language| in_language(site, language, "sources/index.html")), None),
        What::Evidence(_) => (every(&|language| in_language(site, language, "evidence.html")), None),
        _ => (Vec::new(), None),
    };
    if versions.len() < 2 {
        versions.clear();
    }
    Listed { output: route.output.clone(), versions, updated }
}

/// The languages that have a feed: those with a page that says when it was changed.
pub(super) fn feeds(site: &Site) -> Vec<LanguageId> {
    let has_entry = |language: &LanguageId| entries(site, *language).next().is_some();
    site.config.language_ids().filter(has_entry).collect()
}

/// The path of the feed of a language.
pub(super) fn feed_output(site: &Site, language: LanguageId) -> OutputPath {
    in_language(site, language, "feed.xml")
}

fn entries(site: &Site, language: LanguageId) -> impl Iterator<Item = (Date, PageId)> {
    let of_language = site.page_ids().filter(move |id| site.page(*id).language == language);
    of_language.filter_map(|id| Some((site.page(id).common.updated?, id)))
}

/// The Atom feed of a language (RFC 4287): the pages that were changed last, the newest first.
pub(super) fn feed(draw: &Draw<'_>, base: &str, order: &Order) -> Vec<u8> {
    let (site, language) = (draw.site, draw.language);
    let mut pages: Vec<(Date, PageId)> = entries(site, language).collect();
    pages.sort_by_cached_key(|(date, id)| (std::cmp::Reverse(date.first_day()), site.page(*id).output.clone()));
    pages.truncate(MOST_ENTRIES);
    let config = &site.config;
    let title = config.title.get(language);
    let home = order.home.map(|id| &site.page(site.in_language(id, language)).output);
    let home = home.map_or_else(|| base.to_owned(), |output| format!("{base}{}", output.encoded()));
    let own = format!("{base}{}", draw.output.encoded());
    let newest = pages.first().map_or_else(String::new, |(date, _)| moment(*date));

    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &config.language(language).tag)]);
    xml.leaf("title", &[], title);
    if !config.summary.get(language).is_empty() {
        xml.leaf("subtitle", &[], config.summary.get(language));
    }
    xml.leaf("id", &[], &own);
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &home)]);
    xml.leaf("updated", &[], &newest);
    xml.open("author", &[]);
    xml.leaf("name", &[], title);
    xml.close("author");
    if let Some(licence) = &config.licence {
        xml.leaf("rights", &[], licence);
    }
    xml.leaf("generator", &[], "Expound");
    for (date, id) in pages {
        let page = site.page(id);
        let address = format!("{base}{}", page.output.encoded());
        xml.open("entry", &[]);
        xml.leaf("title", &[], &withheld(draw, page, &page.common.title));
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &address)]);
        xml.leaf("id", &[], &address);
        xml.leaf("updated", &[], &moment(date));
        if let Some(kind) = page.kind.filter(|_| page.role == Role::Page).map(|kind| config.kind(kind)) {
            xml.empty("category", &[("term", &kind.name), ("label", kind.title.get(language))]);
        }
        if let Some(summary) = &page.common.summary {
            xml.leaf("summary", &[], &withheld(draw, page, summary));
        }
        xml.close("entry");
    }
    xml.close("feed");
    xml.finish()
}

/// The beginning of a day, month or year as Atom writes it.
fn moment(date: Date) -> String {
    format!("{}T00:00:00Z", Date::from_days(date.first_day()))
}

/// The redirects of all aliases, one a line, as Netlify and Cloudflare Pages read them.
pub(super) fn redirects(site: &Site) -> Vec<u8> {
    let mut aliases: Vec<(&OutputPath, &OutputPath)> =
        site.pages.iter().flat_map(|page| page.aliases.iter().map(|alias| (alias, &page.output))).collect();
    aliases.sort();
    let mut text = String::new();
    for (alias, output) in aliases {
        writeln!(text, "/{} /{} 301", alias.encoded(), output.encoded()).expect("a string takes all that is written");
    }
    text.into_bytes()
}

/// XML being written, indented by depth.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(Self::start(name, attributes)));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(Self::start(name, attributes)));
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.event(Event::Text(BytesText::new(&without_controls(text))));
        self.close(name);
    }

    fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn start<'text>(name: &'text str, attributes: &[(&str, &str)]) -> BytesStart<'text> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, without_controls(value).as_str()));
        }
        start
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("a vector takes all that is written");
    }
}

/// A text without the characters that XML 1.0 has no way to write.
fn without_controls(text: &str) -> String {
    let is_allowed = |one: &char| matches!(one, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", "\"<&'\u{8}")]);
        xml.leaf("c", &[], "1 < 2 & \u{0}\u{ffff}]]>é");
        xml.close("a");
        let text = String::from_utf8(xml.finish()).expect("text");
        assert!(text.contains("<a b=\"&quot;&lt;&amp;&apos;\">"), "{text}");
        assert!(text.contains("<c>1 &lt; 2 &amp; ]]&gt;é</c>"), "{text}");
    }

    #[test]
    fn a_large_site_has_its_map_in_parts() {
        let route = |index: usize| Route {
            output: OutputPath::parse(&format!("{index}.html")).expect("a path"),
            what: What::Page(PageId::new(index)),
        };
        let paths = |count: usize| -> Vec<String> {
            let routes: Vec<Route> = (0..count).map(route).collect();
            site_maps(&routes).into_iter().map(|(output, _)| output.to_string()).collect()
        };
        assert_eq!(paths(0), ["sitemap.xml"]);
        assert_eq!(paths(MOST_ADDRESSES), ["sitemap.xml"]);
        assert_eq!(paths(MOST_ADDRESSES + 1), ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);

        let mut routes: Vec<Route> = (0..=MOST_ADDRESSES).map(route).collect();
        routes.extend(site_maps(&routes).into_iter().map(|(output, what)| Route { output, what }));
        let index = String::from_utf8(site_map_index("https://example.org/", &routes)).expect("text");
        assert_eq!(index.matches("<loc>https://example.org/sitemap-").count(), 2, "{index}");
    }
}
