//! One build at a time: an advisory lock on a file beside the output.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::Error;

const PAUSE: Duration = Duration::from_millis(20);

/// The right to publish, until it is dropped. The system takes it back when the process is killed.
#[derive(Debug)]
pub(super) struct Lock {
    /// Holds the lock for as long as it is open.
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock at `path` to publish to `output`, and waits for another holder as long as `patience`.
    pub(super) fn take(path: &Path, output: &Path, patience: Duration) -> Result<Self, Error> {
        let deadline = Instant::now() + patience;
        loop {
            let mut options = OpenOptions::new();
            let file =
                options.write(true).create(true).truncate(false).open(path).map_err(Error::io("create", path))?;
            match file.try_lock() {
                // Whoever held it removed the file at the end. A lock on a file without a name keeps nobody out.
                Ok(()) if !is_at(&file, path).map_err(Error::io("lock", path))? => {}
                Ok(()) => return Ok(Self { _file: file, path: path.to_owned() }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(Error::Busy(output.to_owned())),
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", path)(source)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only the holder removes the file, before it lets go of it; and whoever waited looks again whether its file
        // still has the name. So no two builds ever hold a lock, and no file is left. Elsewhere files do not tell
        // who they are, and the empty hidden file stays.
        if cfg!(unix) {
            // What cannot be removed harms nobody: the next build takes the lock on it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Whether the open file is the one that has this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let opened = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (opened.dev(), opened.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the open file is the one that has this name: always, since no build removes it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_second_holder_waits_or_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".lock");
        let first = Lock::take(&path, folder.path(), Duration::ZERO).expect("nobody holds it");
        let error = Lock::take(&path, folder.path(), Duration::from_millis(60)).expect_err("it is held");
        assert!(matches!(&error, Error::Busy(output) if output == folder.path()), "{error}");

        thread::scope(|scope| {
            let second = scope.spawn(|| Lock::take(&path, folder.path(), Duration::from_secs(60)));
            thread::sleep(Duration::from_millis(60));
            assert!(!second.is_finished(), "the lock was taken twice");
            drop(first);
            let second = second.join().expect("no panic").expect("it was let go of");
            assert!(path.exists());
            drop(second);
        });
        assert_eq!(path.exists(), !cfg!(unix));
    }

    #[test]
    fn what_a_killed_build_leaves_is_no_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".lock");
        std::fs::write(&path, "").expect("written");
        drop(Lock::take(&path, folder.path(), Duration::ZERO).expect("nobody holds it"));
        assert_eq!(path.exists(), !cfg!(unix));
    }

    #[test]
    fn removing_the_file_lets_no_two_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".lock");
        let inside = AtomicUsize::new(0);
        let turns = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let lock = Lock::take(&path, folder.path(), Duration::from_secs(60)).expect("its turn comes");
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold the lock");
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        turns.fetch_add(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(turns.into_inner(), 100);
    }
}
