//! `expound coverage`

use std::fmt::Write;

use super::arguments::{CoverageArguments, ObjectFormat, SiteArguments};
use super::{Error, Outcome, print, site, tell, warn};
use crate::compile::compile;
use crate::emit::coverage::{Coverage, coverage};

/// Prints how much of the site is cited.
pub(super) fn run(arguments: &SiteArguments, asked: &CoverageArguments) -> Result<Outcome, Error> {
    let folder = site::open(arguments)?;
    let options = site::options(arguments, None)?;
    let compiled = compile(&folder, &options);
    // An uncited statement is an error of the site, and the very thing that is to be counted here.
    let outcome = if compiled.has_errors() { tell(&compiled.report(Vec::new())) } else { Outcome::Clean };
    let coverage = coverage(compiled.site());
    match asked.format {
        ObjectFormat::Human => print(&table(&coverage)),
        ObjectFormat::Json => {
            let json = serde_json::to_string_pretty(&coverage).expect("texts and numbers serialise");
            print(&format!("{json}\n"));
        }
    }
    if coverage.pages.is_empty() {
        warn("no kind of page requires evidence: see `evidence.require` in `content/site.yaml`\n");
    }
    Ok(outcome)
}

fn table(coverage: &Coverage) -> String {
    let mut table = String::new();
    let writes = "a string takes all that is written";
    let width = coverage.pages.iter().map(|page| page.path.chars().count()).max().unwrap_or(4).max(4);
    writeln!(table, "{:width$}  statements  cited  editorial", "page").expect(writes);
    for page in &coverage.pages {
        writeln!(table, "{:width$}  {:>10}  {:>5}  {:>9}", page.path, page.statements, page.cited, page.editorial)
            .expect(writes);
    }
    let width = coverage.sources.iter().map(|source| source.key.chars().count()).max().unwrap_or(6).max(6);
    writeln!(table, "\n{:width$}  pages  passages  used  unused", "source").expect(writes);
    for source in &coverage.sources {
        let (passages, used) = match source.passages {
            0 => (String::new(), String::new()),
            passages => (passages.to_string(), source.used.to_string()),
        };
        let line = format!(
            "{:width$}  {:>5}  {passages:>8}  {used:>4}  {}",
            source.key,
            source.pages,
            source.unused.join(" ")
        );
        writeln!(table, "{}", line.trim_end()).expect(writes);
    }
    table
}
