//! `expound check`

use std::convert::Infallible;

use super::arguments::{CheckArguments, Deny, Format, SiteArguments};
use super::{Error, Outcome, colour, outcome, print, site, warn};
use crate::compile::compile;
use crate::diagnostic::{Severity, github, human, json};

/// Draws every route and writes none, and tells of every problem.
pub(super) fn run(arguments: &SiteArguments, check: &CheckArguments) -> Result<Outcome, Error> {
    let folder = site::open(arguments)?;
    let options = site::options(arguments, None)?;
    let compiled = compile(&folder, &options);
    let Ok(report) = compiled.render::<Infallible>(|_, _| Ok(()));
    match check.format {
        Format::Human => warn(&human::draw(&report, colour())),
        Format::Json => print(&json::draw(&report)),
        Format::Github => print(&github::draw(&report)),
    }
    if check.format == Format::Human && report.problems().is_empty() {
        warn("no problems\n");
    }
    let lowest = if check.deny == Some(Deny::Warnings) { Severity::Warning } else { Severity::Error };
    Ok(outcome(&report, lowest))
}
