//! The commands. The top floor: it knows the terminal, and decides nothing about content.

mod arguments;
mod build;
mod caches;
mod check;
mod coverage;
mod explain;
mod interrupt;
mod lock;
mod new;
mod schema;
mod serve;
mod site;
mod starter;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::diagnostic::human::Colour;
use crate::diagnostic::{Report, Severity, human};
use crate::{disk, search};
use arguments::{Arguments, Command};

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing is wrong.
    Clean,
    /// The site has problems.
    Problems,
}

/// Runs the command that the process was started with.
///
/// Exit codes: 0 when nothing is wrong, 1 when the site has problems, 2 when the command could not run.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Asking for help is no failure; anything else could not run.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let result = match &arguments.command {
        Command::Build(options) => build::run(&arguments.site, options),
        Command::Serve(options) => serve::run(&arguments.site, options),
        Command::Check(options) => check::run(&arguments.site, options),
        Command::Coverage(options) => coverage::run(&arguments.site, options),
        Command::Lock => lock::run(&arguments.site),
        Command::New(options) => new::run(&arguments.site, options),
        Command::Schema(options) => schema::run(&arguments.site, options),
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Completions { shell } => {
            arguments::completions(*shell);
            Ok(Outcome::Clean)
        }
        Command::Man { command } => arguments::man(command.as_deref()).map(|()| Outcome::Clean),
    };
    match result {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Err(error) => {
            warn(&format!("error: {error}\n"));
            ExitCode::from(2)
        }
    }
}

/// Why a command could not run.
#[derive(Debug)]
enum Error {
    /// The disk did not do what it was asked to.
    Disk(disk::Error),
    /// Somebody asked for an end before the site was built.
    Interrupted,
    /// The site cannot be served.
    Serve(crate::serve::Error),
    /// There is no search index.
    Search(search::Error),
    /// The command line asks for something that is not there.
    Usage(String),
}

impl From<disk::Error> for Error {
    fn from(error: disk::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<crate::serve::Error> for Error {
    fn from(error: crate::serve::Error) -> Self {
        Self::Serve(error)
    }
}

impl From<search::Error> for Error {
    fn from(error: search::Error) -> Self {
        Self::Search(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Disk(error) => write!(formatter, "{error}"),
            Self::Interrupted => formatter.write_str("the build was interrupted; nothing was built"),
            Self::Serve(error) => write!(formatter, "{error}"),
            Self::Search(error) => write!(formatter, "{error}"),
            Self::Usage(message) => formatter.write_str(message),
        }
    }
}

/// Whether problems are drawn in colour: on a terminal, unless `NO_COLOR` is set (no-color.org).
fn colour() -> Colour {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stderr().is_terminal() { Colour::On } else { Colour::Off }
}

/// Draws a report on stderr; tells what it comes to.
fn tell(report: &Report) -> Outcome {
    warn(&human::draw(report, colour()));
    outcome(report, Severity::Error)
}

/// What a report comes to, when problems down to a severity count.
fn outcome(report: &Report, lowest: Severity) -> Outcome {
    let counts = report.problems().iter().any(|problem| problem.diagnostic.severity <= lowest);
    if counts { Outcome::Problems } else { Outcome::Clean }
}

/// Writes on stdout. A reader that has gone away is no failure of ours.
fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes on stderr.
fn warn(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
