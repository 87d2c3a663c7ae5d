//! Problems drawn for a person, in the manner of rustc. The one file that knows `annotate-snippets`.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Located, Report, Severity};
use crate::text::{SitePath, Span};

/// Whether to use ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// ANSI escape codes.
    On,
}

/// Draws every problem with its source line, then a line that counts them.
pub fn draw(report: &Report, colour: Colour) -> String {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    let mut drawn = String::new();
    for problem in report.problems() {
        drawn.push_str(&draw_one(report, problem, &renderer));
        drawn.push_str("\n\n");
    }
    drawn.push_str(&summary(report));
    drawn
}

/// One line: how many errors and warnings there are; empty when there is none.
pub fn summary(report: &Report) -> String {
    let count = |severity: Severity| {
        let count = report.count(severity);
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.word()))
    };
    let counts: Vec<String> = [count(Severity::Error), count(Severity::Warning)].into_iter().flatten().collect();
    let omitted = match report.omitted() {
        0 => String::new(),
        more => format!(" and {more} more in the same files, which are not shown"),
    };
    if counts.is_empty() { String::new() } else { format!("{}{omitted}\n", counts.join(", ")) }
}

fn draw_one(report: &Report, problem: &Located, renderer: &Renderer) -> String {
    let diagnostic = &problem.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    let mut drawn: Vec<Span> = Vec::new();
    let place = &diagnostic.place;
    if let (Some(span), Some(text)) = (problem.span, report.text(&place.path)) {
        // A label close by is shown together with the place, one further away by itself.
        let near: Vec<(Span, &str)> = diagnostic
            .labels
            .iter()
            .zip(&problem.labels)
            .filter(|(label, _)| label.place.path == place.path)
            .filter_map(|(label, span)| Some(((*span)?, label.text.as_str())))
            .filter(|(other, _)| other.start.abs_diff(span.start) < FAR)
            .collect();
        group = match Excerpt::new(text, near.iter().map(|(span, _)| *span).chain([span])) {
            Some(excerpt) => {
                let primary = AnnotationKind::Primary.span(excerpt.visible(span));
                let mut snippet = excerpt.snippet(&place.path).annotation(primary);
                for (span, text) in &near {
                    snippet =
                        snippet.annotation(AnnotationKind::Context.span(excerpt.visible(*span)).label(printable(text)));
                }
                drawn = near.iter().map(|(span, _)| *span).collect();
                group.element(snippet)
            }
            None => {
                let position = report.position(&place.path, Some(span));
                group.element(Origin::path(place.path.as_str()).line(position.line).char_column(position.column))
            }
        };
    } else {
        group = group.element(Origin::path(place.path.as_str()));
    }
    for (label, span) in diagnostic.labels.iter().zip(&problem.labels) {
        if span.is_some_and(|span| label.place.path == place.path && drawn.contains(&span)) {
            continue;
        }
        let excerpt = report.text(&label.place.path).zip(*span);
        let excerpt = excerpt.and_then(|(text, span)| Some((Excerpt::new(text, [span].into_iter())?, span)));
        group = match excerpt {
            Some((excerpt, span)) => {
                let annotation = AnnotationKind::Context.span(excerpt.visible(span)).label(printable(&label.text));
                group.element(excerpt.snippet(&label.place.path).annotation(annotation))
            }
            None => group.element(Level::NOTE.message(format!("{}: {}", label.place.path, label.text))),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    renderer.render(&[group])
}

/// Labels as many bytes away from the place of their problem are shown by themselves.
const FAR: u32 = 4_000;

/// Longer stretches are not shown: what draws them takes a time that grows with their length, for every problem.
const LONGEST: usize = 20_000;

/// The lines of a text that are to be shown, without a byte-order mark.
struct Excerpt<'text> {
    lines: &'text str,
    start: usize,
    first_line: usize,
}

impl<'text> Excerpt<'text> {
    /// The lines that hold the spans; none when they are too long to be shown.
    fn new(text: &'text str, spans: impl Iterator<Item = Span>) -> Option<Self> {
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let within = |offset: u32| (offset as usize).clamp(mark, text.len());
        let (first, last) = spans.fold((text.len(), mark), |(first, last), span| {
            (first.min(within(span.start)), last.max(within(span.start)))
        });
        let start = text[mark..first].rfind('\n').map_or(mark, |newline| mark + newline + 1);
        let end = text[last..].find('\n').map_or(text.len(), |newline| last + newline + 1);
        let first_line = text[..start].matches('\n').count() + 1;
        (end - start <= LONGEST).then(|| Self { lines: &text[start..end], start, first_line })
    }

    fn snippet(&self, path: &SitePath) -> Snippet<'text, annotate_snippets::Annotation<'text>> {
        Snippet::source(self.lines).line_start(self.first_line).path(path.as_str().to_owned())
    }

    /// The range to underline: cut at the end of its first line, since a long stretch hides the message.
    fn visible(&self, span: Span) -> std::ops::Range<usize> {
        let within = |offset: u32| (offset as usize).saturating_sub(self.start).min(self.lines.len());
        let start = within(span.start);
        let end = within(span.end).max(start);
        let line_end = self.lines[start..end].find(['\n', '\r']).map_or(end, |line| start + line);
        start..line_end
    }
}

/// The text without control characters, which a file name or a value could carry to the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() && character != '\n' { '\u{fffd}' } else { character })
        .collect()
}
