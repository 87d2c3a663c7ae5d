//! `expound serve`. The one file that knows `opener`.

use std::sync::atomic::{AtomicBool, Ordering};

use super::arguments::{ServeArguments, SiteArguments};
use super::{Error, Outcome, site, tell, warn};
use crate::serve::{self, Happening, Options};

/// Serves the site until Ctrl-C.
pub(super) fn run(arguments: &SiteArguments, asked: &ServeArguments) -> Result<Outcome, Error> {
    site::open(arguments)?;
    let options = Options {
        root: arguments.root.clone(),
        compile: site::options(arguments, None)?,
        address: asked.interface,
        port: asked.port,
    };
    let wants_browser = asked.open;
    let had_problems = AtomicBool::new(false);
    serve::run(&options, move |happening| match happening {
        Happening::Listening { url, taken } => {
            if let Some(port) = taken {
                warn(&format!("port {port} is in use, so another one was taken\n"));
            }
            warn(&format!("the site is at {url} (Ctrl-C ends this)\n"));
            if wants_browser && let Err(error) = opener::open_browser(url) {
                warn(&format!("no browser could be opened: {error}\n"));
            }
        }
        Happening::Read { report, milliseconds } => {
            tell(report);
            let had_problems = had_problems.swap(!report.problems().is_empty(), Ordering::Relaxed);
            match report.has_errors() {
                true => warn("the pages stay as they were\n"),
                false if had_problems && report.problems().is_empty() => {
                    warn(&format!("all problems are mended; read in {milliseconds} ms\n"));
                }
                false => warn(&format!("read in {milliseconds} ms\n")),
            }
        }
        Happening::Checked(report) => {
            had_problems.store(!report.problems().is_empty(), Ordering::Relaxed);
            tell(report);
        }
        Happening::Unreadable(error) => warn(&format!("error: {error}\n")),
        Happening::CannotWatch(cause) => {
            warn(&format!(
                "the system does not tell of changes ({cause}); the folder is looked through every second\n"
            ));
        }
    })?;
    Ok(Outcome::Clean)
}
