//! Links of bodies: to pages, headings, files and other sites.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::names::Names;
use super::{DataPaths, messages};
use crate::diagnostic::Diagnostic;
use crate::model::PageId;
use crate::model::body::{DraftLink, RawKind, RawValue, Reference, is_theme_anchor};
use crate::model::draft::{Draft, Role, Soundness};
use crate::model::output_path::OutputPath;
use crate::model::page::{Link, Target};
use crate::model::site::Asset;
use crate::text::nearest::nearest;
use crate::text::slug::{composed, slug};
use crate::text::{Place, SitePath, Span};

/// A path with its accents joined to their letters.
fn joined(path: &str) -> Cow<'_, str> {
    if path.is_ascii() { Cow::Borrowed(path) } else { Cow::Owned(composed(path)) }
}

/// What is at which path.
pub(super) struct Paths {
    /// The pages, with accents joined to their letters: as links are typed, whatever a system makes of file names. Only
    /// looked up, so that no order of hashes can be seen.
    pages: HashMap<String, PageId>,
    assets: BTreeMap<String, OutputPath>,
}

impl Paths {
    pub(super) fn new(pages: &[Arc<Draft>], assets: &[Asset]) -> Self {
        let of_page =
            |(index, page): (usize, &Arc<Draft>)| (joined(page.path.as_str()).into_owned(), PageId::new(index));
        Self {
            pages: pages.iter().enumerate().map(of_page).collect(),
            assets: assets.iter().map(|asset| (asset.path.to_string(), asset.output.clone())).collect(),
        }
    }
}

/// What links can lead to.
#[derive(Clone, Copy)]
pub(super) struct Context<'site> {
    pub(super) pages: &'site [Arc<Draft>],
    pub(super) names: &'site Names,
    pub(super) places: &'site Paths,
    pub(super) paths: &'site DataPaths,
}

impl<'site> Context<'site> {
    /// Resolves links or images of one page. One that leads nowhere leads to the page itself, with a problem.
    pub(super) fn links(&self, index: usize, links: &[DraftLink], problems: &mut Vec<Diagnostic>) -> Vec<Link> {
        links
            .iter()
            .map(|link| {
                let target = self.target(&Written { from: index, link, path: &self.pages[index].path }, problems);
                let target = target.unwrap_or_else(|problem| {
                    problems.push(problem);
                    Target::Heading(String::new())
                });
                Link { target, title: link.title.clone(), alternative: link.alternative.clone(), span: link.span }
            })
            .collect()
    }

    /// Resolves images of one page, which must be files of the site: no page asks another site for anything.
    pub(super) fn images(&self, index: usize, images: &[DraftLink], problems: &mut Vec<Diagnostic>) -> Vec<Link> {
        for image in images {
            if let Reference::External(address) = &image.reference {
                let place = Place::span(&self.pages[index].path, image.span);
                problems.push(messages::image_elsewhere(place, address));
            }
        }
        self.links(index, images, problems)
    }

    fn target(&self, written: &Written<'_>, problems: &mut Vec<Diagnostic>) -> Result<Target, Diagnostic> {
        let own = &self.pages[written.from];
        match &written.link.reference {
            Reference::External(address) => Ok(Target::External(address.clone())),
            // An address that is not safe has had its message, and an empty fragment is the page's top.
            Reference::Heading(fragment) if fragment.is_empty() => Ok(Target::Heading(String::new())),
            Reference::Heading(fragment) => {
                Ok(Target::Heading(self.heading(written.from, fragment, "this page", written, problems)))
            }
            Reference::Name { name, .. } if self.names.is_ambiguous(name) => Ok(Target::Heading(String::new())),
            Reference::Name { name, fragment } => {
                let Some(id) = self.names.find(name) else {
                    return Err(self.names.missing(written.place(Part::Path), name, self.pages));
                };
                let id = self.names.in_language(id, own.language, self.pages);
                Ok(self.page(id, fragment.as_ref(), written, problems))
            }
            Reference::File { path, .. } if path.is_empty() => Err(messages::empty_link(written.place(Part::Path))),
            Reference::File { path, fragment } => {
                let Some(resolved) = own.path.resolve(path) else {
                    return Err(messages::link_leaves_site(written.place(Part::Path), path));
                };
                let page_at = |path: &str| self.places.pages.get(&*joined(path));
                let in_folder = |name| page_at(&format!("{resolved}/{name}"));
                let page = page_at(resolved.as_str()).or_else(|| in_folder("_index.md"));
                if let Some(id) = page.or_else(|| in_folder("index.md")) {
                    return Ok(self.page(*id, fragment.as_ref(), written, problems));
                }
                if let Some(output) = self.places.assets.get(resolved.as_str()) {
                    return Ok(Target::File(output.clone()));
                }
                Err(self.missing(own, path, &resolved, written.place(Part::Path)))
            }
        }
    }

    /// The problem of a path at which nothing is.
    fn missing(&self, own: &Draft, path: &str, resolved: &SitePath, place: Place) -> Diagnostic {
        let wanted = resolved.as_str();
        if let Some(hidden) = self.names.hidden_at(wanted) {
            return messages::link_to_draft(place, &hidden.name);
        }
        let data = [&self.paths.site, &self.paths.sources, &self.paths.passages, &self.paths.facts, &self.paths.events];
        if data.contains(&resolved) {
            return messages::link_to_data(place, path);
        }
        let page_at = |path: &str| self.places.pages.contains_key(&*joined(path)).then(|| Self::written(own, path));
        if let Some(stem) = wanted.strip_suffix(".html") {
            return messages::link_to_output(place, path, page_at(&format!("{stem}.md")).as_deref());
        }
        if let Some(page) = page_at(&format!("{wanted}.md")) {
            return messages::unknown_page_file(place, path, Some(&page));
        }
        if !path.ends_with(".md") {
            let near = self.asset_meant(wanted).map(|path| Self::written(own, path));
            return messages::unknown_file(place, path, near.as_deref());
        }
        // A right name in a wrong folder, or a near name.
        let near =
            self.names.meant(wanted, self.pages, |page| page.role == Role::Page).and_then(|name| self.names.find(name));
        let near = near.map(|id| Self::written(own, self.pages[id.index()].path.as_str()));
        messages::unknown_page_file(place, path, near.as_deref())
    }

    /// The file with the same name in another folder, or with a near name.
    fn asset_meant(&self, wanted: &str) -> Option<&'site str> {
        let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let wanted_name = file_name(wanted);
        let same = self
            .places
            .assets
            .keys()
            .map(String::as_str)
            .find(|path| file_name(path).eq_ignore_ascii_case(&wanted_name));
        same.or_else(|| {
            let names: Vec<String> = self.places.assets.keys().map(|path| file_name(path)).collect();
            let near = nearest(&wanted_name, names.iter().map(String::as_str))?;
            self.places.assets.keys().map(String::as_str).find(|path| file_name(path) == near)
        })
    }

    /// A path of the site as it would be written in a link of this page.
    fn written(own: &Draft, path: &str) -> String {
        let as_output = |path: &str| OutputPath::parse(path);
        match (as_output(own.path.as_str()), as_output(path)) {
            (Some(from), Some(to)) => from.link_to(&to),
            _ => path.to_owned(),
        }
    }

    fn page(
        &self,
        id: PageId,
        fragment: Option<&String>,
        written: &Written<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> Target {
        let fragment = fragment.map(|fragment| {
            let title = format!("`{}`", self.pages[id.index()].name);
            self.heading(id.index(), fragment, &title, written, problems)
        });
        Target::Page(id, fragment)
    }

    /// The anchor of a heading of a page, which may be written as its words: `[[mass#Inert mass]]`.
    fn heading(
        &self,
        index: usize,
        fragment: &str,
        page: &str,
        written: &Written<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> String {
        let target = &self.pages[index];
        let anchors = || target.markup.headings.iter().map(|heading| heading.anchor.as_str());
        let is_raw = |raw: &RawValue| raw.kind == RawKind::Id && raw.text == fragment;
        // Whether the theme has put its own on that page is known when the page is drawn.
        let is_of_theme = is_theme_anchor(fragment) || ["edge-", "event-"].iter().any(|one| fragment.starts_with(one));
        if is_of_theme || anchors().any(|anchor| anchor == fragment) || target.markup.raw.iter().any(is_raw) {
            return fragment.to_owned();
        }
        let by_words = slug(fragment);
        if !by_words.is_empty() && anchors().any(|anchor| anchor == by_words) {
            return by_words;
        }
        if target.soundness == Soundness::Sound || anchors().next().is_some() {
            let place = written.place(Part::Fragment);
            problems.push(messages::unknown_heading(place, fragment, page, &anchors().collect::<Vec<_>>()));
        }
        fragment.to_owned()
    }
}

/// A link and the page it stands on.
struct Written<'site> {
    from: usize,
    path: &'site SitePath,
    link: &'site DraftLink,
}

/// A part of what a link leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Fragment,
}

impl Written<'_> {
    /// Where a part of the link is written; the link as a whole, where it is not written as it was read.
    fn place(&self, part: Part) -> Place {
        let span = self.link.span;
        let (path, fragment) = match &self.link.reference {
            Reference::File { path, fragment } => (path.as_str(), fragment.as_deref()),
            Reference::Name { name, fragment } => (name.as_str(), fragment.as_deref()),
            Reference::Heading(fragment) => ("", Some(fragment.as_str())),
            Reference::External(address) => (address.as_str(), None),
        };
        let range = span.range();
        let is_whole = range.len() != path.len() + fragment.map_or(0, |fragment| fragment.len() + 1);
        let range = match part {
            _ if is_whole => range,
            Part::Path => range.start..range.start + path.len(),
            Part::Fragment => range.start + path.len() + 1..range.end,
        };
        Place::span(self.path, Span::new(range))
    }
}
