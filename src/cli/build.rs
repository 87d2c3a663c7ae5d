//! `expound build`

use std::time::Instant;

use super::arguments::{BuildArguments, SiteArguments};
use super::{Error, Outcome, site, tell, warn};
use crate::compile::compile;
use crate::disk::{self, Force, Publisher};
use crate::emit::Rendered;

/// Builds the site, unless it has errors; then what was built before stays as it is.
pub(super) fn run(arguments: &SiteArguments, build: &BuildArguments) -> Result<Outcome, Error> {
    let start = Instant::now();
    let folder = site::open(arguments)?;
    let options = site::options(arguments, build.base_url.as_ref())?;
    let output = build.output.clone().unwrap_or_else(|| arguments.root.join("public"));
    let compiled = compile(&folder, &options);
    if compiled.has_errors() {
        let outcome = tell(&compiled.report(Vec::new()));
        warn("nothing was built\n");
        return Ok(outcome);
    }
    let force = if build.force { Force::Yes } else { Force::No };
    let publisher = Publisher::begin(&output, folder.root(), force)?;
    let report = compiled.render::<disk::Error>(|route, rendered| match rendered {
        Rendered::Bytes(bytes) => publisher.write(&route.output, &bytes),
        Rendered::Copy(path) => publisher.copy(&route.output, &folder.file(&path)),
    })?;
    let outcome = tell(&report);
    if outcome == Outcome::Problems {
        warn("nothing was built\n");
        return Ok(outcome);
    }
    let changes = publisher.finish()?;
    warn(&format!(
        "built {} in {} ms: {} added, {} changed, {} removed, {} kept\n",
        output.display(),
        start.elapsed().as_millis(),
        changes.added.len(),
        changes.changed.len(),
        changes.removed.len(),
        changes.kept,
    ));
    Ok(outcome)
}
