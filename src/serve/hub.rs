//! Which state of the site is shown now, and what is wrong with the newest.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::generation::{Asked, News};
use super::problems::Problems;
use crate::diagnostic::Report;

/// What browsers see. Changes are announced to whoever listens.
pub(super) struct Hub {
    root: PathBuf,
    /// Sets the states of this server apart from those of one before it, whose pages may still be open.
    session: String,
    inner: Mutex<Inner>,
    announce: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Inner {
    /// The number of the newest state that has told of itself.
    newest: u64,
    /// The newest state that can be drawn.
    shown: Option<(u64, Asked)>,
    /// Whether a check has found that not all of it can be drawn.
    shown_is_broken: bool,
    /// The last state before it of which nothing of the kind is known. It stands in where the newest fails.
    whole: Option<Asked>,
    problems: Problems,
    has_ended: bool,
}

/// Whom to ask for a file, and who stands in.
#[derive(Clone)]
pub(super) struct Shown {
    /// The name of the state.
    pub(super) state: String,
    /// Where to ask.
    pub(super) asked: Option<Asked>,
    /// Where to ask when that fails.
    pub(super) whole: Option<Asked>,
}

impl Hub {
    /// A hub that has nothing to show yet.
    pub(super) fn new(root: &Path, session: String, announce: impl Fn() + Send + Sync + 'static) -> Self {
        Self { root: root.to_owned(), session, inner: Mutex::default(), announce: Box::new(announce) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The site's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Takes in what a state tells of itself. Gives the report, unless it is old news.
    pub(super) fn hear(&self, number: u64, news: News) -> Option<Report> {
        let mut inner = self.inner();
        if number < inner.newest || inner.has_ended {
            return None;
        }
        inner.newest = number;
        let is_check = matches!(news, News::Checked(_));
        let report = match news {
            News::Ready(asked, report) => {
                let before = inner.shown.replace((number, asked));
                if !std::mem::take(&mut inner.shown_is_broken) {
                    inner.whole = before.map(|(_, asked)| asked);
                }
                report
            }
            News::Broken(report) => report,
            News::Checked(report) => {
                inner.shown_is_broken = report.has_errors();
                report
            }
        };
        let problems = Problems::new(&report);
        // To check a site twice is nobody's news.
        if is_check && problems == inner.problems {
            return None;
        }
        inner.problems = problems;
        drop(inner);
        (self.announce)();
        Some(report)
    }

    /// Whether anything is known of the site yet, or will not be.
    pub(super) fn has_news(&self) -> bool {
        let inner = self.inner();
        inner.newest > 0 || inner.has_ended
    }

    /// Whom to ask now.
    pub(super) fn shown(&self) -> Shown {
        let inner = self.inner();
        Shown {
            state: self.state(inner.shown.as_ref().map(|(number, _)| *number)),
            asked: inner.shown.as_ref().map(|(_, asked)| asked.clone()),
            whole: inner.whole.clone(),
        }
    }

    /// What a page is told, as JSON; `None` when the server ends.
    pub(super) fn told(&self) -> Option<String> {
        let inner = self.inner();
        if inner.has_ended {
            return None;
        }
        let state = self.state(inner.shown.as_ref().map(|(number, _)| *number));
        Some(serde_json::json!({ "state": state, "problems": inner.problems }).to_string())
    }

    /// The problems as they are now.
    pub(super) fn problems(&self) -> Problems {
        self.inner().problems.clone()
    }

    /// Lets everyone go.
    pub(super) fn end(&self) {
        let mut inner = self.inner();
        inner.has_ended = true;
        inner.shown = None;
        inner.whole = None;
        drop(inner);
        (self.announce)();
    }

    fn state(&self, number: Option<u64>) -> String {
        format!("{}-{}", self.session, number.unwrap_or(0))
    }
}
