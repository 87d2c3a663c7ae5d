//! `expound check`

use std::convert::Infallible;
use std::fmt::Write;
use std::io::IsTerminal;

use super::arguments::{CheckArguments, Deny, Format, SiteArguments};
use super::{Error, Outcome, caches, colour, outcome, print, site, warn};
use crate::compile::compile;
use crate::compile::web::WebAddress;
use crate::diagnostic::{Diagnostic, Severity, github, human, json};
use crate::external;

/// Draws every route and writes none, and tells of every problem.
pub(super) fn run(arguments: &SiteArguments, check: &CheckArguments) -> Result<Outcome, Error> {
    let folder = site::open(arguments)?;
    let options = site::options(arguments, None)?;
    let mut compiled = compile(&folder, &options);
    if check.external {
        let found = ask_the_web(&compiled.web_addresses());
        compiled.add(found);
    }
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

/// Asks for every address, and says in a few lines what came of it. Gives those that are gone.
fn ask_the_web(addresses: &[WebAddress]) -> Vec<Diagnostic> {
    let options = external::Options { cache: caches::file("links.json"), ..external::Options::default() };
    let is_watched = std::io::stderr().is_terminal();
    let found = external::check(addresses, &options, &|done, total| {
        if is_watched {
            warn(&format!("\rasked for {done} of {total} addresses"));
        }
    });
    if is_watched && !addresses.is_empty() {
        warn("\n");
    }
    warn(&summary(&found));
    found.problems
}

const WRITES: &str = "a string takes all that is written";

fn summary(found: &external::Outcome) -> String {
    let mut lines = format!(
        "addresses of the web: {} alive, {} gone, {} of which nobody could tell ({} known from an earlier run)\n",
        found.alive,
        found.problems.len(),
        found.unknown.len(),
        found.remembered
    );
    for (address, why) in &found.unknown {
        writeln!(lines, "  {address}: {why}").expect(WRITES);
    }
    if let Some(cause) = &found.not_kept {
        writeln!(lines, "the answers could not be kept in {cause}").expect(WRITES);
    }
    lines
}
