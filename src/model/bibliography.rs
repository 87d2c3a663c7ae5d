//! Sources set in a citation style. The one file that knows Hayagriva.
//!
//! Every source is set once for the whole site, and every distinct mark once, so that the cost does not grow with the
//! number of pages. Styles that number their sources number them once for the whole site too: a source has the same
//! number on every page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::taxonomy::Locator as CslLocator;
use hayagriva::citationberg::{FontStyle, FontWeight, IndependentStyle, Locale, LocaleCode, Style, VerticalAlign};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem as CslItem, CitationRequest, CitePurpose, ElemChild,
    ElemChildren, Entry, Formatted, Library, LocatorPayload, SpecificLocator,
};

use super::citation::{Author, Citation, CitationItem, Locator, LocatorKind};
use super::{LanguageId, SourceId};
use crate::text::html::escaped;

/// The keys that Hayagriva's YAML format gives an entry.
pub const ENTRY_KEYS: &[&str] = &[
    "type",
    "title",
    "author",
    "date",
    "parent",
    "editor",
    "affiliated",
    "publisher",
    "location",
    "organization",
    "issue",
    "chapter",
    "volume",
    "volume-total",
    "edition",
    "page-range",
    "page-total",
    "time-range",
    "runtime",
    "url",
    "serial-number",
    "language",
    "archive",
    "archive-location",
    "call-number",
    "note",
    "abstract",
    "genre",
];

/// The types of entries in Hayagriva's YAML format.
pub const ENTRY_TYPES: &[&str] = &[
    "article",
    "chapter",
    "entry",
    "anthos",
    "report",
    "thesis",
    "web",
    "scene",
    "artwork",
    "patent",
    "case",
    "newspaper",
    "legislation",
    "manuscript",
    "post",
    "misc",
    "performance",
    "periodical",
    "proceedings",
    "book",
    "blog",
    "reference",
    "conference",
    "anthology",
    "repository",
    "thread",
    "video",
    "audio",
    "exhibition",
    "original",
];

/// The entries of a bibliography, as Hayagriva read them.
#[derive(Clone, Debug, Default)]
pub struct Entries(Vec<Entry>);

impl Entries {
    /// Reads entries in Hayagriva's YAML format. Keys that it does not know are passed over.
    pub fn parse(yaml: &str) -> Result<Self, String> {
        let library: Library = hayagriva::io::from_yaml_str(yaml).map_err(|error| error.to_string())?;
        Ok(Self(library.into_iter().collect()))
    }

    /// Adds the entries of another.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The details of every entry.
    pub fn details(&self) -> impl Iterator<Item = Details> {
        self.0.iter().map(details)
    }

    /// For each entry its key, title and address.
    pub fn heads(&self) -> impl Iterator<Item = Head<'_>> {
        self.0.iter().map(|entry| Head {
            key: entry.key(),
            title: entry.title().map(ToString::to_string),
            url: entry.url_any().map(|url| url.value.to_string()),
        })
    }
}

/// What the model keeps of an entry for itself.
#[derive(Debug)]
pub struct Head<'entries> {
    /// The key that it is cited by.
    pub key: &'entries str,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Its address on the web, if it has one.
    pub url: Option<String>,
}

/// An entry in words, for formats that are not Hayagriva's.
#[derive(Debug, Default)]
pub struct Details {
    /// The key.
    pub key: String,
    /// Hayagriva's type, in lower case, as in `article`.
    pub kind: String,
    /// The type of the work that it is part of.
    pub container_kind: Option<String>,
    /// The title.
    pub title: String,
    /// The authors.
    pub authors: Vec<Name>,
    /// Year, month and day, as far as they are known.
    pub date: Option<(i32, Option<u8>, Option<u8>)>,
    /// The title of the work that it is part of.
    pub container: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Volume, issue and pages.
    pub volume: Option<String>,
    /// The issue.
    pub issue: Option<String>,
    /// The pages.
    pub pages: Option<String>,
    /// The number of a report.
    pub number: Option<String>,
    /// The address on the web.
    pub url: Option<String>,
    /// The tag of its language.
    pub language: Option<String>,
}

/// A name of a person or an institution.
#[derive(Debug)]
pub struct Name {
    /// The family name, or all of an institution's.
    pub family: String,
    /// The given names.
    pub given: Option<String>,
}

/// A citation style.
#[derive(Clone, Debug)]
pub struct CitationStyle(Box<IndependentStyle>);

impl CitationStyle {
    /// A style by its name in Hayagriva's archive, as in `chicago-author-date`, `apa` or `ieee`.
    pub fn named(name: &str) -> Option<Self> {
        match ArchivedStyle::by_name(name)?.get() {
            Style::Independent(style) => Some(Self(Box::new(style))),
            Style::Dependent(_) => None,
        }
    }

    /// A style as a CSL file (CSL 1.0.2).
    pub fn from_csl(xml: &str) -> Result<Self, String> {
        IndependentStyle::from_xml(xml).map(|style| Self(Box::new(style))).map_err(|error| error.to_string())
    }

    /// The names of all known styles, and of some that only lead to others.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ArchivedStyle::all().iter().flat_map(|style| style.names().iter().copied())
    }
}

/// What makes two marks look alike.
type MarkKey = (SourceId, Author, Option<Locator>);

/// One language's texts.
#[derive(Debug, Default)]
struct Texts {
    references: Vec<String>,
    shorts: Vec<String>,
    marks: BTreeMap<MarkKey, String>,
}

/// All sources and marks of a site, set in its citation style, as HTML.
#[derive(Debug, Default)]
pub struct Bibliography {
    entries: Entries,
    languages: Vec<Texts>,
    open: String,
    close: String,
    between: String,
}

impl Bibliography {
    /// Sets every entry, and the mark of every citation item, in each of the languages.
    pub fn new<'item>(
        entries: Entries,
        style: &CitationStyle,
        language_tags: &[&str],
        items: impl Iterator<Item = &'item CitationItem<SourceId>>,
    ) -> Self {
        static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(locales);
        let locale_files = &*LOCALES;
        let layout = &style.0.citation.layout;
        let mut keys: Vec<MarkKey> = items.map(|item| (item.source, item.author, item.locator.clone())).collect();
        keys.sort();
        keys.dedup();
        let languages = language_tags.iter().map(|tag| texts(&entries.0, style, tag, locale_files, &keys)).collect();
        Self {
            languages,
            open: escaped(layout.prefix.as_deref().unwrap_or_default()).into_owned(),
            close: escaped(layout.suffix.as_deref().unwrap_or_default()).into_owned(),
            between: escaped(layout.delimiter.as_deref().unwrap_or("; ")).into_owned(),
            entries,
        }
    }

    /// The entry of a source in the list at a page's end, as HTML.
    pub fn reference(&self, source: SourceId, language: LanguageId) -> &str {
        &self.languages[language.index()].references[source.index()]
    }

    /// A source as a mark names it, without a locator and without brackets, as HTML.
    pub fn short(&self, source: SourceId, language: LanguageId) -> &str {
        &self.languages[language.index()].shorts[source.index()]
    }

    /// The mark of one item, without its brackets, as HTML.
    pub fn mark(&self, item: &CitationItem<SourceId>, language: LanguageId) -> &str {
        let key = (item.source, item.author, item.locator.clone());
        &self.languages[language.index()].marks[&key]
    }

    /// What stands before, between and after the items of a mark, as HTML. Styles that bracket every item by itself
    /// have nothing before and after.
    pub fn brackets(&self) -> (&str, &str, &str) {
        (&self.open, &self.between, &self.close)
    }

    /// The sources as a bibliography in Hayagriva's YAML.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}

/// The type of an entry, as `sources.yaml` writes it.
fn kind_of(entry: &Entry) -> String {
    format!("{:?}", entry.entry_type()).to_lowercase()
}

fn details(entry: &Entry) -> Details {
    let container = entry.parents().first();
    let text = |value: Option<String>| value.filter(|text| !text.is_empty());
    let publisher = entry.publisher().or_else(|| container.and_then(|parent| parent.publisher()));
    let publisher = publisher.and_then(|publisher| publisher.name()).map(ToString::to_string);
    let from_container =
        |own: Option<String>, of: &dyn Fn(&Entry) -> Option<String>| own.or_else(|| container.and_then(of));
    let volume = |entry: &Entry| entry.volume().map(ToString::to_string);
    let issue = |entry: &Entry| entry.issue().map(ToString::to_string);
    Details {
        key: entry.key().to_owned(),
        kind: kind_of(entry),
        container_kind: container.map(kind_of),
        title: entry.title().map_or_else(|| entry.key().to_owned(), ToString::to_string),
        authors: entry
            .authors()
            .unwrap_or_default()
            .iter()
            .map(|person| Name {
                family: match &person.prefix {
                    Some(prefix) => format!("{prefix} {}", person.name),
                    None => person.name.clone(),
                },
                given: person.given_name.clone(),
            })
            .collect(),
        // Hayagriva counts months and days from 0.
        date: entry.date().map(|date| (date.year, date.month.map(|month| month + 1), date.day.map(|day| day + 1))),
        container: container.and_then(|parent| parent.title()).map(ToString::to_string),
        publisher: publisher.or_else(|| entry.organization().map(ToString::to_string)),
        volume: text(from_container(volume(entry), &volume)),
        issue: text(from_container(issue(entry), &issue)),
        pages: text(entry.page_range().map(ToString::to_string)),
        number: entry.serial_number().and_then(|numbers| numbers.0.get("serial").cloned()),
        url: entry.url_any().map(|url| url.value.to_string()),
        language: entry.language().map(ToString::to_string),
    }
}

/// Every item of these citations.
pub fn items<'citation>(
    citations: impl Iterator<Item = &'citation Citation>,
) -> impl Iterator<Item = &'citation CitationItem<SourceId>> {
    citations.flat_map(|citation| &citation.items)
}

/// Sets every source, and every mark.
///
/// Setting a mark is Hayagriva's dearest work, and a large site has thousands of different ones. But what a style adds
/// for a locator does not depend on the source, beyond its type: so each source is set once without a locator, each
/// locator once for each type, and the two are put together. A style that puts the locator elsewhere than at the end
/// has its marks set one by one.
fn texts(entries: &[Entry], style: &CitationStyle, tag: &str, locale_files: &[Locale], keys: &[MarkKey]) -> Texts {
    let setter = Setter { entries, style, locale: LocaleCode(locale_tag(tag)), locale_files };
    let kind = |source: &SourceId| kind_of(&entries[source.index()]);
    // For every type and locator, the first source of that type stands for all of them.
    let mut samples: BTreeMap<(String, &Locator), SourceId> = BTreeMap::new();
    let mut singles: Vec<MarkKey> = Vec::new();
    for key in keys {
        match key {
            (_, Author::Shown, None) => {}
            (source, Author::Shown, Some(locator)) if !locator.value.is_empty() => {
                samples.entry((kind(source), locator)).or_insert(*source);
            }
            _ => singles.push(key.clone()),
        }
    }
    let sampled = samples.iter().map(|((_, locator), source)| (*source, Author::Shown, Some((*locator).clone())));
    let Set { bases, marks: set, references } = setter.set(&sampled.chain(singles.iter().cloned()).collect::<Vec<_>>());
    let (with_locator, single_texts) = set.split_at(samples.len());
    let endings: BTreeMap<(String, &Locator), Option<&str>> = samples
        .into_iter()
        .zip(with_locator)
        .map(|((key, source), text)| (key, text.strip_prefix(bases[source.index()].as_str())))
        .collect();
    let mut marks: BTreeMap<MarkKey, String> = BTreeMap::new();
    let mut elsewhere: Vec<MarkKey> = Vec::new();
    for key in keys {
        let base = &bases[key.0.index()];
        match key {
            (_, Author::Shown, None) => {
                marks.insert(key.clone(), base.clone());
            }
            (source, Author::Shown, Some(locator)) if !locator.value.is_empty() => {
                match endings[&(kind(source), locator)] {
                    Some(ending) => {
                        marks.insert(key.clone(), format!("{base}{ending}"));
                    }
                    None => elsewhere.push(key.clone()),
                }
            }
            _ => {}
        }
    }
    for (key, text) in singles.into_iter().zip(single_texts) {
        let text = match (&key.1, &key.2) {
            (Author::Suppressed, Some(locator)) => format!("{text}, {}", escaped(&locator.to_string())),
            // A source's own note has no number, and CSL sets no locator without one.
            (Author::Shown, Some(locator)) => format!("{text}, {locator}"),
            _ => text.clone(),
        };
        marks.insert(key, text);
    }
    if !elsewhere.is_empty() {
        let set = setter.set(&elsewhere);
        marks.extend(elsewhere.into_iter().zip(set.marks));
    }
    Texts { references, shorts: bases, marks }
}

/// What one run of Hayagriva gives.
struct Set {
    /// The mark of every source, without a locator.
    bases: Vec<String>,
    /// The marks that were asked for.
    marks: Vec<String>,
    /// The reference of every source.
    references: Vec<String>,
}

/// Sets marks of one bibliography in one style and language.
struct Setter<'site> {
    entries: &'site [Entry],
    style: &'site CitationStyle,
    locale: LocaleCode,
    locale_files: &'site [Locale],
}

impl Setter<'_> {
    /// Sets every source, and these marks, without their brackets.
    fn set(&self, keys: &[MarkKey]) -> Set {
        let Self { entries, style, locale, locale_files } = self;
        let mut driver = BibliographyDriver::new();
        // Every source is cited once, in order, before any mark: this gives numbers and the letters that tell apart
        // two works of one author and year.
        for entry in *entries {
            driver.citation(request(vec![CslItem::with_entry(entry)], style, locale, locale_files));
        }
        for (source, author, locator) in keys {
            let locator = locator.as_ref().filter(|locator| !locator.value.is_empty());
            let payload =
                locator.map(|locator| SpecificLocator(csl(locator.kind), LocatorPayload::Str(&locator.value)));
            let item = CslItem::with_locator(&entries[source.index()], payload);
            let item = if *author == Author::Suppressed { item.kind(CitePurpose::Year) } else { item };
            driver.citation(request(vec![item], style, locale, locale_files));
        }
        let rendered =
            driver.finish(BibliographyRequest { style: &style.0, locale: Some(locale.clone()), locale_files });
        let layout = &style.0.citation.layout;
        let (prefix, suffix) = (layout.prefix.as_deref(), layout.suffix.as_deref());
        let texts =
            rendered.citations.iter().map(|citation| strip(&html(&citation.citation), prefix, suffix).to_owned());
        let mut bases: Vec<String> = texts.collect();
        let marks = bases.split_off(entries.len());
        let mut references = vec![String::new(); entries.len()];
        for item in rendered.bibliography.iter().flat_map(|bibliography| &bibliography.items) {
            if let Some(index) = entries.iter().position(|entry| entry.key() == item.key) {
                references[index] = html(&item.content);
            }
        }
        for (reference, entry) in references.iter_mut().zip(*entries) {
            if reference.is_empty() {
                let title = entry.title().map_or_else(|| entry.key().to_owned(), ToString::to_string);
                *reference = escaped(&title).into_owned();
            }
        }
        Set { bases, marks, references }
    }
}

fn request<'entry>(
    items: Vec<CslItem<'entry, Entry>>,
    style: &'entry CitationStyle,
    locale: &LocaleCode,
    locale_files: &'entry [Locale],
) -> CitationRequest<'entry, Entry> {
    CitationRequest::new(items, &style.0, Some(locale.clone()), locale_files, None)
}

/// The tag of the CSL locale for a language. British spelling and dates are the default of English here.
fn locale_tag(tag: &str) -> String {
    match tag {
        "en" => "en-GB".to_owned(),
        "fr" => "fr-FR".to_owned(),
        "ar" => "ar".to_owned(),
        "de" => "de-DE".to_owned(),
        "es" => "es-ES".to_owned(),
        _ => tag.to_owned(),
    }
}

fn csl(kind: LocatorKind) -> CslLocator {
    match kind {
        LocatorKind::Paragraph => CslLocator::Paragraph,
        LocatorKind::Page => CslLocator::Page,
        LocatorKind::Section => CslLocator::Section,
        LocatorKind::Chapter => CslLocator::Chapter,
        LocatorKind::Note => CslLocator::Note,
    }
}

fn strip<'text>(text: &'text str, prefix: Option<&str>, suffix: Option<&str>) -> &'text str {
    let text = prefix.and_then(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    suffix.and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(text)
}

/// Hayagriva's own HTML writer leaves texts as they are; this one escapes them, since titles come from authors.
fn html(children: &ElemChildren) -> String {
    let mut html = String::new();
    write_children(children, &mut html);
    html
}

fn write_children(children: &ElemChildren, html: &mut String) {
    for child in &children.0 {
        write_child(child, html);
    }
}

fn write_child(child: &ElemChild, html: &mut String) {
    match child {
        ElemChild::Link { text, url } if url.starts_with("https://") || url.starts_with("http://") => {
            write!(html, "<a href=\"{}\">", escaped(url)).expect("a string takes all that is written");
            write_text(text, html);
            html.push_str("</a>");
        }
        ElemChild::Text(text) | ElemChild::Link { text, .. } => write_text(text, html),
        ElemChild::Elem(element) => write_children(&element.children, html),
        ElemChild::Markup(text) => html.push_str(&escaped(text)),
        ElemChild::Transparent { .. } => {}
    }
}

fn write_text(text: &Formatted, html: &mut String) {
    let formatting = &text.formatting;
    let tags = [
        (formatting.font_style == FontStyle::Italic, "i"),
        (formatting.font_weight == FontWeight::Bold, "b"),
        (formatting.vertical_align == VerticalAlign::Sup, "sup"),
        (formatting.vertical_align == VerticalAlign::Sub, "sub"),
    ];
    let wanted: Vec<&str> = tags.iter().filter(|(is_on, _)| *is_on).map(|(_, tag)| *tag).collect();
    for tag in &wanted {
        html.extend(["<", tag, ">"]);
    }
    html.push_str(&escaped(&text.text));
    for tag in wanted.iter().rev() {
        html.extend(["</", tag, ">"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "
newton-one:
  type: article
  title: The <b>first</b> book
  author: Newton, Isaac
  date: 1687
  url: https://example.org/a?b=1&c=2
newton-two:
  type: article
  title: The second book
  author: Newton, Isaac
  date: 1687
";

    #[test]
    fn the_types_are_those_that_hayagriva_names() {
        let with = |name: &str| format!("a:\n  type: {name}\n  title: A\n  parent: {{type: misc, title: B}}\n");
        for name in ENTRY_TYPES {
            Entries::parse(&with(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let error = Entries::parse(&with("novel")).expect_err("no such type");
        let named: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert!(ENTRY_TYPES.iter().all(|name| named.contains(name)), "{error}");
        let is_other = |name: &&&str| !ENTRY_TYPES.contains(name) && name.chars().all(char::is_lowercase);
        assert_eq!(named.iter().find(is_other), None, "{error}");
    }

    fn check(style: &str, author: Author, locator: Option<Locator>, expected: &str) {
        let entries = Entries::parse(YAML).expect("a bibliography");
        let item = CitationItem { prefix: String::new(), source: SourceId(1), author, locator, suffix: String::new() };
        let style = CitationStyle::named(style).expect("a known style");
        let bibliography = Bibliography::new(entries, &style, &["en"], std::iter::once(&item));
        assert_eq!(bibliography.mark(&item, LanguageId::DEFAULT), expected);
        let reference = bibliography.reference(SourceId(0), LanguageId::DEFAULT);
        assert!(reference.contains("&lt;b&gt;") && !reference.contains("<b>"), "{reference}");
    }

    #[test]
    fn marks_follow_the_style() {
        let page = || Some(Locator { kind: LocatorKind::Page, value: "31".to_owned() });
        check("chicago-author-date", Author::Shown, page(), "Newton 1687b, 31");
        check("chicago-author-date", Author::Shown, None, "Newton 1687b");
        check("apa", Author::Shown, page(), "Newton, 1687b, p. 31");
        check("ieee", Author::Shown, None, "[2]");
    }

    #[test]
    fn a_broken_bibliography_says_why() {
        let error = Entries::parse("a:\n  title: No type\n").expect_err("a source needs a type");
        assert!(error.contains("type"), "{error}");
    }
}
