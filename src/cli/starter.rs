//! `expound new site`: a small explainer to start from.

use std::path::Path;

use super::{Error, Outcome, print, schema, warn};
use crate::compile::MemoryFiles;
use crate::disk;
use crate::text::SitePath;

macro_rules! starter {
    ($($name:literal,)+) => {
        /// The files of a new site, by their paths in it.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("starter/", $name))),)+];
    };
}

starter! {
    "README.md",
    "content/facts.yaml",
    "content/glossary/capillary-action.md",
    "content/index.md",
    "content/passages.yaml",
    "content/site.yaml",
    "content/sources.yaml",
    "content/steps/burning-vapour.md",
    "content/steps/melted-wax.md",
}

/// Cargo leaves files that are called `.gitignore` to git.
const IGNORED: &str = include_str!("starter/gitignore");

/// Makes a site in a folder that is new or empty.
pub(super) fn run(folder: &Path) -> Result<Outcome, Error> {
    disk::create_folder(folder)?;
    let mut files = MemoryFiles::default();
    for (path, text) in FILES {
        disk::create(&folder.join(path), text.as_bytes())?;
        files.insert(SitePath::parse(path).expect("a path"), *text);
    }
    disk::create(&folder.join(".gitignore"), IGNORED.as_bytes())?;
    for (path, text) in schema::files(&files) {
        disk::create(&folder.join(path), text.as_bytes())?;
    }
    let shown = folder.display();
    print(&format!("{shown}\n"));
    warn(&format!("a site to start from is in `{shown}`; see it with: expound serve -r {shown} --open\n"));
    Ok(Outcome::Clean)
}
