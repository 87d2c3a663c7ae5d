//! Watching a site's folder. The one file that knows notify.
//!
//! What the system tells is taken as a hint alone: it may come late, twice, or for a file that is gone again. Whoever
//! gets a [`Hint`] looks for himself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::store::Hint;

/// The folders of a site that are read.
const FOLDERS: [&str; 2] = ["content", "templates"];
/// Editors save in several steps. After this long without one, they are done.
const QUIET: Duration = Duration::from_millis(12);
/// So long at most is waited for a quiet moment.
const PATIENCE: Duration = Duration::from_millis(150);
/// After a folder has come or gone, a second look: files may have come into it before it was watched.
const SECOND_LOOK: Duration = Duration::from_millis(250);
/// Where the system cannot watch, the folder is looked through so often.
const POLL: Duration = Duration::from_secs(1);

/// What ends a wait for changes.
#[derive(Debug)]
pub(super) enum Wake {
    /// The system tells of something.
    Event(notify::Result<Event>),
    /// The server ends.
    Stop,
}

/// Watches one site.
pub(super) struct Watcher {
    root: PathBuf,
    wakes: Receiver<Wake>,
    inner: Option<RecommendedWatcher>,
    second_look: Option<Instant>,
}

impl Watcher {
    /// Starts to watch. Where the system cannot, gives the reason beside a watcher that looks by itself.
    pub(super) fn new(root: &Path, wakes: Receiver<Wake>, sender: Sender<Wake>) -> (Self, Option<String>) {
        let handler = move |event| {
            // Whoever listened has ended.
            let _ = sender.send(Wake::Event(event));
        };
        let mut watcher = Self { root: root.to_owned(), wakes, inner: None, second_look: None };
        let started = notify::recommended_watcher(handler).and_then(|mut inner| {
            // The folder itself tells when `content/` or `templates/` comes or goes.
            inner.watch(root, RecursiveMode::NonRecursive)?;
            for folder in FOLDERS.map(|folder| root.join(folder)).iter().filter(|folder| folder.is_dir()) {
                inner.watch(folder, RecursiveMode::Recursive)?;
            }
            Ok(inner)
        });
        match started {
            Ok(inner) => {
                watcher.inner = Some(inner);
                (watcher, None)
            }
            Err(error) => (watcher, Some(error.to_string())),
        }
    }

    /// Waits until something may have changed. `None` when the server ends.
    pub(super) fn wait(&mut self) -> Option<Hint> {
        loop {
            let wait = match (&self.inner, self.second_look) {
                (None, _) => POLL,
                (Some(_), Some(due)) => due.saturating_duration_since(Instant::now()),
                (Some(_), None) => Duration::from_secs(3600),
            };
            let first = match self.wakes.recv_timeout(wait) {
                Ok(Wake::Event(event)) => event,
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    let is_due = self.inner.is_none() || self.second_look.take().is_some();
                    match is_due {
                        true => return Some(Hint { paths: Vec::new(), all: true }),
                        false => continue,
                    }
                }
            };
            let mut gathered = Gathered::default();
            gathered.add(first, &self.root);
            let patience = Instant::now() + PATIENCE;
            while Instant::now() < patience {
                match self.wakes.recv_timeout(QUIET) {
                    Ok(Wake::Event(event)) => gathered.add(event, &self.root),
                    Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                    Err(RecvTimeoutError::Timeout) => break,
                }
            }
            if gathered.all || !gathered.paths.is_empty() {
                self.watch_again(&gathered.paths);
                return Some(Hint { paths: gathered.paths.into_iter().collect(), all: gathered.all });
            }
        }
    }

    /// Has the whole site looked through once more, a little later.
    pub(super) fn look_again(&mut self) {
        self.second_look = Some(Instant::now() + SECOND_LOOK);
    }

    /// Watches `content/` and `templates/` anew where they have come back.
    fn watch_again(&mut self, paths: &BTreeSet<PathBuf>) {
        let Some(inner) = &mut self.inner else { return };
        for folder in FOLDERS.map(|folder| self.root.join(folder)) {
            if paths.contains(&folder) && folder.is_dir() {
                // It may have been watched before it was taken away, or not.
                let _ = inner.unwatch(&folder);
                let _ = inner.watch(&folder, RecursiveMode::Recursive);
            }
        }
    }
}

/// What came in one burst.
#[derive(Default)]
struct Gathered {
    paths: BTreeSet<PathBuf>,
    /// Whether the system has lost count.
    all: bool,
}

impl Gathered {
    fn add(&mut self, event: notify::Result<Event>, root: &Path) {
        let Ok(event) = event else {
            self.all = true;
            return;
        };
        self.all |= event.need_rescan();
        // To read a file is no change, and we read files ourselves.
        let is_reading = match event.kind {
            EventKind::Access(kind) => kind != AccessKind::Close(AccessMode::Write),
            _ => false,
        };
        if !is_reading {
            let is_of_site = |path: &PathBuf| FOLDERS.iter().any(|folder| path.starts_with(root.join(folder)));
            self.paths.extend(event.paths.into_iter().filter(is_of_site));
        }
    }
}
