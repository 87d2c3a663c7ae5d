//! `expound lock`

use std::collections::BTreeSet;

use super::arguments::SiteArguments;
use super::{Error, Outcome, site, tell, warn};
use crate::compile::compile;
use crate::disk;
use crate::model::lock::{Address, published, text};
use crate::read::{Files, LOCK_FILE};
use crate::resolve::Unpublished;
use crate::text::SitePath;

/// Adds today's addresses to those that were published before. None is ever dropped: while one has vanished, or
/// anything else is wrong, nothing is written.
pub(super) fn run(arguments: &SiteArguments) -> Result<Outcome, Error> {
    let folder = site::open(arguments)?;
    let mut options = site::options(arguments, None)?;
    // Drafts are not published.
    options.choices.unpublished = Unpublished::Hidden;
    let compiled = compile(&folder, &options);
    if compiled.has_errors() {
        let outcome = tell(&compiled.report(Vec::new()));
        warn("nothing was locked\n");
        return Ok(outcome);
    }
    let path = SitePath::parse(LOCK_FILE).expect("a path");
    let before = if folder.paths().contains(&path) { folder.load(&path).unwrap_or_default() } else { Vec::new() };
    let mut addresses: BTreeSet<Address> = compiled.locked().iter().map(|locked| locked.address.clone()).collect();
    let known = addresses.len();
    addresses.extend(published(compiled.site()));
    let after = text(&addresses);
    if after.as_bytes() != before {
        disk::replace_file(&folder.file(&path), after.as_bytes())?;
    }
    warn(&format!("{LOCK_FILE}: {} added, {} in all\n", addresses.len() - known, addresses.len()));
    Ok(Outcome::Clean)
}
