//! The problems of a site as the overlay of a page in the browser gets them: as data, which its script writes as text.

use serde::Serialize;

use crate::diagnostic::{Report, Severity, human};

/// A longer line is cut on both sides of what is to be shown.
const LONGEST: usize = 160;

/// What a browser is told after every change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Problems {
    /// How many there are, in words.
    pub(super) summary: String,
    /// Whether the site cannot be drawn as it is now.
    pub(super) is_broken: bool,
    /// All of them, sorted by place.
    pub(super) list: Vec<Problem>,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    severity: &'static str,
    code: &'static str,
    message: String,
    place: String,
    excerpt: Option<Excerpt>,
    others: Vec<Other>,
    help: Option<String>,
}

/// The line that a problem stands in, in three parts, of which the middle one is to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Excerpt {
    before: String,
    marked: String,
    after: String,
}

/// Another place that helps to understand a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Other {
    place: String,
    text: String,
}

impl Problems {
    /// The problems of a report.
    pub(super) fn new(report: &Report) -> Self {
        let problems = report.problems().iter().map(|located| {
            let diagnostic = &located.diagnostic;
            let place = |path, span| {
                let position = report.position(path, span);
                format!("{path}:{}:{}", position.line, position.column)
            };
            let text = report.text(&diagnostic.place.path);
            let labels = diagnostic.labels.iter().zip(&located.labels);
            Problem {
                severity: diagnostic.severity.word(),
                code: diagnostic.code.name(),
                message: diagnostic.message.clone(),
                place: place(&diagnostic.place.path, located.span),
                excerpt: located.span.zip(text).map(|(span, text)| Excerpt::new(text, span.range())),
                others: labels
                    .map(|(label, span)| Other { place: place(&label.place.path, *span), text: label.text.clone() })
                    .collect(),
                help: diagnostic.help.clone(),
            }
        });
        Self {
            summary: human::summary(report).trim_end().to_owned(),
            is_broken: report.count(Severity::Error) > 0,
            list: problems.collect(),
        }
    }
}

impl Problem {
    /// The problem in one line.
    pub(super) fn line(&self) -> String {
        let help = self.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}[{}]: {}{help}", self.place, self.severity, self.code, self.message)
    }
}

impl Excerpt {
    fn new(text: &str, marked: std::ops::Range<usize>) -> Self {
        let start = text[..marked.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
        let end = line_end(marked.start);
        let marked = marked.start..marked.end.min(end);
        let before = text[start..marked.start].trim_start_matches('\u{feff}');
        let after = text[marked.end..end].trim_end_matches('\r');
        let skipped = before.chars().count().saturating_sub(LONGEST / 2);
        let before: String = before.chars().skip(skipped).collect();
        Self {
            before: if skipped > 0 { format!("…{before}") } else { before },
            marked: cut(&text[marked], LONGEST),
            after: cut(after, LONGEST / 2),
        }
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn excerpts_show_one_line() {
        let check = |text: &str, marked: &str, expected: [&str; 3]| {
            let start = text.find(marked).expect("it is there");
            let excerpt = Excerpt::new(text, start..start + marked.len());
            assert_eq!([excerpt.before, excerpt.marked, excerpt.after], expected);
        };
        check("one\ntwo three four\r\nfive", "three", ["two ", "three", " four"]);
        check("\u{feff}né", "é", ["n", "é", ""]);
        check("a\nb\nc", "b\nc", ["", "b", ""]);
        let long = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        check(&long, "x", [&format!("…{}", "a".repeat(80)), "x", &format!("{}…", "b".repeat(80))]);
    }
}
