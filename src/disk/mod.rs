//! The file system: the site's folder as it is read, and the built site as it is published.
//!
//! [`Folder`] lists and loads what people wrote; [`Publisher`] puts the built site where it belongs, as a whole or
//! not at all. Neither knows what a page is.

mod compare;
mod create;
mod lock;
mod manifest;
mod publish;
mod seal;
mod survey;
mod swap;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub use create::{create, create_folder, replace};
pub use publish::{Changes, Force, Publisher};
pub use seal::{Seal, Seals, sources};
pub use walk::Folder;

use crate::model::output_path::OutputPath;

/// Why the disk did not do what was asked. The message says what to do.
#[derive(Debug)]
pub enum Error {
    /// The system refused.
    Io {
        /// What was tried, as a verb: `read`.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Something else is where a folder is needed.
    NotAFolder(PathBuf),
    /// A new site wants a folder with nothing in it.
    NotEmpty(PathBuf),
    /// The output is a link, and what it leads to is not there.
    DeadLink(PathBuf),
    /// The output and what the site is written in would be one folder, or one in the other.
    Overlap {
        /// Where the built site was to go.
        output: PathBuf,
        /// The folder that people write in.
        folder: PathBuf,
    },
    /// The output is a folder with files in it that Expound did not make.
    NotOurs(PathBuf),
    /// A hidden folder or link that Expound did not make is at the top of the output: a `.git`.
    Hidden(PathBuf),
    /// Another build publishes to this folder and did not end while this one waited.
    Busy(PathBuf),
    /// The output cannot change its name, since it is a mount point or part of an image.
    Immovable(PathBuf),
    /// Two files of the built site want the same path.
    Clash(OutputPath),
    /// The new site is in place, but the old one could not be removed.
    OldSiteRemains {
        /// Where what remains of the old site is.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: the system refused to do this with the file or folder.
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => {
                write!(formatter, "cannot {doing} `{}`: {}", path.display(), cause(source))?;
                advice(source).map_or(Ok(()), |advice| write!(formatter, "; {advice}"))
            }
            Self::NotAFolder(path) => {
                write!(formatter, "`{}` is not a folder; remove it or name another place", path.display())
            }
            Self::NotEmpty(path) => {
                write!(formatter, "`{}` has files in it; name a folder that is empty, or a new one", path.display())
            }
            Self::DeadLink(path) => {
                write!(formatter, "`{}` is a link to nothing; create the folder it names, or remove it", path.display())
            }
            Self::Overlap { output, folder } => write!(
                formatter,
                "cannot publish to `{}`, because the site is written in `{}`; choose a folder of its own with `-o`",
                output.display(),
                folder.display()
            ),
            Self::NotOurs(path) => write!(
                formatter,
                "`{}` holds files that Expound did not make; empty it, choose another folder with `-o`, or replace all \
                 that is in it with `--force`",
                path.display()
            ),
            Self::Hidden(path) => write!(
                formatter,
                "`{}` was not made by Expound and would be lost; move it away or choose another folder with `-o` (to \
                 publish from a git branch, use `git worktree`, whose `.git` is a file and is kept)",
                path.display()
            ),
            Self::Busy(path) => write!(
                formatter,
                "another build is publishing to `{}`; wait until it is done and build again",
                path.display()
            ),
            Self::Immovable(path) => write!(
                formatter,
                "`{}` cannot be replaced as a whole, because it is a mount point or part of a container image; choose \
                 a folder inside it with `-o`, or empty and remove it first",
                path.display()
            ),
            Self::Clash(path) => write!(
                formatter,
                "two files of the site want to be `{path}` (on some systems `A` and `a` are one name); rename one"
            ),
            Self::OldSiteRemains { path, source } => write!(
                formatter,
                "the new site is in place, but what is left of the old one cannot be removed: {}; delete `{}`",
                cause(source),
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {}

/// Gives a file these bytes: the old ones are there until the new ones are, whatever happens.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".expound-new");
    let new = path.with_file_name(name);
    let replaced = fs::write(&new, bytes).and_then(|()| fs::rename(&new, path));
    replaced.map_err(|source| {
        // What cannot be removed is hidden, and is written over the next time.
        let _ = fs::remove_file(&new);
        Error::io("write", path)(source)
    })
}

/// What the system says, in plain words.
fn cause(error: &io::Error) -> String {
    let known = match error.kind() {
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "your share of the disk is used up",
        ErrorKind::PermissionDenied => "there is no permission",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::NotFound => "it is not there",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::IsADirectory => "it is a folder, and a file is needed",
        ErrorKind::NotADirectory => "part of its path is a file, and a folder is needed",
        ErrorKind::InvalidFilename => "its name is too long or not allowed here",
        _ => {
            let text = error.to_string();
            return text.split_once(" (os error").map_or(text.as_str(), |(text, _)| text).to_owned();
        }
    };
    known.to_owned()
}

/// What to do about it, where that can be said for sure.
fn advice(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("free some space and build again"),
        ErrorKind::PermissionDenied => Some("give yourself the right to, or choose another folder"),
        ErrorKind::ReadOnlyFilesystem => Some("choose a folder on another disk with `-o`"),
        _ => None,
    }
}

#[cfg(test)]
mod messages {
    use super::*;

    #[test]
    fn errors_say_what_to_do_in_one_line() {
        let full = Error::io("write", Path::new("public/a.html"))(ErrorKind::StorageFull.into());
        let expected = "cannot write `public/a.html`: the disk is full; free some space and build again";
        assert_eq!(full.to_string(), expected);

        let is_a_folder = std::fs::read(std::env::temp_dir()).expect_err("a folder is no file");
        let error = Error::io("read", Path::new("content/a.png"))(is_a_folder);
        if cfg!(unix) {
            assert_eq!(error.to_string(), "cannot read `content/a.png`: it is a folder, and a file is needed");
        }

        let other = io::Error::from_raw_os_error(5);
        assert!(!cause(&other).contains("os error"), "{}", cause(&other));
    }
}
