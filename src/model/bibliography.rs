//! Sources set in a citation style. The one folder that knows Hayagriva.
//!
//! Every source is set once for the whole site, and every distinct mark once, so that the cost does not grow with the
//! number of pages. Styles that number their sources number them once for the whole site too: a source has the same
//! number on every page.

mod details;
mod endings;
mod html;
mod setter;
mod styles;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use hayagriva::archive::{ArchivedStyle, LOCALES};
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode, Style};
use hayagriva::{Entry, Library};
use rayon::prelude::*;

use self::details::details;
pub use self::details::{Details, Name};
use self::endings::{Sample, is_number, number_ending, probes, set_endings};
use self::setter::{Set, Setter};
use self::styles::Styles;
use super::citation::{Author, CitationItem, Locator};
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

/// A citation style.
#[derive(Clone, Debug)]
pub struct CitationStyle(Box<IndependentStyle>);

impl CitationStyle {
    /// A style by its name in Hayagriva's archive, as in `chicago-author-date`, `apa` or `ieee`.
    pub fn named(name: &str) -> Option<Self> {
        if name == DEFAULT_STYLE { Some(DEFAULT.clone()) } else { Self::decoded(name) }
    }

    fn decoded(name: &str) -> Option<Self> {
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

/// The style of a site that names none.
pub const DEFAULT_STYLE: &str = "chicago-author-date";

/// To decode a style takes as long as to set ten sources.
static DEFAULT: LazyLock<CitationStyle> =
    LazyLock::new(|| CitationStyle::decoded(DEFAULT_STYLE).expect("it is in the archive"));

/// What CSL says in the language of a site that names none.
static ENGLISH: LazyLock<Vec<Locale>> = LazyLock::new(|| locales(&[LocaleCode(locale_tag("en")), LocaleCode::en_us()]));

/// How many marks are set together: enough to share what comes first, and few enough to be shared among threads.
const SAMPLES: usize = 16;

/// What makes two marks look alike.
type MarkKey = (SourceId, Author, Option<Locator>);

/// What is to be set for the marks of a site, of which there can be hundreds of thousands.
struct Wanted<'site> {
    /// For every type and locator, the first source of that type, which stands for all of them.
    samples: BTreeMap<(usize, &'site Locator), usize>,
    /// The marks that cannot be put together from what is set for a source and for a type.
    others: BTreeSet<(SourceId, Author, Option<&'site Locator>)>,
}

impl<'site> Wanted<'site> {
    fn new(kinds: &[usize], items: impl Iterator<Item = &'site CitationItem<SourceId>>) -> Self {
        let mut samples: HashMap<(usize, &Locator), usize> = HashMap::new();
        let mut others = BTreeSet::new();
        for item in items {
            let index = item.source.index();
            match (item.author, &item.locator) {
                (Author::Shown, None) => {}
                (Author::Shown, Some(locator)) if !locator.value.is_empty() => {
                    let first = samples.entry((kinds[index], locator)).or_insert(index);
                    *first = index.min(*first);
                }
                _ => _ = others.insert((item.source, item.author, item.locator.as_ref())),
            }
        }
        Self { samples: samples.into_iter().collect(), others }
    }
}

/// One language's texts.
#[derive(Clone, Debug, Default)]
struct Texts {
    references: Arc<Vec<String>>,
    /// The mark of every source, without a locator.
    bases: Arc<Vec<String>>,
    /// What a locator adds to the mark of a source of a type, by type.
    endings: Vec<Arc<BTreeMap<Locator, String>>>,
    /// The marks that are not put together from these.
    others: Arc<BTreeMap<MarkKey, String>>,
}

/// All sources and marks of a site, set in its citation style, as HTML. A copy shares all texts.
#[derive(Clone, Debug, Default)]
pub struct Bibliography {
    entries: Arc<Entries>,
    /// None where there is nothing to set.
    styles: Option<Arc<Styles>>,
    /// The type of every source, as a number.
    kinds: Arc<Vec<usize>>,
    languages: Vec<Texts>,
    open: String,
    close: String,
    between: String,
}

impl Bibliography {
    /// Sets every entry, and the mark of every citation item, in each of the languages.
    pub fn new<'item>(
        entries: Arc<Entries>,
        style: &CitationStyle,
        language_tags: &[&str],
        items: &(impl Iterator<Item = &'item CitationItem<SourceId>> + Clone),
    ) -> Self {
        let layout = &style.0.citation.layout;
        let names: Vec<String> = entries.0.iter().map(kind_of).collect();
        let distinct: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let kinds: Vec<usize> = names.iter().map(|name| distinct.range(..name.as_str()).count()).collect();
        let wanted = Wanted::new(&kinds, items.clone());
        let styles = Styles::new(&style.0, &entries.0);
        let of_language = |tag: &&str| texts(&entries.0, &kinds, &styles, tag, &wanted, items.clone());
        let languages = language_tags.iter().map(of_language).collect();
        Self {
            languages,
            styles: Some(Arc::new(styles)),
            kinds: Arc::new(kinds),
            open: escaped(layout.prefix.as_deref().unwrap_or_default()).into_owned(),
            close: escaped(layout.suffix.as_deref().unwrap_or_default()).into_owned(),
            between: escaped(layout.delimiter.as_deref().unwrap_or("; ")).into_owned(),
            entries,
        }
    }

    /// Begins to make ready what setting a bibliography most likely needs, beside other work.
    pub fn prepare() {
        std::thread::spawn(|| {
            LazyLock::force(&DEFAULT);
            LazyLock::force(&ENGLISH);
        });
    }

    /// The entry of a source in the list at a page's end, as HTML.
    pub fn reference(&self, source: SourceId, language: LanguageId) -> &str {
        &self.languages[language.index()].references[source.index()]
    }

    /// A source as a mark names it, without a locator and without brackets, as HTML.
    pub fn short(&self, source: SourceId, language: LanguageId) -> &str {
        &self.languages[language.index()].bases[source.index()]
    }

    /// The mark of one item, without its brackets, as HTML, in two parts.
    pub fn mark(&self, item: &CitationItem<SourceId>, language: LanguageId) -> [&str; 2] {
        let texts = &self.languages[language.index()];
        let base = texts.bases[item.source.index()].as_str();
        match (item.author, &item.locator) {
            (Author::Shown, None) => return [base, ""],
            (Author::Shown, Some(locator)) => {
                if let Some(ending) = texts.endings[self.kinds[item.source.index()]].get(locator) {
                    return [base, ending];
                }
            }
            _ => {}
        }
        [&texts.others[&(item.source, item.author, item.locator.clone())], ""]
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

/// What CSL needs to know of a language.
fn language(tag: &str) -> (LocaleCode, Cow<'static, [Locale]>) {
    let locale = LocaleCode(locale_tag(tag));
    let files = match tag {
        "en" => Cow::Borrowed(ENGLISH.as_slice()),
        _ => Cow::Owned(locales(&[locale.clone(), LocaleCode::en_us()])),
    };
    (locale, files)
}

/// What CSL says in these languages.
///
/// Hayagriva's own function decodes all 64 languages, which takes as long as setting 80 sources. Each file names its
/// language in its first bytes; where one should not, it is only decoded in vain.
fn locales(wanted: &[LocaleCode]) -> Vec<Locale> {
    const HEAD: usize = 64;
    let may_be = |bytes: &[u8], code: &LocaleCode| {
        bytes[..HEAD.min(bytes.len())].windows(code.0.len()).any(|window| window == code.0.as_bytes())
    };
    let likely = LOCALES.iter().filter(|bytes| wanted.iter().any(|code| may_be(bytes, code)));
    likely
        .map(|bytes| ciborium::from_reader::<Locale, _>(*bytes).expect("the archive is well-formed"))
        .filter(|one| one.lang.as_ref().is_some_and(|lang| wanted.contains(lang)))
        .collect()
}

/// The type of an entry, as `sources.yaml` writes it.
fn kind_of(entry: &Entry) -> String {
    format!("{:?}", entry.entry_type()).to_lowercase()
}

/// Sets every source, and every mark.
///
/// Setting is Hayagriva's dearest work, it grows with the square of what is set together, and a large site has
/// thousands of sources and hundreds of thousands of different marks. But the marks of two sources hang together only
/// when they would be alike: two works of one author and year, or any two in a style that numbers them. So every source
/// is first set alone, and then again together with those whose marks are like its own.
///
/// And what a style adds for a locator does not depend on the source, beyond its type: so each locator is set once for
/// each type. A style that puts the locator elsewhere than at the end has its marks set one by one. Plain numbers are
/// most of all locators: a few of them are set, and if they show that the style writes a number as it is between the same
/// words, all others are written so.
fn texts<'item>(
    entries: &[Entry],
    kinds: &[usize],
    styles: &Styles,
    tag: &str,
    wanted: &Wanted<'item>,
    items: impl Iterator<Item = &'item CitationItem<SourceId>>,
) -> Texts {
    if entries.is_empty() {
        return Texts::default();
    }
    let (locale, locale_files) = language(tag);
    let setter = Setter { entries, styles, locale, locale_files: &locale_files };

    let alone: Vec<Set> = (0..entries.len()).into_par_iter().map(|index| setter.set(&[index], &[])).collect();
    let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, set) in alone.iter().enumerate() {
        alike.entry(&set.bases[0]).or_default().push(index);
    }
    let groups: Vec<Vec<usize>> = alike.into_values().collect();
    let mut group_of = vec![0; entries.len()];
    for (number, group) in groups.iter().enumerate() {
        for index in group {
            group_of[*index] = number;
        }
    }
    let together: Vec<(usize, Set)> = (0..groups.len())
        .into_par_iter()
        .filter(|number| groups[*number].len() > 1)
        .map(|number| (number, setter.set(&groups[number], &[])))
        .collect();
    let (mut bases, mut references) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
    for set in alone {
        bases.extend(set.bases);
        references.extend(set.references);
    }
    for (number, set) in together {
        for ((index, base), reference) in groups[number].iter().zip(set.bases).zip(set.references) {
            bases[*index] = base;
            references[*index] = reference;
        }
    }
    let mut texts = Texts { bases: Arc::new(bases), references: Arc::new(references), ..Texts::default() };

    texts.endings = vec![Arc::default(); kinds.iter().max().map_or(0, |most| most + 1)];
    let (numbers, samples): (Vec<_>, Vec<_>) =
        wanted.samples.iter().map(|(key, index)| (*key, *index)).partition(|((_, locator), _)| is_number(locator));
    let (probes, rest) = probes(&numbers);
    set_endings(&setter, probes, &mut texts);
    let mut unlike: Vec<Sample<'_>> = samples;
    for ((kind, locator), index) in rest {
        match number_ending(&texts.endings[kind], locator) {
            Some(ending) => texts.add_ending(kind, locator, ending),
            None => unlike.push(((kind, locator), index)),
        }
    }
    set_endings(&setter, unlike, &mut texts);
    let mut others = wanted.others.clone();
    let is_set = |kind: usize, locator: &Locator| texts.endings[kind].contains_key(locator);
    if wanted.samples.keys().any(|(kind, locator)| !is_set(*kind, locator)) {
        let shown = items.filter(|item| item.author == Author::Shown);
        let located = shown.filter_map(|item| Some((item.source, item.locator.as_ref()?)));
        let unset =
            located.filter(|(source, locator)| !locator.value.is_empty() && !is_set(kinds[source.index()], locator));
        others.extend(unset.map(|(source, locator)| (source, Author::Shown, Some(locator))));
    }
    let mut by_group: BTreeMap<usize, Vec<MarkKey>> = BTreeMap::new();
    for (source, author, locator) in others {
        by_group.entry(group_of[source.index()]).or_default().push((source, author, locator.cloned()));
    }
    let others: Vec<(usize, Vec<MarkKey>)> = by_group.into_iter().collect();
    let set: Vec<Vec<(MarkKey, String)>> = others
        .into_par_iter()
        .map(|(number, keys)| {
            let set = setter.set(&groups[number], &keys);
            keys.into_iter().zip(set.marks).map(with_locator).collect()
        })
        .collect();
    texts.others = Arc::new(set.into_iter().flatten().collect());
    texts
}

/// Adds to a mark the locator that CSL does not set by itself.
fn with_locator((key, text): (MarkKey, String)) -> (MarkKey, String) {
    let text = match (&key.1, &key.2) {
        (Author::Suppressed, Some(locator)) => format!("{text}, {}", escaped(&locator.to_string())),
        // A source's own note has no number, and CSL sets no locator without one.
        (Author::Shown, Some(locator)) if locator.value.is_empty() => format!("{text}, {locator}"),
        _ => text,
    };
    (key, text)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::citation::LocatorKind;

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
        let item = CitationItem { source: SourceId(1), author, locator, affixes: None };
        let style = CitationStyle::named(style).expect("a known style");
        let bibliography = Bibliography::new(Arc::new(entries), &style, &["en"], &std::iter::once(&item));
        assert_eq!(bibliography.mark(&item, LanguageId::DEFAULT).concat(), expected);
        let reference = bibliography.reference(SourceId(0), LanguageId::DEFAULT);
        assert!(reference.contains("&lt;b&gt;") && !reference.contains("<b>"), "{reference}");
    }

    #[test]
    fn marks_follow_the_style() {
        let page = || Some(Locator { kind: LocatorKind::Page, value: "31".into() });
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
