//! Templates, strings and assets: the default theme, and what a site puts in its place. With `quick` and
//! `words`, what knows Tera.

mod quick;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use tera::{Context, ErrorKind, Kwargs, ReportError, State, Tera};
use words::Words;

use super::names::{self, Called};
use super::strings::Strings;
use super::{messages, trace};
use crate::diagnostic::Diagnostic;
use crate::model::LanguageId;
use crate::model::config::Config;
use crate::model::output_path::OutputPath;
use crate::text::nearest::nearest;
use crate::text::{Place, SitePath, Span};

macro_rules! embedded {
    ($($name:literal,)+) => {
        /// The files of the default theme, by their paths below `templates/`.
        pub const DEFAULT_FILES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../../templates/", $name))),)+];
    };
}

embedded! {
    "404.html",
    "assets/icon.svg",
    "assets/reading.js",
    "assets/search.js",
    "assets/site.css",
    "assets/touch-icon.png",
    "base.html",
    "blocks/columns.html",
    "blocks/compare.html",
    "blocks/map.html",
    "blocks/matrix.html",
    "blocks/pages.html",
    "blocks/timeline.html",
    "evidence.html",
    "folder.html",
    "headers.txt",
    "home.html",
    "page.html",
    "parts/basis.html",
    "parts/card.html",
    "parts/colophon.html",
    "parts/content-security-policy.txt",
    "parts/contents.html",
    "parts/downloads.html",
    "parts/drawing.html",
    "parts/entry.html",
    "parts/fact-note.html",
    "parts/glance.html",
    "parts/metadata.html",
    "parts/next.html",
    "parts/note.html",
    "parts/references.html",
    "parts/relations.html",
    "parts/sign.html",
    "parts/site-footer.html",
    "parts/site-header.html",
    "parts/statements.html",
    "parts/theme-files.html",
    "parts/theme-switch.html",
    "redirect.html",
    "robots.txt",
    "search.html",
    "site.webmanifest",
    "source.html",
    "sources.html",
    "strings/en.ftl",
}

/// A file of the theme that is served as it is, under a name that changes with what it holds.
#[derive(Clone, Debug)]
pub struct ThemeAsset {
    /// Where it is in the built site.
    pub output: OutputPath,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file of a site's own `templates/`.
#[derive(Debug, PartialEq, Eq)]
pub struct Override {
    /// Its path below `templates/`.
    pub name: String,
    /// The file.
    pub path: SitePath,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Everything that pages are drawn with.
pub struct Theme {
    tera: Arc<Tera>,
    /// The same for each language, with what many pages share made once. Empty where anything is wrong.
    quick: Vec<Tera>,
    pub(super) strings: Vec<Arc<Strings>>,
    /// The same as templates ask for them.
    words: Vec<Arc<Words>>,
    /// The assets, by output path.
    pub assets: Vec<ThemeAsset>,
    /// For each asset's path below `templates/assets/`, its path in the built site.
    asset_paths: BTreeMap<String, String>,
    /// The texts of all templates, to show problems in.
    texts: BTreeMap<String, String>,
    /// The tags of the languages, one for one with the strings.
    tags: Vec<String>,
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Theme").field("texts", &self.texts.keys()).finish_non_exhaustive()
    }
}

impl Theme {
    /// Puts a site's own files in the place of the theme's.
    pub fn new(overrides: &[Override], config: &Config) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut files: BTreeMap<String, Vec<u8>> =
            DEFAULT_FILES.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        // Whoever copies the theme to change it keeps most of its files as they are.
        let is_changed = |own: &&Override| !DEFAULT_FILES.contains(&(own.name.as_str(), own.bytes.as_slice()));
        let overrides: Vec<&Override> = overrides.iter().filter(is_changed).collect();
        for Override { name, path, bytes } in &overrides {
            if !is_known(name, config) {
                let known = DEFAULT_FILES.iter().map(|(name, _)| *name);
                problems.push(messages::unknown_template(Place::file(path), name, nearest(name, known)));
                continue;
            }
            files.insert(name.clone(), bytes.clone());
        }
        let mut texts = BTreeMap::new();
        let mut assets = Vec::new();
        let mut asset_paths = BTreeMap::new();
        for (name, bytes) in files {
            if let Some(asset) = name.strip_prefix("assets/") {
                let bytes = if asset.ends_with(".css") { without_comments(&bytes) } else { bytes };
                if let Some(output) = hashed(asset, &bytes) {
                    asset_paths.insert(asset.to_owned(), output.to_string());
                    assets.push(ThemeAsset { output, bytes });
                }
                continue;
            }
            match String::from_utf8(bytes) {
                Ok(text) => {
                    texts.insert(name, text);
                }
                Err(_) => problems.push(messages::template_not_utf8(Place::file(&path_of(&name)))),
            }
        }
        assets.sort_by(|one, other| one.output.cmp(&other.output));
        let strings: Vec<_> = config
            .languages
            .iter()
            .map(|language| Arc::new(language_strings(&language.tag, &texts, &mut problems)))
            .collect();
        let tags: Vec<String> = config.languages.iter().map(|language| language.tag.clone()).collect();
        let is_own = |name: &str| overrides.iter().any(|own| own.name == name) && is_template(name);
        let string = |id: &str| strings.iter().try_for_each(|strings| strings.text(id, &[]).map(drop));
        let names = names::check(&texts, is_own, path_of, knows, string);
        let words: Vec<Arc<Words>> = strings.iter().map(|strings| Arc::new(Words::new(strings))).collect();
        let tera = Arc::new(load(&texts, &words, &tags, names, &mut problems));
        let quick = if problems.is_empty() { quick::all(&tera, &texts, &strings, &words) } else { Vec::new() };
        (Self { tera, quick, strings, words, assets, asset_paths, texts, tags }, problems)
    }

    /// The same, with templates that leave a trace of what they write.
    pub(super) fn marked(&self) -> Self {
        let marked = self.texts.iter().enumerate().map(|(number, (name, text))| {
            (name.clone(), if is_template(name) { trace::marked(number, text) } else { text.clone() })
        });
        let marked = marked.collect();
        let tera = load(&marked, &self.words, &self.tags, Vec::new(), &mut Vec::new());
        Self {
            tera: Arc::new(tera),
            quick: Vec::new(),
            strings: self.strings.clone(),
            words: self.words.clone(),
            assets: self.assets.clone(),
            asset_paths: self.asset_paths.clone(),
            texts: self.texts.clone(),
            tags: self.tags.clone(),
        }
    }

    /// Name and text of a template, by its number in a trace.
    pub(super) fn template(&self, number: usize) -> Option<(&str, &str)> {
        self.texts.iter().nth(number).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The name of an asset below `templates/`.
    pub(super) fn asset_name(&self, index: usize) -> String {
        let output = self.assets[index].output.as_str();
        let name = self.asset_paths.iter().find(|(_, path)| *path == output).map(|(name, _)| name.as_str());
        format!("assets/{}", name.unwrap_or_default())
    }

    /// The text of a template, to show a problem in.
    pub fn text(&self, path: &SitePath) -> Option<&str> {
        self.texts.get(path.below("templates")?).map(String::as_str)
    }

    /// Where the assets are, by their names.
    pub(super) fn asset_paths(&self) -> &BTreeMap<String, String> {
        &self.asset_paths
    }

    /// The template for pages of a kind: its own, or the one for all.
    pub(super) fn page_template(&self, kind: Option<&str>) -> String {
        let own = kind.map(|kind| format!("page-{kind}.html"));
        own.filter(|name| self.texts.contains_key(name)).unwrap_or_else(|| "page.html".to_owned())
    }

    /// What tells the state of the site that pages are drawn of, where templates keep what they have drawn; `view` is what
    /// all pages share.
    pub(super) fn state(&self, view: &impl Serialize) -> Option<String> {
        let json = serde_json::to_vec(view).expect("texts and numbers serialise");
        (!self.quick.is_empty()).then(|| blake3::hash(&json).to_hex().to_string())
    }

    /// Draws a template with its values. `size` is about how many bytes come of it.
    pub(super) fn draw(
        &self,
        template: &str,
        values: Values,
        route: &OutputPath,
        language: LanguageId,
        size: usize,
    ) -> Result<Vec<u8>, Diagnostic> {
        let Values { mut context, state } = values;
        let mut bytes = Vec::with_capacity(size);
        if let (Some(quick), Some(state)) = (self.quick.get(language.index()), state) {
            quick::add_common(&mut context, state);
            if quick.render_to(template, &context, &mut bytes).is_ok() {
                return Ok(bytes);
            }
            // What went wrong is told by the templates as they are written.
            bytes.clear();
        }
        match self.tera.render_to(template, &context, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(match error.kind() {
                ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
                    messages::template_error(place_of(report), route.as_str(), report.message())
                }
                other => {
                    let place = Place::file(&path_of(template));
                    messages::template_error(place, route.as_str(), &other.to_string())
                }
            }),
        }
    }
}

/// A view of which the value for templates is made once, for all pages that show it.
pub struct Shared<View> {
    value: tera::Value,
    of: PhantomData<fn() -> View>,
}

impl<View: Serialize> Shared<View> {
    pub(super) fn new(view: &View) -> Self {
        Self { value: tera::Value::from_serializable(view), of: PhantomData }
    }
}

impl Shared<String> {
    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.value.as_str().map_or(0, str::len)
    }
}

impl<View> Clone for Shared<View> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), of: PhantomData }
    }
}

impl<View> std::fmt::Debug for Shared<View> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(formatter)
    }
}

impl<View> Serialize for Shared<View> {
    /// Tera takes such a value as it is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// The values that one page is drawn with.
pub(super) struct Values<'state> {
    context: Context,
    /// What tells the state of the site, where templates keep what they have drawn.
    state: Option<&'state str>,
}

impl<'state> Values<'state> {
    pub(super) fn new(state: Option<&'state str>) -> Self {
        Self { context: Context::new(), state }
    }

    pub(super) fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.context.insert(name, value);
        self
    }

    pub(super) fn with_shared<View>(mut self, name: &'static str, view: &Shared<View>) -> Self {
        self.context.insert_value(name, view.value.clone());
        self
    }
}

/// Whether anything is drawn with a file of this name.
fn is_known(name: &str, config: &Config) -> bool {
    let is_kind = |name: &str| {
        let kind = name.strip_prefix("page-").and_then(|rest| rest.strip_suffix(".html"));
        kind.is_some_and(|kind| config.kind_named(kind).is_some())
    };
    let is_free = ["assets/", "parts/", "strings/"].iter().any(|folder| name.starts_with(folder));
    is_free || is_kind(name) || DEFAULT_FILES.iter().any(|(known, _)| *known == name)
}

/// A style sheet without its comments and indentation, which are for those who write it: about a sixth of its weight.
fn without_comments(css: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(css);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = match from.as_bytes() {
            [b'/', b'*', ..] => {
                rest = from.find("*/").map_or("", |end| &from[end + 2..]);
                continue;
            }
            [b'/', ..] => 1,
            // A string ends at the same mark again, unless a backslash stands before it.
            [quote, ..] => {
                let mut is_escaped = false;
                let ends = |one: &u8| {
                    let is_end = !is_escaped && one == quote;
                    is_escaped = !is_escaped && *one == b'\\';
                    is_end
                };
                from.as_bytes()[1..].iter().position(ends).map_or(from.len(), |end| end + 2)
            }
            [] => 0,
        };
        out.push_str(&from[..length]);
        rest = &from[length..];
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

/// `site.css` as `assets/site.1a2b3c4d5e.css`.
fn hashed(name: &str, bytes: &[u8]) -> Option<OutputPath> {
    let hash = blake3::hash(bytes).to_hex();
    let hash = &hash.as_str()[..10];
    OutputPath::parse(&match name.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{hash}.{extension}"),
        None => format!("assets/{name}.{hash}"),
    })
}

pub(super) fn path_of(name: &str) -> SitePath {
    SitePath::parse(&format!("templates/{name}")).unwrap_or_else(|| SitePath::parse("templates").expect("a path"))
}

/// The strings of a language, and after them those of English.
fn language_strings(tag: &str, texts: &BTreeMap<String, String>, problems: &mut Vec<Diagnostic>) -> Strings {
    let primary = tag.split('-').next().unwrap_or(tag);
    let mut tags = vec![tag, primary, "en"];
    tags.dedup();
    let files: Vec<(SitePath, &str, &str)> = tags
        .into_iter()
        .filter_map(|tag| {
            let name = format!("strings/{tag}.ftl");
            texts.get(&name).map(|text| (path_of(&name), tag, text.as_str()))
        })
        .collect();
    let files: Vec<(&SitePath, &str, &str)> = files.iter().map(|(path, tag, text)| (path, *tag, *text)).collect();
    Strings::new(&files, problems)
}

/// Reads all templates. If that fails, each is read by itself, so that one mistake does not hide another. `names` are the
/// problems that their names have.
fn load(
    texts: &BTreeMap<String, String>,
    words: &[Arc<Words>],
    tags: &[String],
    names: Vec<Diagnostic>,
    problems: &mut Vec<Diagnostic>,
) -> Tera {
    let templates = texts.iter().filter(|(name, _)| is_template(name));
    let mut tera = bare();
    let by_language: HashMap<String, Arc<Words>> = tags.iter().cloned().zip(words.iter().cloned()).collect();
    tera.register_function("t", move |arguments: Kwargs, state: &State<'_>| {
        let tag: Option<tera::Value> = state.get("language_tag")?;
        let words = tag.and_then(|tag| by_language.get(tag.as_str()?));
        words.ok_or_else(|| tera::Error::message("`t` needs the value `language_tag`"))?.text(&arguments)
    });
    let all = templates.clone().map(|(name, text)| (name.as_str(), text.as_str()));
    if let Err(error) = tera.add_raw_templates(all) {
        // A template may extend or include others, which are not there when it is read by itself: only its own
        // syntax is judged then.
        let syntax = |(name, text): (&String, &String)| match bare().add_raw_template(name, text).err()?.kind() {
            ErrorKind::SyntaxError(report) => Some(messages::template_syntax(place_of(report), report.message())),
            _ => None,
        };
        let mut own: Vec<Diagnostic> = templates.filter_map(syntax).collect();
        // In a template that does not parse, names may be no names.
        let broken: Vec<SitePath> = own.iter().map(|problem| problem.place.path.clone()).collect();
        own.extend(names.into_iter().filter(|problem| !broken.contains(&problem.place.path)));
        if own.is_empty() {
            own.push(whole(&error));
        }
        problems.extend(own);
        return tera;
    }
    problems.extend(names);
    tera
}

/// What is wrong with templates as a whole.
fn whole(error: &tera::Error) -> Diagnostic {
    let file = |name: &str| Place::file(&path_of(name));
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            messages::template_syntax(place_of(report), report.message())
        }
        ErrorKind::MissingParent { current, parent } => {
            messages::template_syntax(file(current), &format!("it extends `{parent}`, which is not there"))
        }
        ErrorKind::CircularInclude { tpl, include_chain: chain }
        | ErrorKind::CircularExtend { tpl, inheritance_chain: chain } => messages::circle(file(tpl), chain),
        other => messages::template_syntax(file("base.html"), &other.to_string()),
    }
}

/// Whether templates can call this.
fn knows(what: Called, name: &str) -> bool {
    let call = match what {
        _ if what.names().contains(&name) => return true,
        Called::Filter => format!("{{{{ 0 | {name} }}}}"),
        Called::Function => format!("{{{{ {name}() }}}}"),
        Called::Test => format!("{{{{ 0 is {name} }}}}"),
    };
    bare().add_raw_template("call", &call).is_ok()
}

/// Whether a file below `templates/` is a template, by its ending.
fn is_template(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| ["html", "xml", "txt", "webmanifest"].iter().any(|known| extension == *known))
}

fn bare() -> Tera {
    let mut tera = Tera::new();
    tera.register_function("t", |_: Kwargs, _: &State<'_>| String::new());
    tera.register_filter("json", json);
    tera
}

/// `title | json`: a text as JSON writes it, with its quotes.
fn json(text: &str, _: Kwargs, _: &State<'_>) -> String {
    serde_json::Value::from(text).to_string()
}

fn place_of(report: &ReportError) -> Place {
    Place::span(&path_of(report.filename()), Span::new(report.span().range.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_theme_is_known() {
        let texts: BTreeMap<String, String> = DEFAULT_FILES
            .iter()
            .filter(|(name, _)| !name.starts_with("assets/"))
            .map(|(name, bytes)| ((*name).to_owned(), String::from_utf8(bytes.to_vec()).expect("text")))
            .collect();
        let strings = language_strings("en", &texts, &mut Vec::new());
        let string = |id: &str| strings.text(id, &[]).map(drop);
        let problems = names::check(&texts, is_template, path_of, knows, string);
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn tera_knows_all_that_templates_can_call() {
        for (what, call) in [(Called::Filter, "0 | "), (Called::Function, ""), (Called::Test, "0 is ")] {
            let end = if what == Called::Function { "()" } else { "" };
            for name in what.names().iter().filter(|name| **name != "super") {
                let text = format!("{{{{ {call}{name}{end} }}}}");
                assert!(bare().add_raw_template("call", &text).is_ok(), "{text}");
            }
        }
        assert!(!knows(Called::Filter, "uper"));
    }

    #[test]
    fn style_sheets_lose_what_only_their_authors_read() {
        let check = |css: &str, expected: &str| {
            assert_eq!(String::from_utf8(without_comments(css.as_bytes())).expect("text"), expected);
        };
        check("a {\n  b: c; /* why */\n}\n", "a {\nb: c;\n}");
        check("a::before { content: \"/* no */\" / \"\"; } /* yes */", "a::before { content: \"/* no */\" / \"\"; }");
        check(r#"a { b: "\"/* no */"; c: url('/*') } /* ends"#, r#"a { b: "\"/* no */"; c: url('/*') }"#);
        check("a { b: \"never closed", "a { b: \"never closed");
    }
}
