//! Problems as GitHub workflow commands, which show them beside the changed lines of a pull request.
//!
//! The form is that of "Workflow commands for GitHub Actions": `::error file=…,line=…::message`.

use std::fmt::Write;

use super::Report;

/// Draws one workflow command a problem.
pub fn draw(report: &Report) -> String {
    let mut drawn = String::new();
    for problem in report.problems() {
        let diagnostic = &problem.diagnostic;
        let position = report.position(&diagnostic.place.path, problem.span);
        let message = match &diagnostic.help {
            Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        writeln!(
            drawn,
            "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            diagnostic.severity.word(),
            property(diagnostic.place.path.as_str()),
            position.line,
            position.column,
            position.end_line,
            position.end_column,
            diagnostic.code.name(),
            data(&message),
        )
        .expect("a string takes all that is written");
    }
    drawn
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
