//! The server for whoever writes: the site from memory, drawn when it is asked for, and shown again after every change.
//!
//! `store` holds the files and `watch` tells when to look at them again. Each state of the site is a `generation` that
//! draws what it is asked for; the `hub` knows which one is shown, and `http` answers browsers.
//! Nothing here writes a file or decides what a page is.

mod generation;
mod http;
mod hub;
mod problems;
mod store;
mod watch;

use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::compile::{self, Cache};
use crate::diagnostic::Report;
use crate::disk;
use generation::News;
use http::{Announcer, Hosts};
use hub::Hub;
use store::Snapshot;
use watch::{Wake, Watcher};

/// So many ports are tried, one after another.
const PORTS: u16 = 100;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// How it is compiled.
    pub compile: compile::Options,
    /// The address to listen at.
    pub address: IpAddr,
    /// The port to listen at, or the first of those to try; 0 for any.
    pub port: u16,
}

/// What happens while the site is served.
#[derive(Debug)]
pub enum Happening<'told> {
    /// Browsers find the site at this address.
    Listening {
        /// The address.
        url: &'told str,
        /// The port that was wanted and is in use.
        taken: Option<u16>,
    },
    /// The site was read, and these are its problems.
    Read {
        /// The problems.
        report: &'told Report,
        /// How long it took.
        milliseconds: u128,
    },
    /// The whole site was checked, and has other problems than were known.
    Checked(&'told Report),
    /// The site's folder cannot be listed now.
    Unreadable(&'told disk::Error),
    /// The system does not tell of changes, and says this.
    CannotWatch(&'told str),
}

/// Why a site cannot be served.
#[derive(Debug)]
pub enum Error {
    /// The disk did not do what it was asked to.
    Disk(disk::Error),
    /// Nobody can listen there.
    Listen(SocketAddr, io::Error),
    /// The system gives no threads or signals.
    System(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(error) => write!(formatter, "{error}"),
            Self::Listen(address, error) => write!(formatter, "cannot listen at {address}: {error}"),
            Self::System(error) => write!(formatter, "cannot serve: {error}"),
        }
    }
}

impl std::error::Error for Error {}

/// Serves a site until the process is asked to end.
pub fn run(options: &Options, tell: impl Fn(&Happening<'_>) + Send + Sync + 'static) -> Result<(), Error> {
    let root = fs::canonicalize(&options.root).unwrap_or_else(|_| options.root.clone());
    let files = Snapshot::open(&root).map_err(Error::Disk)?;
    let (listener, taken) = listen(options.address, options.port)?;
    let address = listener.local_addr().map_err(Error::System)?;
    let announcer = Announcer::new();
    let session = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let hub = {
        let announcer = announcer.clone();
        Arc::new(Hub::new(&root, format!("{session:x}"), move || announcer.announce()))
    };
    let tell = Arc::new(tell);
    let (wake, wakes) = mpsc::channel();
    let follower = {
        let (hub, tell, wake) = (Arc::clone(&hub), Arc::clone(&tell), wake.clone());
        let options = options.compile.clone();
        thread::spawn(move || follow(&root, files, &options, &hub, &tell, wakes, wake))
    };
    tell(&Happening::Listening { url: &http::url(address), taken });
    let served = http::run(listener, &hub, announcer, Hosts::new(options.address)).map_err(Error::System);
    let _ = wake.send(Wake::Stop);
    let _ = follower.join();
    served
}

/// Listens at a port, or at the next one that is free. Gives the one that was wanted, if it was not.
fn listen(address: IpAddr, port: u16) -> Result<(TcpListener, Option<u16>), Error> {
    let mut tried = port;
    loop {
        match TcpListener::bind((address, tried)) {
            Ok(listener) => return Ok((listener, (tried != port).then_some(port))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tried - port < PORTS && tried < u16::MAX => {
                tried += 1;
            }
            Err(error) => return Err(Error::Listen(SocketAddr::new(address, tried), error)),
        }
    }
}

/// Makes a state of the site now and after every change.
fn follow(
    root: &Path,
    mut files: Snapshot,
    options: &compile::Options,
    hub: &Arc<Hub>,
    tell: &Arc<impl Fn(&Happening<'_>) + Send + Sync + 'static>,
    wakes: mpsc::Receiver<Wake>,
    wake: mpsc::Sender<Wake>,
) {
    let (mut watcher, obstacle) = Watcher::new(root, wakes, wake);
    if let Some(obstacle) = obstacle {
        tell(&Happening::CannotWatch(&obstacle));
    }
    let cache = Arc::new(Mutex::new(Cache::default()));
    let newest = Arc::new(AtomicU64::new(0));
    let make = |files: Snapshot| {
        let number = newest.fetch_add(1, Ordering::Relaxed) + 1;
        let (hub, tell) = (Arc::clone(hub), Arc::clone(tell));
        let start = Instant::now();
        generation::start(files, options.clone(), Arc::clone(&cache), (number, Arc::clone(&newest)), move |news| {
            hear(&hub, tell.as_ref(), number, news, start);
        });
    };
    // The site may have changed between the first look and the first watch.
    watcher.look_again();
    make(files.clone());
    while let Some(hint) = watcher.wait() {
        match files.refresh(&hint) {
            Ok(change) => {
                if change.names {
                    watcher.look_again();
                }
                if change.site {
                    make(files.clone());
                }
            }
            Err(error) => {
                tell(&Happening::Unreadable(&error));
                watcher.look_again();
            }
        }
    }
}

fn hear(hub: &Hub, tell: &impl Fn(&Happening<'_>), number: u64, news: News, start: Instant) {
    let is_check = matches!(news, News::Checked(_));
    let Some(report) = hub.hear(number, news) else { return };
    let milliseconds = start.elapsed().as_millis();
    match is_check {
        true => tell(&Happening::Checked(&report)),
        false => tell(&Happening::Read { report: &report, milliseconds }),
    }
}
