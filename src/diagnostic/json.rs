//! Problems as JSON, one object a line, for editors and scripts.

use std::fmt::Write;

use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Object<'report> {
    code: &'static str,
    severity: &'static str,
    message: &'report str,
    path: &'report str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: Option<&'report str>,
    labels: Vec<LabelLine<'report>>,
}

#[derive(Serialize)]
struct LabelLine<'report> {
    text: &'report str,
    path: &'report str,
    line: usize,
    column: usize,
}

/// Draws one JSON object a problem, each on a line of its own.
pub fn draw(report: &Report) -> String {
    let mut drawn = String::new();
    for problem in report.problems() {
        let diagnostic = &problem.diagnostic;
        let position = report.position(&diagnostic.place.path, problem.span);
        let labels = diagnostic.labels.iter().zip(&problem.labels).map(|(label, span)| {
            let position = report.position(&label.place.path, *span);
            LabelLine {
                text: &label.text,
                path: label.place.path.as_str(),
                line: position.line,
                column: position.column,
            }
        });
        let object = Object {
            code: diagnostic.code.name(),
            severity: diagnostic.severity.word(),
            message: &diagnostic.message,
            path: diagnostic.place.path.as_str(),
            line: position.line,
            column: position.column,
            end_line: position.end_line,
            end_column: position.end_column,
            help: diagnostic.help.as_deref(),
            labels: labels.collect(),
        };
        let json = serde_json::to_string(&object).expect("a line of texts and numbers serialises");
        writeln!(drawn, "{json}").expect("a string takes all that is written");
    }
    drawn
}
