//! A site's files in memory: read once, and again only when they have changed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::disk::{self, Folder};
use crate::read::{Files, Refused, Version};
use crate::text::SitePath;

/// What tells that a file may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

/// What a text holds.
type Text = (Arc<[u8]>, Version);

/// A file, and what it holds if it is a text.
#[derive(Clone, Debug)]
struct Held {
    stamp: Option<Stamp>,
    text: Option<Result<Text, String>>,
}

/// The files of a site as they were at one moment. To copy it copies no text.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    folder: Arc<Folder>,
    held: HashMap<SitePath, Held>,
}

/// What may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// Files that certainly want another look, whatever their times say.
    pub(super) paths: Vec<PathBuf>,
    /// Whether any file may have come, gone or changed.
    pub(super) all: bool,
}

/// What looking again found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Whether the site is another: files have other contents or names, are gone or new.
    pub(super) site: bool,
    /// Whether files have come or gone.
    pub(super) names: bool,
}

enum Judged {
    /// A file of the site was written.
    Changed(SitePath),
    /// Files have come or gone.
    CameOrWent,
    /// It is no matter of the site's.
    Elsewhere,
}

impl Snapshot {
    /// Reads a site's folder.
    pub(super) fn open(root: &Path) -> Result<Self, disk::Error> {
        let mut snapshot = Self { folder: Arc::new(Folder::open(root)?), held: HashMap::new() };
        snapshot.look(&[]);
        Ok(snapshot)
    }

    /// Looks again at what may have changed.
    pub(super) fn refresh(&mut self, hint: &Hint) -> Result<Change, disk::Error> {
        let mut named = Vec::new();
        let mut wants_walk = hint.all;
        for path in &hint.paths {
            match self.judge(path) {
                Judged::Changed(path) => named.push(path),
                Judged::Elsewhere => {}
                Judged::CameOrWent => wants_walk = true,
            }
        }
        if !wants_walk {
            let mut has_changed = false;
            for path in named {
                has_changed |= self.look_at(&path, true);
            }
            return Ok(Change { site: has_changed, names: false });
        }
        let folder = Folder::open(self.folder.root())?;
        let names = folder.paths() != self.folder.paths() || folder.refused() != self.folder.refused();
        self.folder = Arc::new(folder);
        let has_changed = self.look(&named);
        Ok(Change { site: names || has_changed, names })
    }

    /// What an event at a place of the disk means for the site.
    fn judge(&self, path: &Path) -> Judged {
        let Ok(below) = path.strip_prefix(self.folder.root()) else { return Judged::Elsewhere };
        let segments: Option<Vec<&str>> = below.iter().map(|segment| segment.to_str()).collect();
        let own = segments.and_then(|segments| SitePath::parse(&segments.join("/")));
        match own.filter(|own| self.held.contains_key(own)) {
            Some(own) if path.is_file() => Judged::Changed(own),
            Some(_) => Judged::CameOrWent,
            None if self.folder.passes_over(path) => Judged::Elsewhere,
            None if fs::symlink_metadata(path).is_ok() => Judged::CameOrWent,
            // What is gone again and was never known is of no matter, unless it was a folder with files of the site.
            None => match self.folder.paths().iter().any(|own| self.folder.file(own).starts_with(path)) {
                true => Judged::CameOrWent,
                false => Judged::Elsewhere,
            },
        }
    }

    /// Looks at every file, at those named whatever their times say. Gives whether any has changed.
    fn look(&mut self, named: &[SitePath]) -> bool {
        let folder = Arc::clone(&self.folder);
        let before = self.held.len();
        self.held.retain(|path, _| folder.paths().binary_search(path).is_ok());
        let mut has_changed = self.held.len() != before;
        for path in folder.paths() {
            has_changed |= self.look_at(path, named.contains(path));
        }
        has_changed
    }

    fn look_at(&mut self, path: &SitePath, is_named: bool) -> bool {
        let metadata = fs::metadata(self.folder.file(path)).ok();
        let stamp = metadata.map(|it| Stamp { modified: it.modified().ok(), length: it.len() });
        let before = self.held.get(path);
        if !is_named && before.is_some_and(|before| before.stamp == stamp && stamp.is_some()) {
            return false;
        }
        let text = is_text(path).then(|| {
            let bytes = self.folder.load(path)?;
            let version = Version::of(&bytes);
            Ok((bytes.into(), version))
        });
        let has_changed = match (before.map(|before| (&before.text, before.stamp)), &text) {
            (Some((Some(Ok((_, one))), _)), Some(Ok((_, other)))) => one != other,
            (Some((Some(Err(one)), _)), Some(Err(other))) => one != other,
            (Some((None, one)), None) => one != stamp,
            _ => true,
        };
        self.held.insert(path.clone(), Held { stamp, text });
        has_changed
    }
}

impl Files for Snapshot {
    fn paths(&self) -> &[SitePath] {
        self.folder.paths()
    }

    fn load(&self, path: &SitePath) -> Result<Vec<u8>, String> {
        match self.held.get(path).and_then(|held| held.text.as_ref()) {
            Some(Ok((bytes, _))) => Ok(bytes.to_vec()),
            Some(Err(cause)) => Err(cause.clone()),
            None => self.folder.load(path),
        }
    }

    fn refused(&self) -> &[Refused] {
        self.folder.refused()
    }

    fn version(&self, path: &SitePath) -> Option<Version> {
        match self.held.get(path)?.text.as_ref()? {
            Ok((_, version)) => Some(*version),
            Err(_) => None,
        }
    }
}

/// Whether a file is read into the site. Others are copied, and may be large.
fn is_text(path: &SitePath) -> bool {
    let name = path.as_str();
    path.below("templates").is_some() || name.ends_with(".md") || name.ends_with(".yaml") || name.ends_with(".lock")
}
