//! Looking at the output before anything is published to it: where it is, what is there, and whether that may go.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::publish::Force;
use super::walk::{self, Found};
use super::{Error, manifest};
use crate::model::output_path::OutputPath;

/// The site that was published before.
#[derive(Debug, Default)]
pub(super) struct Old {
    /// What stands where, but for the manifest.
    pub(super) files: BTreeMap<OutputPath, Found>,
    /// Its manifest, as it is.
    pub(super) manifest: Option<Vec<u8>>,
    /// The files that its manifest lists, each with its hash.
    pub(super) made: BTreeMap<String, String>,
    /// Hidden files at the top that no build made.
    pub(super) carried: BTreeSet<OsString>,
}

impl Old {
    /// Looks at what is in the output, and refuses what must not be replaced.
    pub(super) fn survey(output: &Path, force: Force) -> Result<Self, Error> {
        let reading = |error| Error::io("read", output)(error);
        let entries = match fs::read_dir(output) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(Error::NotAFolder(output.to_owned())),
            entries => entries.map_err(reading)?,
        };
        let manifest = match fs::read(output.join(manifest::NAME)) {
            Ok(bytes) => Some(bytes),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => None,
            Err(error) => return Err(Error::io("read", &output.join(manifest::NAME))(error)),
        };
        let made = manifest.as_deref().map(manifest::files).unwrap_or_default();
        let is_made = |name: &str| {
            let below = format!("{name}/");
            made.contains_key(name)
                || made.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
        };

        let mut carried = BTreeSet::new();
        let mut hidden = Vec::new();
        let mut is_empty = true;
        for entry in entries {
            let entry = entry.map_err(reading)?;
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with('.') {
                is_empty = false;
            } else if name != manifest::NAME && !name.to_str().is_some_and(is_made) {
                if entry.file_type().map_err(reading)?.is_file() {
                    carried.insert(name);
                } else {
                    hidden.push(entry.path());
                }
            } else if name == manifest::NAME && manifest.is_none() {
                hidden.push(entry.path());
            }
        }
        if !is_empty && manifest.is_none() && force == Force::No {
            return Err(Error::NotOurs(output.to_owned()));
        }
        if let Some(path) = hidden.into_iter().min() {
            return Err(Error::Hidden(path));
        }
        Ok(Self { files: walk::output(output)?, manifest, made, carried })
    }
}

impl Old {
    /// Whether anything is in the output that its manifest does not list, or that is no file. Hidden files at the top
    /// that no build made do not count.
    pub(super) fn is_more_than_made(&self) -> bool {
        self.files.iter().any(|(path, found)| {
            let is_carried = self.carried.contains(std::ffi::OsStr::new(path.as_str()));
            !is_carried && (*found != Found::File || !self.made.contains_key(path.as_str()))
        })
    }
}

/// Where the output is when all links are followed; what is not there yet is taken by its name.
pub(super) fn settled(output: &Path) -> Result<PathBuf, Error> {
    let mut settled = PathBuf::new();
    for component in std::path::absolute(output).map_err(Error::io("find", output))?.components() {
        match component {
            Component::ParentDir => {
                settled.pop();
            }
            Component::Normal(name) => {
                settled.push(name);
                settled = followed(settled)?;
            }
            other => settled.push(other),
        }
    }
    match fs::metadata(&settled) {
        Ok(metadata) if !metadata.is_dir() => Err(Error::NotAFolder(settled)),
        _ => Ok(settled),
    }
}

/// A path with its last link followed, if there is something at it.
fn followed(path: PathBuf) -> Result<PathBuf, Error> {
    match fs::canonicalize(&path) {
        Ok(canonical) => Ok(canonical),
        Err(error) => match error.kind() {
            ErrorKind::NotFound if fs::symlink_metadata(&path).is_ok() => Err(Error::DeadLink(path)),
            ErrorKind::NotFound => Ok(path),
            ErrorKind::NotADirectory => Err(Error::NotAFolder(path.parent().unwrap_or(&path).to_owned())),
            _ => Err(Error::io("find", &path)(error)),
        },
    }
}

/// Nothing is published over the folders that people write in, nor into them.
pub(super) fn refuse_overlap(output: &Path, site_root: &Path) -> Result<(), Error> {
    let root = fs::canonicalize(site_root).map_err(Error::io("open", site_root))?;
    let overlap = |folder: &Path| Error::Overlap { output: output.to_owned(), folder: folder.to_owned() };
    if root.starts_with(output) {
        return Err(overlap(&root));
    }
    for name in walk::WRITTEN_IN {
        let named = root.join(name);
        let folder = fs::canonicalize(&named).unwrap_or_else(|_| named.clone());
        if [&named, &folder].into_iter().any(|folder| folder.starts_with(output) || output.starts_with(folder)) {
            return Err(overlap(&folder));
        }
    }
    Ok(())
}
