//! What an output was last made from, so that a build of the same is known to be needless.
//!
//! To draw a site anew and find that nothing has changed takes as long as to draw it at first. So a build whose site has
//! no problems leaves a seal: a hash of what it was made from, and that of its manifest. The sources are known by what
//! the file system says of them (length, times, inode), as `make` and `git` know theirs; so are the program and its
//! choices. What was published is read as a whole, since somebody may have edited it.
//!
//! Seals are in one file for all sites of a user, never in a site or an output. Without it, everything is built.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::walk::Folder;
use crate::read::Files;

/// A file that changed later than this before a build may change again without any of its times telling.
const GRAIN: Duration = Duration::from_secs(2);

/// No more seals are kept: those of the outputs that were built last.
const MOST: usize = 64;

/// The file that seals are kept in.
#[derive(Debug)]
pub struct Seals(PathBuf);

/// What all seals of a user are.
#[derive(Default, Deserialize, Serialize)]
struct Kept {
    seals: Vec<Seal>,
}

/// That an output was made from something.
#[derive(Debug, Deserialize, Serialize)]
pub struct Seal {
    output: PathBuf,
    /// The hash of what it was made from.
    sources: String,
    /// The hash of its manifest.
    pub manifest: String,
    /// What there was to tell about it.
    pub notes: Vec<String>,
}

impl Seals {
    /// Those in a file, which need not be there.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The seal of an output, if it was made from just these sources.
    pub fn of(&self, output: &Path, sources: &str) -> Option<Seal> {
        let output = std::path::absolute(output).ok()?;
        let is_same = |seal: &Seal| seal.output == output && seal.sources == sources;
        self.load().seals.into_iter().find(is_same)
    }

    /// Keeps what an output was made from. What cannot be kept is not: then the next build is a whole one.
    pub fn keep(&self, output: &Path, sources: String, manifest: String, notes: &[&str]) {
        let Ok(output) = std::path::absolute(output) else { return };
        let notes = notes.iter().map(|note| (*note).to_owned()).collect();
        let mut kept = self.load();
        kept.seals.retain(|seal| seal.output != output);
        kept.seals.insert(0, Seal { output, sources, manifest, notes });
        kept.seals.truncate(MOST);
        let (Ok(text), Some(folder)) = (serde_json::to_vec(&kept), self.0.parent()) else { return };
        if fs::create_dir_all(folder).is_ok() {
            let _ = super::replace_file(&self.0, &text);
        }
    }

    fn load(&self) -> Kept {
        fs::read(&self.0).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

/// The hash of all that a build of a site is made from; `None` where that cannot be told for sure.
pub fn sources(folder: &Folder, choices: &str) -> Option<String> {
    if !folder.refused().is_empty() {
        return None;
    }
    let before = SystemTime::now().checked_sub(GRAIN)?;
    let mut hasher = blake3::Hasher::new();
    let mut add = |name: &str, state: [i64; 7]| {
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        for number in state {
            hasher.update(&number.to_le_bytes());
        }
    };
    add(choices, state(&std::env::current_exe().ok()?, before)?);
    let states: Vec<[i64; 7]> =
        folder.paths().par_iter().map(|path| state(&folder.file(path), before)).collect::<Option<_>>()?;
    for (path, state) in folder.paths().iter().zip(states) {
        add(path.as_str(), state);
    }
    Some(hasher.finalize().to_hex().to_string())
}

/// What the file system says of a file, if that cannot stay the same when the file changes.
#[cfg(unix)]
fn state(path: &Path, before: SystemTime) -> Option<[i64; 7]> {
    use std::os::unix::fs::MetadataExt;

    let data = fs::metadata(path).ok()?;
    let limit = before.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs().cast_signed();
    let is_settled = data.mtime() < limit && data.ctime() < limit;
    let numbers = [
        data.size().cast_signed(),
        data.mtime(),
        data.mtime_nsec(),
        data.ctime(),
        data.ctime_nsec(),
        data.ino().cast_signed(),
        data.dev().cast_signed(),
    ];
    is_settled.then_some(numbers)
}

/// What the file system says of a file: not enough, on this system.
#[cfg(not(unix))]
fn state(_path: &Path, _before: SystemTime) -> Option<[i64; 7]> {
    None
}
