//! Problems of a site, told to the people who can mend them.
//!
//! A [`Diagnostic`] is made by a constructor in the `messages.rs` of the phase that finds it. A [`Report`] gathers
//! them, and [`human`], [`json`] and [`github`] draw it. Nothing here prints.

mod code;
pub mod explanation;
pub mod github;
pub mod human;
pub mod json;

use std::collections::BTreeMap;

pub use code::Code;

use crate::text::{Lines, Place, SitePath, Span, Spot};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The site is not built.
    Error,
    /// The site is built; an editor should know.
    Warning,
}

impl Severity {
    /// The word that stands before a message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A second place that helps to understand a problem.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where it is.
    pub place: Place,
    /// What is there, as in "first used here".
    pub text: String,
}

/// One problem: what is so, where, and what to do.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The smallest text to change.
    pub place: Place,
    /// A fact: lower case, no full stop.
    pub message: String,
    /// What to do, true if followed.
    pub help: Option<String>,
    /// Other places.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// A problem with the severity that its code has.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), place, message: message.into(), help: None, labels: Vec::new() }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Suggests the nearest name, when there is one.
    #[must_use]
    pub fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Shows another place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }
}

/// A problem whose places are bytes of loaded texts.
#[derive(Clone, Debug)]
pub struct Located {
    /// The problem as it was found.
    pub diagnostic: Diagnostic,
    /// Where it is, when it is somewhere in a text that can be shown.
    pub span: Option<Span>,
    /// Where its labels are, in their order.
    pub labels: Vec<Option<Span>>,
}

/// All problems of one run, sorted by place, with the texts they stand in.
#[derive(Debug, Default)]
pub struct Report {
    problems: Vec<Located>,
    texts: BTreeMap<SitePath, String>,
    omitted: usize,
}

/// Of one file and severity, no more problems are kept: nobody mends as many at a time, and a hostile file may have
/// millions.
const MOST_OF_ONE_FILE: usize = 500;

impl Report {
    /// Finds every problem's bytes and sorts the problems by place.
    ///
    /// `text` gives a file of the site, if it can be read as text; `locate` finds spots of its YAML. Both are asked
    /// only for files that have problems, and once for each.
    pub fn new(
        diagnostics: Vec<Diagnostic>,
        text: impl Fn(&SitePath) -> Option<String>,
        locate: impl Fn(&SitePath, &str, &[&Spot]) -> Vec<Option<Span>>,
    ) -> Self {
        let found = diagnostics.len();
        let mut counts: BTreeMap<(SitePath, Severity), usize> = BTreeMap::new();
        let mut diagnostics = diagnostics;
        diagnostics.retain(|diagnostic| {
            let count = counts.entry((diagnostic.place.path.clone(), diagnostic.severity)).or_default();
            *count += 1;
            *count <= MOST_OF_ONE_FILE
        });
        let omitted = found - diagnostics.len();
        let mut texts: BTreeMap<SitePath, String> = BTreeMap::new();
        for diagnostic in &diagnostics {
            for place in std::iter::once(&diagnostic.place).chain(diagnostic.labels.iter().map(|label| &label.place)) {
                if !texts.contains_key(&place.path)
                    && let Some(text) = text(&place.path)
                {
                    texts.insert(place.path.clone(), text);
                }
            }
        }
        let mut spots: BTreeMap<&SitePath, Vec<&Spot>> = BTreeMap::new();
        for diagnostic in &diagnostics {
            for place in std::iter::once(&diagnostic.place).chain(diagnostic.labels.iter().map(|label| &label.place)) {
                if matches!(place.spot, Spot::Key(_) | Spot::Value(_)) {
                    spots.entry(&place.path).or_default().push(&place.spot);
                }
            }
        }
        // The answers of every file, in the order in which its spots are met again below.
        let mut answers: BTreeMap<SitePath, std::vec::IntoIter<Option<Span>>> = spots
            .into_iter()
            .filter_map(|(path, spots)| Some((path.clone(), locate(path, texts.get(path)?, &spots).into_iter())))
            .collect();
        let mut find = |place: &Place| {
            let text = texts.get(&place.path)?;
            match &place.spot {
                Spot::File => None,
                Spot::Span(span) => Some(clamped(*span, text)),
                Spot::Key(_) | Spot::Value(_) => answers.get_mut(&place.path)?.next()?.map(|span| clamped(span, text)),
            }
        };
        let mut problems: Vec<Located> = diagnostics
            .into_iter()
            .map(|diagnostic| {
                let span = find(&diagnostic.place);
                let labels = diagnostic.labels.iter().map(|label| find(&label.place)).collect();
                Located { diagnostic, span, labels }
            })
            .collect();
        problems.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
        problems.dedup_by(|one, other| sort_key(one) == sort_key(other));
        Self { problems, texts, omitted }
    }

    /// How many problems were found and are not among these, since their files have so many others.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// The problems, sorted by place.
    pub fn problems(&self) -> &[Located] {
        &self.problems
    }

    /// The text that a problem stands in.
    pub fn text(&self, path: &SitePath) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// How many problems have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.diagnostic.severity == severity).count()
    }

    /// Whether the site may be built.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Line and column of a problem's start and end, counting from 1; the first line for a whole file.
    pub fn position(&self, path: &SitePath, span: Option<Span>) -> Position {
        let (Some(span), Some(text)) = (span, self.text(path)) else {
            return Position { line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let lines = Lines::new(text);
        let (line, column) = lines.position(span.start as usize);
        let (end_line, end_column) = lines.position(span.end as usize);
        Position { line, column, end_line, end_column }
    }
}

/// A stretch of text as people count it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line it starts on.
    pub line: usize,
    /// The column it starts at, in characters.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
}

fn sort_key(located: &Located) -> (&SitePath, Option<Span>, Code, &str) {
    let diagnostic = &located.diagnostic;
    (&diagnostic.place.path, located.span, diagnostic.code, &diagnostic.message)
}

/// The span, inside the text and on character boundaries.
fn clamped(span: Span, text: &str) -> Span {
    let floor = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = floor(span.start);
    Span::new(start..floor(span.end).max(start))
}
