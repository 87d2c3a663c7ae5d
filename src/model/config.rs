//! What `content/site.yaml` declares: languages, kinds, fields, relations, rules of evidence.

use super::{BasisId, KindId, LanguageId, RelationId};

/// A text that may differ by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localised {
    /// The text in the default language, and in every language that has no text of its own.
    pub default: String,
    /// The texts of other languages.
    pub others: Vec<(LanguageId, String)>,
}

impl Localised {
    /// The text in a language.
    pub fn get(&self, language: LanguageId) -> &str {
        self.others.iter().find(|(other, _)| *other == language).map_or(&self.default, |(_, text)| text)
    }
}

impl From<&str> for Localised {
    fn from(text: &str) -> Self {
        Self { default: text.to_owned(), others: Vec::new() }
    }
}

/// A language of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47), as in `en` or `ar`.
    pub tag: String,
    /// Its own name for itself, as in `français`; its tag when `site.yaml` gives no name.
    pub name: String,
    /// The direction its script is written in.
    pub direction: Direction,
}

/// The direction of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

impl Direction {
    /// The direction of a language's usual script, by its primary subtag.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or(tag);
        match primary {
            "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ks" | "ps" | "sd" | "syr" | "ug" | "ur" | "yi" => {
                Self::RightToLeft
            }
            _ => Self::LeftToRight,
        }
    }

    /// The value of HTML's `dir` attribute.
    pub fn word(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// What raw HTML in Markdown becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HtmlPolicy {
    /// It is cleaned of all that could run or restyle the page.
    #[default]
    Clean,
    /// It is taken as it stands.
    Trust,
}

/// What readers can search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// All words, with an index that is made after the pages.
    #[default]
    Words,
    /// The index from A to Z alone.
    Titles,
}

/// A word for whose voice a statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Its key in `site.yaml`.
    pub key: String,
    /// What readers see.
    pub label: Localised,
}

/// The stretch of text that must carry a citation of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvidenceUnit {
    /// Every sentence.
    #[default]
    Sentence,
    /// Every paragraph, list item, table row and definition.
    Block,
}

/// The site's rules of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceRules {
    /// The key of the one source that the site derives from, if there is one.
    pub subject: Option<String>,
    /// The CSL style that citations are set in.
    pub style: String,
    /// The kinds whose statements must be cited.
    pub require: Vec<KindId>,
    /// What must be cited there.
    pub unit: EvidenceUnit,
    /// The bases that edges, sources and passages may name.
    pub bases: Vec<Basis>,
}

/// A kind of page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in `site.yaml`.
    pub name: String,
    /// The folder of `content/` that holds its pages.
    pub folder: String,
    /// One page of it, as in "Case study".
    pub title: Localised,
    /// Its pages, as in "Case studies".
    pub plural: Localised,
    /// The keys of its own.
    pub fields: Vec<Field>,
    /// The relations that its pages may state.
    pub relations: Vec<RelationId>,
    /// Whether its pages define terms that are linked in the prose of others.
    pub is_glossary: bool,
}

/// A key that pages of a kind have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: String,
    /// What readers see.
    pub title: Localised,
    /// What it takes.
    pub takes: FieldType,
    /// Whether every page of the kind must have it.
    pub required: bool,
}

/// What a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One text.
    Text,
    /// A list of texts.
    Texts,
    /// A number.
    Number,
    /// A year, month or day.
    Date,
    /// `true` or `false`.
    Flag,
    /// One of these keys.
    Choice(Vec<(String, Localised)>),
    /// An address of the web.
    Address,
}

/// What a page gives for a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// One text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A number, as it was written.
    Number(String),
    /// A year, month or day.
    Date(super::date::Date),
    /// `true` or `false`.
    Flag(bool),
    /// An index into the choices of the field.
    Choice(usize),
    /// An `http` or `https` address.
    Address(String),
}

/// How a relation reads from its other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inverse {
    /// As from its own end.
    Symmetric,
    /// Under this title.
    Title(Localised),
}

/// A relation between pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The key it is stated under.
    pub name: String,
    /// The kind of the pages that state it.
    pub from: KindId,
    /// The kinds it may lead to.
    pub to: Vec<KindId>,
    /// How it reads on the page that states it.
    pub title: Localised,
    /// How it reads on the page it leads to.
    pub inverse: Inverse,
}

/// All that `site.yaml` declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The name of the site.
    pub title: Localised,
    /// What it is about.
    pub summary: Localised,
    /// Its address, ending in `/`, if it is known.
    pub base_url: Option<String>,
    /// Its languages, the default first. Never empty.
    pub languages: Vec<Language>,
    /// The name of the licence of its content.
    pub licence: Option<String>,
    /// The address of that licence.
    pub licence_url: Option<String>,
    /// What raw HTML becomes.
    pub html: HtmlPolicy,
    /// What readers can search. No key of `site.yaml`: a build decides.
    pub search: Search,
    /// Its rules of evidence.
    pub evidence: EvidenceRules,
    /// Its kinds, in the order they are declared in.
    pub kinds: Vec<Kind>,
    /// The relations of all kinds, in the order they are declared in.
    pub relations: Vec<Relation>,
}

impl Config {
    /// A kind by id.
    pub fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.index()]
    }

    /// A relation by id.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.index()]
    }

    /// A basis by id.
    pub fn basis(&self, id: BasisId) -> &Basis {
        &self.evidence.bases[id.index()]
    }

    /// A language by id.
    pub fn language(&self, id: LanguageId) -> &Language {
        &self.languages[id.index()]
    }

    /// The ids of all languages, the default first.
    pub fn language_ids(&self) -> impl Iterator<Item = LanguageId> + use<> {
        (0..self.languages.len()).map(LanguageId::new)
    }

    /// The kind whose pages live in a folder of `content/`.
    pub fn kind_of_folder(&self, folder: &str) -> Option<KindId> {
        self.kinds.iter().position(|kind| kind.folder == folder).map(KindId::new)
    }

    /// The kind with a name.
    pub fn kind_named(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|kind| kind.name == name).map(KindId::new)
    }

    /// The basis with a key.
    pub fn basis_named(&self, key: &str) -> Option<BasisId> {
        self.evidence.bases.iter().position(|basis| basis.key == key).map(BasisId::new)
    }

    /// The language with a tag.
    pub fn language_tagged(&self, tag: &str) -> Option<LanguageId> {
        self.languages.iter().position(|language| language.tag == tag).map(LanguageId::new)
    }

    /// Whether statements on pages of this kind must be cited.
    pub fn requires_evidence(&self, kind: Option<KindId>) -> bool {
        kind.is_some_and(|kind| self.evidence.require.contains(&kind))
    }
}
