//! What the template of the page for searching sees.

use serde::Serialize;

use super::{KindView, LanguageView};
use crate::emit::theme::Shared;

/// The names of pages that begin with a letter.
#[derive(Debug, Serialize)]
pub struct LetterView<'site> {
    /// The letter; none for digits and all else.
    pub letter: Option<String>,
    /// The anchor of its heading.
    pub anchor: String,
    /// The names, in order.
    pub entries: Vec<IndexEntryView<'site>>,
}

/// A name of a page, in the index of all pages.
#[derive(Debug, Serialize)]
pub struct IndexEntryView<'site> {
    /// The name.
    pub text: String,
    /// The title of the page, when the name is another one.
    pub see: Option<String>,
    /// The page.
    pub href: String,
    /// Its kind.
    pub kind: Option<Shared<KindView<'site>>>,
    /// Whether it is the page of a source.
    pub is_source: bool,
    /// Its language, when it is not the index's own.
    pub language: Option<Shared<LanguageView<'site>>>,
}

/// What a search can be narrowed down by.
#[derive(Debug, Serialize)]
pub struct FilterView<'site> {
    /// Its name.
    pub name: String,
    /// What readers see.
    pub title: String,
    /// What can be chosen.
    pub options: Vec<FilterOptionView<'site>>,
}

/// A value of a filter.
#[derive(Debug, Serialize)]
pub struct FilterOptionView<'site> {
    /// The value.
    pub key: String,
    /// What readers see.
    pub label: String,
    /// The kind, when that is what it stands for.
    pub kind: Option<Shared<KindView<'site>>>,
}
