//! The exchange of the old site for the new one, and the repair of what a killed build leaves.
//!
//! Three hidden names stand beside an output called `public`:
//! - `.public.expound-staging` is never needed: a site that is being built, or an old one that is being removed.
//! - `.public.expound-previous` is, if it is there, a whole old site; only the two renames use it.
//! - `.public.expound-lock` belongs to [`lock`](super::lock).
//!
//! On Linux the exchange is one step (`renameat2` with `RENAME_EXCHANGE`): whoever asks for a file gets it from the
//! old site or the new one. Elsewhere, and on file systems that cannot do that (NFS, some FUSE), the old site steps
//! aside before the new one takes its name, and for that instant, some microseconds, there is none; a build killed
//! in it is undone by the next. Either way the output is another folder afterwards: a program whose working folder
//! is the old one has to enter it again.
//!
//! The promise holds against the death of the process, not against the loss of power: nothing is flushed to the
//! disk, since that would cost more than all else together. What a dead machine damaged, the next build finds,
//! because it compares files and not dates, and writes again.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Error;

/// How two folders change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// In one step, where the system can, and with two renames otherwise.
    Exchange,
    /// With two renames.
    TwoRenames,
}

impl Means {
    /// What to try first on this system.
    pub(super) const BEST: Self = if cfg!(target_os = "linux") { Self::Exchange } else { Self::TwoRenames };
}

/// The output and what stands beside it. All are on one file system, so that renames suffice.
#[derive(Debug)]
pub(super) struct Names {
    /// Where the site is published.
    pub(super) output: PathBuf,
    /// Where it is built. Rubbish whenever nobody holds the lock.
    pub(super) staging: PathBuf,
    /// A whole old site, between the two renames.
    pub(super) previous: PathBuf,
    /// The file that is locked.
    pub(super) lock: PathBuf,
}

impl Names {
    /// The names beside `output`, which is neither a link nor a root.
    pub(super) fn beside(output: PathBuf) -> Self {
        let beside = |role: &str| {
            let mut name = OsString::from(".");
            name.push(output.file_name().unwrap_or_default());
            name.push(role);
            output.with_file_name(name)
        };
        Self {
            staging: beside(".expound-staging"),
            previous: beside(".expound-previous"),
            lock: beside(".expound-lock"),
            output,
        }
    }

    /// Undoes what a killed build left. To be called with the lock held.
    pub(super) fn repair(&self) -> Result<(), Error> {
        clear(&self.staging).map_err(Error::io("remove", &self.staging))?;
        if is_there(&self.previous)? {
            if is_there(&self.output)? {
                self.discard(&self.previous).map_err(Error::io("remove", &self.previous))?;
            } else {
                fs::rename(&self.previous, &self.output).map_err(Error::io("restore", &self.output))?;
            }
        }
        Ok(())
    }

    /// Makes the folder at `staging` the output, and removes the old one.
    pub(super) fn swap(&self, means: Means) -> Result<(), Error> {
        let refused = |source: io::Error| match source.kind() {
            ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => Error::Immovable(self.output.clone()),
            _ => Error::io("replace", &self.output)(source),
        };
        match fs::symlink_metadata(&self.output) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return fs::rename(&self.staging, &self.output).map_err(refused);
            }
            // A file that somebody put there meanwhile would change places as well, and be removed.
            Ok(metadata) if !metadata.is_dir() => return Err(Error::NotAFolder(self.output.clone())),
            _ => {}
        }
        let is_swapped = means == Means::Exchange && exchange(&self.staging, &self.output).map_err(refused)?;
        if is_swapped {
            return clear(&self.staging).map_err(|source| self.old_site_remains(&self.staging, source));
        }
        fs::rename(&self.output, &self.previous).map_err(refused)?;
        if let Err(error) = fs::rename(&self.staging, &self.output) {
            // If this fails too, the old site is still whole, and the next build brings it back.
            let _ = fs::rename(&self.previous, &self.output);
            return Err(refused(error));
        }
        self.discard(&self.previous).map_err(|source| self.old_site_remains(&self.previous, source))
    }

    /// Removes a whole old site. It first gives up its name, so that half of it is never taken for a whole one.
    fn discard(&self, site: &Path) -> io::Result<()> {
        fs::rename(site, &self.staging)?;
        clear(&self.staging)
    }

    fn old_site_remains(&self, path: &Path, source: io::Error) -> Error {
        let path = if path.exists() { path } else { &self.staging };
        Error::OldSiteRemains { path: path.to_owned(), source }
    }
}

/// Removes a folder with all that is in it, or whatever else has its name, or nothing.
pub(super) fn clear(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether files can be removed from a folder. One that is marked read-only is so on purpose, even for root.
pub(super) fn can_be_emptied(folder: &Path) -> bool {
    // Outside Unix the mark on a folder means that it has an icon of its own.
    let is_marked = cfg!(unix) && fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().readonly());
    !is_marked && is_writable(folder)
}

/// Whether this user may write in a folder, as far as the system tells beforehand.
#[cfg(target_os = "linux")]
fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};

    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Whether this user may write in a folder, as far as the system tells beforehand.
#[cfg(not(target_os = "linux"))]
fn is_writable(_folder: &Path) -> bool {
    true
}

fn is_there(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Lets two folders change places in one step; `false` when the system or the file system cannot.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, two: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        // `EPERM` comes from sandboxes that do not know the call. If it is the file system that forbids renaming, the
        // first of the two renames says so, and nothing has happened.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Lets two folders change places in one step; `false` when the system or the file system cannot.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
fn exchange(_one: &Path, _two: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder in which these names hold a file `is` each, with the name of the site it belongs to.
    fn with(sites: &[(&str, &str)]) -> (tempfile::TempDir, Names) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, site) in sites {
            fs::create_dir(folder.path().join(name)).expect("created");
            fs::write(folder.path().join(name).join("is"), site).expect("written");
        }
        let names = Names::beside(folder.path().join("public"));
        (folder, names)
    }

    fn listed(folder: &tempfile::TempDir) -> Vec<(String, String)> {
        let mut found: Vec<_> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let site = fs::read_to_string(entry.path().join("is")).expect("a site");
                (entry.file_name().to_string_lossy().into_owned(), site)
            })
            .collect();
        found.sort();
        found
    }

    const OUTPUT: &str = "public";
    const STAGING: &str = ".public.expound-staging";
    const PREVIOUS: &str = ".public.expound-previous";

    #[test]
    fn the_new_site_takes_the_place_of_the_old_one_by_either_means() {
        for means in [Means::Exchange, Means::TwoRenames] {
            for before in [&[(STAGING, "new"), (OUTPUT, "old")][..], &[(STAGING, "new")]] {
                let (folder, names) = with(before);
                names.swap(means).expect("swapped");
                assert_eq!(listed(&folder), [(OUTPUT.to_owned(), "new".to_owned())], "{means:?} {before:?}");
            }
        }
    }

    #[test]
    fn a_build_killed_at_any_step_is_undone() {
        let check = |left: &[(&str, &str)], expected: &[(&str, &str)]| {
            let (folder, names) = with(left);
            names.repair().expect("repaired");
            let expected: Vec<_> = expected.iter().map(|(name, is)| ((*name).to_owned(), (*is).to_owned())).collect();
            assert_eq!(listed(&folder), expected, "{left:?}");
        };
        // While building, with and without an old site; after the exchange, the old one is at the staging name.
        check(&[(STAGING, "new"), (OUTPUT, "old")], &[(OUTPUT, "old")]);
        check(&[(STAGING, "new")], &[]);
        check(&[(STAGING, "old"), (OUTPUT, "new")], &[(OUTPUT, "new")]);
        // After the first rename, after the second, and with the old site half removed.
        check(&[(STAGING, "new"), (PREVIOUS, "old")], &[(OUTPUT, "old")]);
        check(&[(PREVIOUS, "old"), (OUTPUT, "new")], &[(OUTPUT, "new")]);
        check(&[(OUTPUT, "new")], &[(OUTPUT, "new")]);
    }

    #[test]
    fn a_file_at_the_output_is_not_swapped_away() {
        for means in [Means::Exchange, Means::TwoRenames] {
            let (folder, names) = with(&[(STAGING, "new")]);
            fs::write(&names.output, "somebody's").expect("written");
            let error = names.swap(means).expect_err("no folder");
            assert!(matches!(error, Error::NotAFolder(_)), "{error}");
            assert_eq!(fs::read_to_string(folder.path().join(OUTPUT)).expect("still there"), "somebody's");
        }
    }

    #[test]
    fn the_old_site_comes_back_when_the_new_one_cannot_take_its_place() {
        let (folder, names) = with(&[(OUTPUT, "old")]);
        // There is nothing at the staging name, so that the second rename fails.
        names.swap(Means::TwoRenames).expect_err("nothing to swap in");
        assert_eq!(listed(&folder), [(OUTPUT.to_owned(), "old".to_owned())]);
    }

    #[test]
    #[cfg(unix)]
    fn names_need_not_be_utf8() {
        use std::os::unix::ffi::OsStrExt;

        let path = |name: &[u8]| Path::new("/site").join(std::ffi::OsStr::from_bytes(name));
        assert_eq!(Names::beside(path(b"p\xff.d")).staging, path(b".p\xff.d.expound-staging"));
    }

    #[test]
    fn clearing_does_not_follow_links() {
        let (folder, names) = with(&[(OUTPUT, "old")]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&names.output, &names.staging).expect("linked");
            clear(&names.staging).expect("cleared");
        }
        clear(&names.staging).expect("nothing is nothing to clear");
        assert_eq!(listed(&folder), [(OUTPUT.to_owned(), "old".to_owned())]);
    }
}
