//! One state of the site, drawn when it is asked for.
//!
//! A [`Site`](crate::model::site::Site) and what draws it live on threads of their own, which borrow them, so that a
//! state is a value no one shares: when nobody can ask it any more, its threads end and take it with them.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::store::Snapshot;
use crate::compile::{Cache, Options, compile_with};
use crate::diagnostic::Report;
use crate::emit::search::FOLDER;
use crate::emit::{Emitter, Rendered, Route};
use crate::model::output_path::OutputPath;
use crate::search::{self, Index};
use crate::text::SitePath;

/// So many routes are drawn at the same time.
const WORKERS: usize = 2;
/// On so many threads the rest of the site is checked.
const CHECKERS: usize = 1;
/// After this long without a change, the rest of the site is checked too.
const PAUSE: Duration = Duration::from_millis(400);

/// What a file of the built site holds.
#[derive(Debug)]
pub(super) enum Answer {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of a file of the site.
    Copy(SitePath),
    /// A folder, which is asked for with a `/` after its name.
    Folder,
    /// There is no such file.
    Missing,
    /// It cannot be drawn.
    Failed,
}

/// Someone who waits for a file of the built site.
pub(super) struct Request {
    /// The file.
    pub(super) path: OutputPath,
    /// Takes the answer.
    pub(super) reply: Box<dyn FnOnce(Answer) + Send>,
}

/// Where a state of the site is asked. When all copies are gone, the state goes too.
pub(super) type Asked = Sender<Request>;

/// What a state tells of itself.
pub(super) enum News {
    /// It can be asked. Warnings may be known.
    Ready(Asked, Report),
    /// It has errors, and cannot be drawn.
    Broken(Report),
    /// All of it has been drawn, and this is all that is wrong with it.
    Checked(Report),
}

/// The number of the newest state. An older one no longer does what nobody waits for.
pub(super) type Newest = Arc<AtomicU64>;

/// Reads and resolves a site on a thread of its own, and tells what comes of it.
pub(super) fn start(
    files: Snapshot,
    options: Options,
    cache: Arc<Mutex<Cache>>,
    (number, newest): (u64, Newest),
    tell: impl Fn(News) + Send + Sync + 'static,
) {
    thread::spawn(move || {
        let compiled = {
            let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            compile_with(&files, &options, Some(&mut cache))
        };
        let report = compiled.report(Vec::new());
        if compiled.has_errors() {
            tell(News::Broken(report));
            return;
        }
        let (asked, requests) = mpsc::channel();
        tell(News::Ready(asked, report));
        let emitter = compiled.emitter();
        let routes = emitter.routes();
        let requests = Mutex::new(requests);
        let drawn = Drawn { emitter: &emitter, routes: &routes, index: OnceLock::new() };
        let (compiled, drawn, requests, tell) = (&compiled, &drawn, &requests, &tell);
        thread::scope(|scope| {
            let (over, is_over) = mpsc::channel::<Infallible>();
            scope.spawn(move || {
                // Whoever saves twice in a row is not made to wait for the check of the first.
                let has_paused = is_over.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout);
                let is_newest = || newest.load(Ordering::Relaxed) == number;
                if !has_paused || !is_newest() {
                    return;
                }
                // The next change finds the threads that it needs free.
                let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(CHECKERS).build() else { return };
                let checked = pool.install(|| compiled.render(|_, _| if is_newest() { Ok(()) } else { Err(()) }));
                if let Ok(report) = checked {
                    tell(News::Checked(report));
                }
            });
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| work(drawn, requests))).collect();
            for worker in workers {
                let _ = worker.join();
            }
            drop(over);
        });
    });
}

/// What a state is asked for.
struct Drawn<'site> {
    emitter: &'site Emitter<'site>,
    routes: &'site [Route],
    /// The search index, made when the first of its files is asked for; empty when it cannot be made.
    index: OnceLock<Index>,
}

fn work(drawn: &Drawn<'_>, requests: &Mutex<Receiver<Request>>) {
    loop {
        let request = requests.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Request { path, reply }) = request else { return };
        reply(answer(drawn, &path));
    }
}

fn answer(drawn: &Drawn<'_>, path: &OutputPath) -> Answer {
    let Drawn { emitter, routes, index } = drawn;
    if path.as_str().strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/')) {
        let index = index.get_or_init(|| search::index(&emitter.records()).unwrap_or_default());
        return index.get(path).map_or(Answer::Missing, |bytes| Answer::Bytes(bytes.clone()));
    }
    let find = |path: &OutputPath| routes.binary_search_by(|route| route.output.cmp(path));
    match find(path) {
        Ok(index) => match emitter.render(&routes[index]) {
            Ok(Rendered::Copy(path)) => Answer::Copy(path),
            Ok(drawn) => drawn.bytes(|_| None).map_or(Answer::Missing, Answer::Bytes),
            Err(_) => Answer::Failed,
        },
        Err(_) => match OutputPath::parse(&format!("{path}/index.html")).is_some_and(|path| find(&path).is_ok()) {
            true => Answer::Folder,
            false => Answer::Missing,
        },
    }
}
