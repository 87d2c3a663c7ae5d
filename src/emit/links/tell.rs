//! What is wrong with the links of the built site, told at the place that is to be mended.
//!
//! The files at fault are drawn once more, with templates that leave a trace.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Lead, Links, Load, is_markup, walk};
use crate::diagnostic::Diagnostic;
use crate::emit::messages::{self, Wrong};
use crate::emit::theme::path_of;
use crate::emit::{Emitter, Route, What};
use crate::model::body::RawKind;
use crate::model::output_path::OutputPath;
use crate::model::page::{Page, Target};
use crate::text::addresses::PartKind;
use crate::text::nearest::nearest;
use crate::text::{Place, Span};

/// Of many files that are at fault, no more are drawn again: a mistake in a template is on all of them.
const MOST_DRAWN: usize = 200;

/// Everything that is wrong with these files.
pub(super) fn all(links: &Links<'_>, wrong: &[usize], emitter: &Emitter<'_>, load: &Load<'_>) -> Vec<Diagnostic> {
    let theme = emitter.theme.marked();
    let mut teller = Teller {
        links,
        emitter,
        marked: Emitter::new(emitter.site, &theme),
        load,
        told: BTreeSet::new(),
        anchors: BTreeMap::new(),
        problems: Vec::new(),
    };
    // A mistake of its own is only in a file that is copied, or in a page with raw HTML or links to what the theme adds.
    let has_own = |index: &usize| match links.routes[*index].what {
        What::Page(id) => !emitter.site.page(id).markup.raw.is_empty(),
        What::Asset(_) | What::ThemeAsset(_) => true,
        _ => false,
    };
    let (own, others): (Vec<usize>, Vec<usize>) = wrong.iter().partition(|index| has_own(index));
    let mut chosen: Vec<usize> = own.into_iter().take(MOST_DRAWN).chain(others.into_iter().take(MOST_DRAWN)).collect();
    chosen.sort_unstable();
    for index in chosen {
        teller.tell(index);
    }
    teller.problems
}

struct Teller<'all, 'site> {
    links: &'all Links<'site>,
    emitter: &'all Emitter<'site>,
    /// The same with templates that leave a trace.
    marked: Emitter<'all>,
    load: &'all Load<'all>,
    /// Places in templates that have had their message.
    told: BTreeSet<(String, u32)>,
    /// The anchors of routes that were asked for.
    anchors: BTreeMap<usize, Vec<String>>,
    problems: Vec<Diagnostic>,
}

impl Teller<'_, '_> {
    fn tell(&mut self, index: usize) {
        let links = self.links;
        let route = &links.routes[index];
        let Some(text) = text_of(&self.marked, route, self.load) else { return };
        let mut found = Vec::new();
        walk(route, &text, links.base, &mut |one| found.push(one));
        let mut own = Own::new(self.emitter, route);
        let mut first_places: BTreeMap<Cow<'_, str>, (Place, bool)> = BTreeMap::new();
        let anchors: BTreeSet<&str> =
            found.iter().filter(|one| one.what != PartKind::Link).map(|one| &*one.text).collect();
        for one in &found {
            match one.what {
                PartKind::Anchor => {}
                PartKind::Id => {
                    let (place, is_theme) = self.place(route, one, &mut own, None);
                    if matches!(route.what, What::Asset(_)) {
                        continue;
                    }
                    match first_places.get(&one.text) {
                        Some((first, first_is_theme)) => {
                            // The author's own is easier to change than the theme's.
                            let (place, first, is_theme) = match is_theme && !first_is_theme {
                                true => (first.clone(), place, false),
                                false => (place, first.clone(), is_theme),
                            };
                            self.push(is_theme, messages::duplicate_id(place, &one.text, route.output.as_str(), first));
                        }
                        None => {
                            first_places.insert(one.text.clone(), (place, is_theme));
                        }
                    }
                }
                PartKind::Link => {
                    let mut path = String::new();
                    let lead = links.lead(index, &one.text, &mut path);
                    let Some((wrong, near)) = self.wrong(index, &lead, &anchors) else { continue };
                    let (place, is_theme) = self.place(route, one, &mut own, Some(&lead));
                    let near = near.map(|near| near.written(route, is_theme));
                    let page = route.output.as_str();
                    self.push(is_theme, messages::broken_link(place, &one.text, page, is_theme, &wrong, near));
                }
            }
        }
    }

    fn push(&mut self, is_theme: bool, problem: Diagnostic) {
        if is_theme {
            let start = match &problem.place.spot {
                crate::text::Spot::Span(span) => span.start,
                _ => 0,
            };
            if !self.told.insert((problem.place.path.to_string(), start)) {
                return;
            }
        }
        self.problems.push(problem);
    }

    /// What is wrong with a link, and what was most likely meant.
    fn wrong(&mut self, index: usize, lead: &Lead<'_>, own: &BTreeSet<&str>) -> Option<(Wrong, Option<Near>)> {
        let links = self.links;
        match lead {
            Lead::Elsewhere | Lead::Route(_, None) => None,
            Lead::Own(fragment) => {
                let near = nearest(fragment, own.iter().copied());
                let near = near.map(|near| Near::Anchor(near.to_owned()));
                (!own.contains(&**fragment))
                    .then(|| (Wrong::Fragment { fragment: fragment.to_string(), of: None }, near))
            }
            Lead::Route(to, Some(fragment)) => {
                if *to == index {
                    return self.wrong(index, &Lead::Own(fragment.clone()), own);
                }
                if links.has_anchor(*to, super::shortened(super::number(fragment))) {
                    return None;
                }
                let route = &links.routes[*to];
                let (emitter, load) = (self.emitter, self.load);
                let anchors = self.anchors.entry(*to).or_insert_with(|| anchors_of(links, emitter, route, load));
                let near = nearest(fragment, anchors.iter().map(String::as_str));
                let near = near.map(|near| Near::Anchor(near.to_owned()));
                Some((Wrong::Fragment { fragment: fragment.to_string(), of: Some(route.output.to_string()) }, near))
            }
            Lead::Nothing(path) => Some((Wrong::Nothing { path: path.clone() }, self.meant(path))),
            Lead::HostRoot(path) => {
                let path = super::decoded(path).into_owned();
                let near = match links.by_path.get(path.as_str()) {
                    Some(to) => Some(Near::Route(links.routes[*to].output.clone())),
                    None => self.meant(&path),
                };
                Some((Wrong::HostRoot, near))
            }
            Lead::Above => Some((Wrong::Above, None)),
        }
    }

    /// The file that was most likely meant by a path at which there is none.
    fn meant(&self, path: &str) -> Option<Near> {
        let links = self.links;
        let at = |path: &str| links.by_path.get(path).map(|index| &links.routes[*index].output);
        let folder = path.trim_end_matches('/');
        let of_page = || path.strip_suffix(".md").and_then(|stem| at(&format!("{stem}.html")));
        let of_folder = || match folder.is_empty() {
            true => at("index.html"),
            false => at(&format!("{folder}/index.html")).or_else(|| at(&format!("{folder}.html"))),
        };
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let outputs = || links.routes.iter().map(|route| &route.output);
        let elsewhere = || outputs().find(|output| name(output.as_str()) == name(path) && name(path) != "index.html");
        let near = || nearest(path, outputs().map(OutputPath::as_str)).and_then(at);
        let found = of_page().or_else(of_folder).or_else(elsewhere).or_else(near)?;
        Some(Near::Route(found.clone()))
    }

    /// Where something is written, and whether a template writes it.
    fn place(&self, route: &Route, found: &Found<'_>, own: &mut Own<'_>, lead: Option<&Lead<'_>>) -> (Place, bool) {
        if let Some(mark) = found.mark
            && let Some((name, text)) = self.marked.theme.template(mark.template)
        {
            return (Place::span(&path_of(name), crate::emit::trace::value_span(text, mark.at)), true);
        }
        let span = Span::new(found.start..found.start + found.length);
        match route.what {
            What::Asset(index) => (Place::span(&self.emitter.site.assets[index].path, span), false),
            What::ThemeAsset(index) => (Place::span(&path_of(&self.emitter.theme.asset_name(index)), span), true),
            What::Page(_) => (own.place(found, lead), false),
            _ => (Place::file(&path_of(template_of(route))), true),
        }
    }
}

/// What was most likely meant.
enum Near {
    Route(OutputPath),
    Anchor(String),
}

impl Near {
    /// As it would be written where the mistake is.
    fn written(self, route: &Route, is_theme: bool) -> String {
        match self {
            Self::Anchor(anchor) => anchor,
            Self::Route(output) if is_theme => format!("{{{{ root }}}}{}", output.encoded()),
            Self::Route(output) => route.output.link_to(&output),
        }
    }
}

/// What the author of a page writes into it, to find again what no template writes.
struct Own<'site> {
    page: Option<&'site Page>,
    /// Of every value of raw HTML, whether it has been found.
    used: Vec<bool>,
}

impl<'site> Own<'site> {
    fn new(emitter: &Emitter<'site>, route: &Route) -> Self {
        let page = match route.what {
            What::Page(id) => Some(emitter.site.page(id)),
            _ => None,
        };
        Self { page, used: vec![false; page.map_or(0, |page| page.markup.raw.len())] }
    }

    /// Where raw HTML, or else Markdown, writes something; the page as a whole where neither is found.
    fn place(&mut self, found: &Found<'_>, lead: Option<&Lead<'_>>) -> Place {
        let page = self.page.expect("only pages are asked");
        let kind = if found.what == PartKind::Link { RawKind::Link } else { RawKind::Id };
        let raw = page.markup.raw.iter().enumerate();
        let mut fitting = raw.filter(|(_, raw)| raw.kind == kind && raw.text == found.text);
        if let Some((index, raw)) = fitting.find(|(index, _)| !self.used[*index]) {
            self.used[index] = true;
            return Place::span(&page.path, raw.span);
        }
        let is_same = |target: &Target| match (lead, target) {
            (
                Some(Lead::Own(fragment) | Lead::Route(_, Some(fragment))),
                Target::Heading(own) | Target::Page(_, Some(own)),
            ) => own == fragment,
            (Some(Lead::Nothing(path)), Target::File(output)) => path == output.as_str(),
            _ => false,
        };
        let link = page.links.iter().chain(&page.images).find(|link| is_same(&link.target));
        link.map_or_else(|| Place::file(&page.path), |link| Place::span(&page.path, link.span))
    }
}

/// The template that a file is drawn with in the first place.
fn template_of(route: &Route) -> &'static str {
    match route.what {
        What::Source(..) => "source.html",
        What::Sources(_) => "sources.html",
        What::Evidence(_) => "evidence.html",
        What::NotFound => "404.html",
        What::Redirect(_) => "redirect.html",
        _ => "base.html",
    }
}

/// The text of a route, if it can be had.
fn text_of(emitter: &Emitter<'_>, route: &Route, load: &Load<'_>) -> Option<String> {
    String::from_utf8(emitter.render(route).ok()?.bytes(load)?).ok()
}

fn anchors_of(links: &Links<'_>, emitter: &Emitter<'_>, route: &Route, load: &Load<'_>) -> Vec<String> {
    let Some(text) = text_of(emitter, route, load).filter(|_| is_markup(route.output.as_str())) else {
        return Vec::new();
    };
    let mut anchors = Vec::new();
    walk(route, &text, links.base, &mut |one| {
        if one.what != PartKind::Link {
            anchors.push(one.text.into_owned());
        }
    });
    anchors
}
