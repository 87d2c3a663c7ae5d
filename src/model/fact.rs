//! Figures and events that pages use by name.

use super::citation::Citation;
use super::config::Localised;
use super::date::Date;
use crate::text::KeyPath;

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactValue {
    /// A whole number, set in the manner of the page's language.
    Integer(i64),
    /// A decimal number, as it was written.
    Decimal(String),
    /// Words, as in `250 to 300`.
    Text(Localised),
}

/// A fact. `Source` is a source's key as read, and its id in a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<Source> {
    /// The name it is used by.
    pub name: String,
    /// Words before the value, as in `more than`.
    pub qualifier: Option<Localised>,
    /// The value.
    pub value: FactValue,
    /// What is counted.
    pub unit: Option<Localised>,
    /// When it was so.
    pub as_of: Option<Date>,
    /// What it rests on.
    pub source: Option<Citation<Source>>,
    /// Who gave it, and what it counts.
    pub note: Option<Localised>,
    /// When it must be looked at again.
    pub review_by: Option<Date>,
    /// Where it is declared.
    pub keys: KeyPath,
}

/// A dated event. `Source` and `Page` are names as read, and ids in a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<Source, Page> {
    /// When it began, or was.
    pub start: Date,
    /// When it ended, if it lasted.
    pub end: Option<Date>,
    /// The date in words, where its numbers would say too much.
    pub label: Option<Localised>,
    /// What happened.
    pub text: Localised,
    /// The group that it belongs to, as in `article` or `context`.
    pub from: Option<String>,
    /// What it rests on.
    pub citation: Option<Citation<Source>>,
    /// The pages that it belongs to.
    pub pages: Vec<Page>,
    /// Where it is declared.
    pub keys: KeyPath,
}
