//! Publishing: a built site comes into its place as a whole, or not at all.
//!
//! What is written is compared with the file that was published before. As long as all is equal, nothing is touched.
//! From the first difference on, new files go to a staging folder beside the output; at the end the equal ones join
//! them under their old inode, and the two folders change places ([`swap`]). So a file that did not
//! change keeps its bytes, its time and its inode, whatever changed around it; and a file that somebody edited in the
//! output is put right.
//!
//! All that is in the output belongs to Expound, but for hidden files at its top that it did not make (`.git` of a
//! git worktree, `.htaccess`): they are carried over. A hidden *folder* there stops the build, because a `.git` with
//! a history in it cannot be in the old site and the new one at once.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use super::compare::{self, CHUNK};
use super::lock::Lock;
use super::survey::{self, Old};
use super::swap::{self, Means, Names};
use super::walk::Found;
use super::{Error, manifest};
use crate::model::output_path::OutputPath;

/// How long a build waits for another to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether a folder is replaced that Expound did not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// It is refused.
    No,
    /// All that is in it is replaced.
    Yes,
}

/// What publishing did, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub added: Vec<OutputPath>,
    /// Files that have other bytes now.
    pub changed: Vec<OutputPath>,
    /// Files that are gone.
    pub removed: Vec<OutputPath>,
    /// How many files are as they were.
    pub kept: usize,
}

/// A site on its way to its place. Nothing is seen of it before [`finish`](Self::finish).
///
/// Files come from any number of threads, in any order. Dropped unfinished, it leaves all as it was.
#[derive(Debug)]
pub struct Publisher {
    names: Names,
    means: Means,
    old: Old,
    done: Mutex<Vec<Done>>,
    // Dropped in this order: nobody else may enter the staging folder before it is gone.
    _staging: Staging,
    _lock: Lock,
}

/// A file of the new site.
#[derive(Debug)]
struct Done {
    path: OutputPath,
    hash: blake3::Hash,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Added,
    Changed,
    Kept,
}

/// The staging folder, which is gone when this is.
#[derive(Debug)]
struct Staging(PathBuf);

impl Drop for Staging {
    fn drop(&mut self) {
        // An error is on its way already, or comes when the next build tries the same.
        let _ = swap::clear(&self.0);
    }
}

impl Publisher {
    /// Starts to publish to `output` what is written in `site_root`.
    ///
    /// Waits some seconds for another build of the same output, and puts right what a killed one left. A link to a
    /// folder is followed: the site is published where it leads.
    pub fn begin(output: &Path, site_root: &Path, force: Force) -> Result<Self, Error> {
        Self::begin_by(Means::BEST, output, site_root, force, PATIENCE)
    }

    /// The same by given means, and with given patience.
    pub(super) fn begin_by(
        means: Means,
        output: &Path,
        site_root: &Path,
        force: Force,
        patience: Duration,
    ) -> Result<Self, Error> {
        let output = survey::settled(output)?;
        survey::refuse_overlap(&output, site_root)?;
        let names = Names::beside(output);
        if let Some(folder) = names.output.parent() {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        let lock = Lock::take(&names.lock, &names.output, patience)?;
        names.repair()?;
        let old = Old::survey(&names.output, force)?;
        let staging = Staging(names.staging.clone());
        Ok(Self { names, means, old, done: Mutex::default(), _staging: staging, _lock: lock })
    }

    /// Adds a file with these bytes.
    pub fn write(&self, path: &OutputPath, bytes: &[u8]) -> Result<(), Error> {
        let fate = self.fate(path, || compare::holds(&self.published(path), bytes));
        if fate != Fate::Kept {
            let mut file = self.create(path)?;
            file.write_all(bytes).map_err(Error::io("write", &self.published(path)))?;
        }
        // The old manifest has the hash of a kept file already, but not for sure: a merge in git joins pages and
        // manifests line by line. To hash again costs as much as to compare, 50 ms on two threads for 10,000 pages.
        self.note(path, blake3::hash(bytes), fate);
        Ok(())
    }

    /// Adds a file with the bytes of these pieces, one after the other, and never holds more than one.
    pub fn write_pieces(&self, path: &OutputPath, pieces: impl Iterator<Item = Vec<u8>>) -> Result<(), Error> {
        let published = self.published(path);
        let failed = || Error::io("write", &published);
        let mut hasher = blake3::Hasher::new();
        // As long as all is equal, nothing is written.
        let mut equal = match self.old.files.get(path) {
            Some(Found::File) => compare::CommonPrefix::open(&published).ok(),
            _ => None,
        };
        let mut written = match equal {
            Some(_) => None,
            None => Some(self.create(path)?),
        };
        for piece in pieces {
            hasher.update(&piece);
            if let Some(known) = equal.take_if(|known| !known.goes_on_with(&piece)) {
                let mut file = self.create(path)?;
                known.copy_to(&mut file).map_err(failed())?;
                written = Some(file);
            }
            if let Some(file) = &mut written {
                file.write_all(&piece).map_err(failed())?;
            }
        }
        if let Some(known) = equal.take_if(|known| !known.is_at_end()) {
            known.copy_to(&mut self.create(path)?).map_err(failed())?;
        }
        let fate = self.fate(path, || Ok(equal.is_some()));
        self.note(path, hasher.finalize(), fate);
        Ok(())
    }

    /// Adds a copy of the file at `from`, however large it is.
    pub fn copy(&self, path: &OutputPath, from: &Path) -> Result<(), Error> {
        let mut source = File::open(from).map_err(Error::io("read", from))?;
        let mut hash = None;
        let fate = self.fate(path, || {
            hash = compare::hash_if_equal(&mut source, &self.published(path))?;
            Ok(hash.is_some())
        });
        let hash = match hash {
            Some(hash) => hash,
            None => self.copy_from(&mut source, path, from)?,
        };
        self.note(path, hash, fate);
        Ok(())
    }

    /// Adds all that was published in a folder before, if `mark` in it holds these bytes and every file that the old
    /// manifest lists there is still as it was published. Otherwise it adds nothing.
    pub fn keep_folder(&self, folder: &str, mark: &OutputPath, bytes: &[u8]) -> Result<bool, Error> {
        let below = format!("{folder}/");
        let made = self.old.made.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let made: Vec<(OutputPath, &String)> =
            made.filter_map(|(path, hash)| Some((OutputPath::parse(path)?, hash))).collect();
        let is_marked = made.iter().any(|(path, _)| path == mark)
            && self.old.files.get(mark) == Some(&Found::File)
            && compare::holds(&self.published(mark), bytes).unwrap_or(false);
        if !is_marked {
            return Ok(false);
        }
        let mut kept = Vec::with_capacity(made.len());
        for (path, expected) in made {
            // A file that cannot be read is not kept either: what takes its place says why.
            let hash = match self.old.files.get(&path) {
                Some(Found::File) => fs::read(self.published(&path)).ok().map(|bytes| blake3::hash(&bytes)),
                _ => None,
            };
            match hash {
                Some(hash) if hash.to_hex().as_str() == expected => kept.push((path, hash)),
                _ => return Ok(false),
            }
        }
        for (path, hash) in &kept {
            self.note(path, *hash, Fate::Kept);
        }
        Ok(true)
    }

    /// How many files are published, if the manifest has this hash, every file is as it says, and there are no others.
    pub fn intact(&self, manifest: &str) -> Option<usize> {
        let bytes = self.old.manifest.as_ref()?;
        if blake3::hash(bytes).to_hex().as_str() != manifest || self.old.is_more_than_made() {
            return None;
        }
        let made: Vec<(&String, &String)> = self.old.made.iter().collect();
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let is_as_made = |(path, expected): &(&String, &String)| {
            let bytes = fs::read(self.names.output.join(path.as_str()));
            bytes.is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == expected.as_str())
        };
        let is_intact = thread::scope(|scope| {
            let parts = made.chunks(made.len().div_ceil(threads).max(1));
            let workers: Vec<_> = parts.map(|part| scope.spawn(move || part.iter().all(is_as_made))).collect();
            workers.into_iter().all(|worker| worker.join().expect("comparing a file does not panic"))
        });
        is_intact.then_some(made.len())
    }

    /// Brings the site into its place, and says what that changed.
    pub fn finish(self) -> Result<Changes, Error> {
        self.finish_sealed().map(|(changes, _)| changes)
    }

    /// The same; gives the hash of the manifest too.
    pub fn finish_sealed(self) -> Result<(Changes, String), Error> {
        let mut done = std::mem::take(&mut *self.done.lock().expect("no thread panics while it notes a file"));
        done.sort_unstable_by(|one, two| one.path.cmp(&two.path));
        if let Some(pair) = done.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(Error::Clash(pair[0].path.clone()));
        }
        let changes = self.changes(&done);
        let manifest = manifest::text(done.iter().map(|done| (&done.path, &done.hash))).into_bytes();
        let hash = blake3::hash(&manifest).to_hex().to_string();
        let is_same_manifest = self.old.manifest.as_ref() == Some(&manifest);
        let is_same_site = changes.added.is_empty() && changes.changed.is_empty() && changes.removed.is_empty();
        if is_same_site && is_same_manifest {
            return Ok((changes, hash));
        }

        let is_written = |name: &str| done.binary_search_by(|done| done.path.as_str().cmp(name)).is_ok();
        let carried = self.old.carried.iter().filter(|name| !name.to_str().is_some_and(is_written)).map(Path::new);
        let kept = done.iter().filter(|done| done.fate == Fate::Kept).map(|done| Path::new(done.path.as_str()));
        let mut kept: Vec<&Path> = kept.chain(carried).collect();
        if is_same_manifest {
            kept.push(Path::new(manifest::NAME));
        } else {
            let path = OutputPath::parse(manifest::NAME).expect("a path");
            self.create(&path)?.write_all(&manifest).map_err(Error::io("write", &self.published(&path)))?;
        }
        self.keep_all(&kept)?;
        self.keep_mode();
        self.names.swap(self.means)?;
        Ok((changes, hash))
    }

    /// Where a file is published.
    fn published(&self, path: &OutputPath) -> PathBuf {
        self.names.output.join(path.as_str())
    }

    /// What becomes of a file. One that cannot be compared is written anew.
    fn fate(&self, path: &OutputPath, is_same: impl FnOnce() -> io::Result<bool>) -> Fate {
        match self.old.files.get(path) {
            None => Fate::Added,
            Some(Found::File) if is_same().unwrap_or(false) => Fate::Kept,
            Some(_) => Fate::Changed,
        }
    }

    fn note(&self, path: &OutputPath, hash: blake3::Hash, fate: Fate) {
        let done = Done { path: path.clone(), hash, fate };
        self.done.lock().expect("no thread panics while it notes a file").push(done);
    }

    /// Creates a file in the staging folder.
    fn create(&self, path: &OutputPath) -> Result<File, Error> {
        let staged = self.names.staging.join(path.as_str());
        with_parent(&staged, || File::create_new(&staged)).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => Error::Clash(path.clone()),
            _ => Error::io("write", &self.published(path))(error),
        })
    }

    /// Copies all of `source`, in pieces.
    fn copy_from(&self, source: &mut File, path: &OutputPath, from: &Path) -> Result<blake3::Hash, Error> {
        source.rewind().map_err(Error::io("read", from))?;
        let mut target = self.create(path)?;
        let mut hasher = blake3::Hasher::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let length = compare::fill(source, &mut chunk).map_err(Error::io("read", from))?;
            if length == 0 {
                return Ok(hasher.finalize());
            }
            hasher.update(&chunk[..length]);
            target.write_all(&chunk[..length]).map_err(Error::io("write", &self.published(path)))?;
        }
    }

    fn changes(&self, done: &[Done]) -> Changes {
        let with = |fate: Fate| done.iter().filter(move |done| done.fate == fate);
        let is_gone = |path: &&OutputPath| {
            let is_written = done.binary_search_by(|done| done.path.cmp(path)).is_ok();
            !is_written && !self.old.carried.contains(OsStr::new(path.as_str()))
        };
        Changes {
            added: with(Fate::Added).map(|done| done.path.clone()).collect(),
            changed: with(Fate::Changed).map(|done| done.path.clone()).collect(),
            removed: self.old.files.keys().filter(is_gone).cloned().collect(),
            kept: with(Fate::Kept).count(),
        }
    }

    /// Takes files of the old site into the new one.
    fn keep_all(&self, paths: &[&Path]) -> Result<(), Error> {
        // When one of 10,000 pages changed, this is half of the work; two threads do it in half the time.
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let keep_part = |part: &[&Path]| part.iter().try_for_each(|path| self.keep(path));
        thread::scope(|scope| {
            let parts = paths.chunks(paths.len().div_ceil(threads).max(1));
            let workers: Vec<_> = parts.map(|part| scope.spawn(move || keep_part(part))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("keeping a file does not panic"))
        })
    }

    /// Takes a file of the old site into the new one, with its inode where the file system allows a second link.
    fn keep(&self, path: &Path) -> Result<(), Error> {
        let (published, staged) = (self.names.output.join(path), self.names.staging.join(path));
        match with_parent(&staged, || fs::hard_link(&published, &staged)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                compare::copy_with_time(&published, &staged).map_err(Error::io("keep", &published))
            }
            linked => linked.map_err(|error| match path.to_str().and_then(OutputPath::parse) {
                Some(path) => Error::Clash(path),
                None => Error::io("keep", &published)(error),
            }),
        }
    }

    /// Gives the new folder the rights that somebody gave the old one, so that a group can go on publishing to it.
    fn keep_mode(&self) {
        if let Ok(old) = fs::metadata(&self.names.output)
            && let Ok(new) = fs::metadata(&self.names.staging)
            && old.permissions() != new.permissions()
        {
            // Some file systems have no such rights. The files are there all the same.
            let _ = fs::set_permissions(&self.names.staging, old.permissions());
        }
    }
}

/// Makes something at `path`, and the folders above it only if they turn out to be missing.
fn with_parent<T>(path: &Path, make: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (make(), path.parent()) {
        (Err(error), Some(folder)) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            make()
        }
        (made, _) => made,
    }
}
