//! Every address and every id of the built site, as a browser will find them: whether each link leads to a file that
//! is there, and to an id that is on it, and whether any id stands twice on a page.
//!
//! What Markdown links to has been followed by `resolve`. Here the bytes themselves are judged, so that templates and
//! raw HTML are too. While pages are drawn, of each only the ids and the links with a fragment are kept, as numbers;
//! what is wrong is looked at again, with its place, in `tell`.

mod tell;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::trace::{self, Mark};
use super::{Emitter, Route, What};
use crate::diagnostic::Diagnostic;
use crate::text::addresses::{self, Part, PartKind};
use crate::text::bytes::find;
use crate::text::tags::{self, Attribute, Piece};

/// Gives the bytes of a file of the site, where they can be had.
pub type Load<'load> = dyn Fn(&crate::text::SitePath) -> Option<Vec<u8>> + Sync + 'load;

/// The links of one built site.
pub struct Links<'site> {
    routes: &'site [Route],
    by_path: HashMap<&'site str, usize, BuildHasherDefault<Mixer>>,
    base: Option<&'site str>,
    /// What each route holds, once it has been looked at.
    seen: Vec<OnceLock<Seen>>,
}

/// What is kept of a file, until the last has been looked at.
#[derive(Debug, Default)]
struct Seen {
    /// Its ids and other anchors, sorted.
    anchors: Box<[Short]>,
    /// The routes that it links to with a fragment, and those.
    away: Box<[(u32, Short)]>,
    /// Whether something is wrong that can be told from the file alone.
    is_wrong: bool,
}

/// Something that an address or an anchor stands in.
struct Found<'html> {
    what: PartKind,
    /// The text of the value.
    text: Cow<'html, str>,
    /// Where it begins in the file.
    start: usize,
    /// How long it is as written.
    length: usize,
    /// Where a template writes it.
    mark: Option<Mark>,
}

/// Where an address leads.
enum Lead<'text> {
    /// To another site, or to no file.
    Elsewhere,
    /// To an anchor of the same file.
    Own(Cow<'text, str>),
    /// To a file, and perhaps an anchor of it.
    Route(usize, Option<Cow<'text, str>>),
    /// To a path of the site at which there is nothing.
    Nothing(String),
    /// To the root of the host, which is not the root of the site everywhere.
    HostRoot(String),
    /// Above the root of the site.
    Above,
}

impl<'site> Links<'site> {
    /// Makes ready for these routes. `emitter` is the one that draws them.
    pub fn new(emitter: &Emitter<'site>, routes: &'site [Route]) -> Self {
        Self {
            routes,
            by_path: routes.iter().enumerate().map(|(index, route)| (route.output.as_str(), index)).collect(),
            base: emitter.site.config.base_url.as_deref(),
            seen: routes.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Whether the bytes of a route can hold links.
    pub fn concern(route: &Route) -> bool {
        is_markup(route.output.as_str()) || is_style(route.output.as_str())
    }

    /// Looks at the bytes of a route.
    pub fn look(&self, route: &Route, bytes: &[u8]) {
        let Some(index) = self.by_path.get(route.output.as_str()).copied() else { return };
        // Bytes that are no text hold no links that could be read.
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let mut is_wrong = false;
        let (mut ids, mut anchors) = (Vec::with_capacity(64), Vec::new());
        let (mut own, mut away) = (Vec::new(), Vec::new());
        let mut path = String::new();
        walk(route, text, self.base, &mut |found| match found.what {
            PartKind::Id => ids.push(number(&found.text)),
            PartKind::Anchor => anchors.push(number(&found.text)),
            PartKind::Link => match self.lead(index, &found.text, &mut path) {
                Lead::Own(fragment) => own.push(number(&fragment)),
                Lead::Route(to, Some(fragment)) if to == index => own.push(number(&fragment)),
                Lead::Route(to, Some(fragment)) => {
                    let to = u32::try_from(to).expect("a site has fewer files");
                    away.push((to, shortened(number(&fragment))));
                }
                Lead::Elsewhere | Lead::Route(_, None) => {}
                Lead::Nothing(_) | Lead::HostRoot(_) | Lead::Above => is_wrong = true,
            },
        });
        ids.sort_unstable();
        is_wrong |= ids.windows(2).any(|pair| pair[0] == pair[1]);
        anchors.append(&mut ids);
        anchors.sort_unstable();
        is_wrong |= own.iter().any(|anchor| anchors.binary_search(anchor).is_err());
        // Collected, they would keep the room of the numbers. The order stays the same.
        let mut short = Vec::with_capacity(anchors.len());
        short.extend(anchors.into_iter().map(shortened));
        let seen = Seen { anchors: short.into_boxed_slice(), away: away.as_slice().into(), is_wrong };
        // A second look at a route would find the same.
        let _ = self.seen[index].set(seen);
    }

    /// What is wrong, each with the best place that it has.
    pub fn problems(&self, emitter: &Emitter<'_>, load: &Load<'_>) -> Vec<Diagnostic> {
        let is_wrong = |index: &usize| {
            self.seen[*index].get().is_some_and(|seen| {
                seen.is_wrong || seen.away.iter().any(|(to, anchor)| !self.has_anchor(*to as usize, *anchor))
            })
        };
        let wrong: Vec<usize> = (0..self.routes.len()).into_par_iter().filter(is_wrong).collect();
        if wrong.is_empty() { Vec::new() } else { tell::all(self, &wrong, emitter, load) }
    }

    /// Whether a route has an anchor. A file that was not looked at may have any.
    fn has_anchor(&self, index: usize, anchor: Short) -> bool {
        self.seen[index].get().is_none_or(|seen| seen.anchors.binary_search(&anchor).is_ok())
    }

    /// Where an address that stands in a route leads. `path` is a place to build a path in.
    fn lead<'text>(&self, from: usize, address: &'text str, path: &mut String) -> Lead<'text> {
        if let Some(fragment) = address.strip_prefix('#').filter(|fragment| is_plain_fragment(fragment)) {
            return Lead::Own(Cow::Borrowed(fragment));
        }
        let address = address.trim_ascii();
        if let Some(lead) = self.plain_lead(from, address, path) {
            return lead;
        }
        let (place, fragment) = match address.bytes().position(|byte| byte == b'#') {
            Some(at) => (&address[..at], Some(&address[at + 1..])),
            None => (address, None),
        };
        // These stand for the top of a page, or for words of it.
        let fragment = fragment.filter(|fragment| {
            !fragment.is_empty() && !fragment.eq_ignore_ascii_case("top") && !fragment.starts_with(":~:")
        });
        let fragment = fragment.map(decoded);
        if place.is_empty() {
            return fragment.map_or(Lead::Elsewhere, Lead::Own);
        }
        let own = &self.routes[from];
        path.clear();
        let place = match self.base.and_then(|base| place.strip_prefix(base)) {
            Some(below) => below,
            None if has_scheme(place) || addresses::names_host(place) => return Lead::Elsewhere,
            None => match (place.strip_prefix(['/', '\\']), own.what == What::NotFound) {
                // The one page that is shown at any address.
                (Some(below), true) => self.below_base(below),
                (Some(below), false) => return Lead::HostRoot(without_query(below).to_owned()),
                (None, _) => {
                    path.push_str(own.output.folder());
                    place
                }
            },
        };
        for segment in without_query(place).split('/') {
            match segment {
                "." => {}
                ".." if path.is_empty() => return Lead::Above,
                ".." => path.truncate(path.rfind('/').unwrap_or(0)),
                segment => {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(&decoded(segment));
                }
            }
        }
        match self.by_path.get(path.as_str()) {
            // Only of pages are the anchors known; elsewhere a fragment may say a page or a second.
            Some(index) => Lead::Route(*index, fragment.filter(|_| is_markup(path))),
            None => Lead::Nothing(path.clone()),
        }
    }

    /// The same for most addresses: a relative path with nothing in it that is written in two ways, perhaps with a
    /// fragment. To all others it has no answer.
    fn plain_lead<'text>(&self, from: usize, address: &'text str, path: &mut String) -> Option<Lead<'text>> {
        let (mut below, fragment) = match find(address.as_bytes(), 0, b'#') {
            None => (address, None),
            Some(at) => {
                let fragment = Some(&address[at + 1..]).filter(|fragment| is_plain_fragment(fragment))?;
                (&address[..at], Some(fragment))
            }
        };
        let mut folder = self.routes[from].output.folder();
        while let [b'.', b'.', b'/', ..] = below.as_bytes() {
            below = &below[3..];
            folder = match folder.bytes().rposition(|byte| byte == b'/') {
                Some(slash) => &folder[..slash],
                None if !folder.is_empty() => "",
                None => return None,
            };
        }
        path.clear();
        path.push_str(folder);
        if !folder.is_empty() {
            path.push('/');
        }
        path.push_str(below);
        // What is the end of such a path is plain too.
        let to = *self.by_path.get(path.as_str()).filter(|to| self.routes[**to].output.is_plain())?;
        Some(Lead::Route(to, fragment.filter(|_| is_markup(path)).map(Cow::Borrowed)))
    }

    /// What follows the path of the site's address in a path that begins at the root of the host.
    fn below_base<'text>(&self, path: &'text str) -> &'text str {
        let of_host = self.base.and_then(|base| base.split_once("://")).and_then(|(_, rest)| rest.split_once('/'));
        of_host.and_then(|(_, folder)| path.strip_prefix(folder)).unwrap_or(path)
    }
}

/// Whether a fragment is the name of an anchor as it is. It may stand for the top of a page, or for words of it.
fn is_plain_fragment(fragment: &str) -> bool {
    !fragment.is_empty()
        && fragment.bytes().all(|byte| OF_NAMES[usize::from(byte)])
        && !fragment.eq_ignore_ascii_case("top")
}

/// The bytes that stand for themselves in a fragment, wherever they are.
const OF_NAMES: [bool; 256] = {
    let mut of_names = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        of_names[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        byte += 1;
    }
    of_names
};

fn is_markup(path: &str) -> bool {
    [".html", ".htm", ".svg"].iter().any(|ending| path.ends_with(ending))
}

fn is_style(path: &str) -> bool {
    path.ends_with(".css")
}

/// The upper half of the number of a text: of a large site there are millions. Among the hundred anchors of a page, one of
/// forty million mistakes finds one of the same half, and is hidden by it.
type Short = u32;

fn shortened(number: u64) -> Short {
    (number >> 32) as Short
}

/// A text as a number, the same in every run. Two texts of one number are as good as never met, and would hide one
/// mistake.
fn number(text: &str) -> u64 {
    let mut mixer = Mixer::default();
    mixer.write(text.as_bytes());
    mixer.finish()
}

/// Mixes bytes into a number, eight at a time: every link and id of a site passes through here, and the standard hash,
/// which withstands attacks, takes four times as long for such short texts.
#[derive(Default)]
struct Mixer(u64);

impl Mixer {
    fn mix(&mut self, word: u64) {
        // An odd number without pattern: 2^64 divided by the golden ratio.
        let product = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 29);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(last));
        self.mix(bytes.len() as u64);
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// Whether an address begins with the name of a scheme and a colon (RFC 3986, section 3.1).
fn has_scheme(address: &str) -> bool {
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = address.bytes().take_while(|byte| is_of_scheme(byte)).count();
    address.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && address.as_bytes().get(length) == Some(&b':')
}

fn decoded(text: &str) -> Cow<'_, str> {
    match text.contains('%') {
        true => percent_encoding::percent_decode_str(text).decode_utf8_lossy(),
        false => Cow::Borrowed(text),
    }
}

/// Hands over every address and anchor of a file.
fn walk<'html>(route: &Route, text: &'html str, base: Option<&str>, found: &mut impl FnMut(Found<'html>)) {
    let mut take = |part: Part<'html>, mark: Option<Mark>| {
        let Part { what, text, start, length } = part;
        found(Found { what, text, start, length, mark });
    };
    if is_style(route.output.as_str()) {
        addresses::of_style(text, 0, &mut |part| take(part, None));
    } else if is_markup(route.output.as_str()) {
        tags::visit(text, addresses::asks_for, |piece| match piece {
            Piece::Style(style, start) => addresses::of_style(style, start, &mut |part| take(part, None)),
            Piece::Tag(tag) => {
                for attribute in tag.attributes {
                    let (mark, value) = trace::read(attribute.value);
                    let start = attribute.start + (attribute.value.len() - value.len());
                    let bare = Attribute { value, start, ..*attribute };
                    addresses::of_attribute(&tag, bare, base, &mut |part| take(part, mark));
                }
            }
        });
    }
}
