//! Addresses of the web: whether what a site links to is still there.
//!
//! Beside `disk`: it knows the network, and decides nothing about content. Nothing but `check --external` comes here; a
//! build asks nobody. Of every address it says one of three things: it is alive, it is gone, or nobody could tell.

mod cache;
mod client;
mod messages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::compile::web::WebAddress;
use crate::diagnostic::Diagnostic;
use cache::Cache;
use client::Client;

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Something is there.
    Alive,
    /// Nothing is there: 404, 410, or no such host. In words, why.
    Gone(String),
    /// It may be there: refused, too busy, too slow, broken. In words, why.
    Unknown(String),
}

/// How to ask.
#[derive(Clone, Debug)]
pub struct Options {
    /// The least time between two requests to one host.
    pub pause: Duration,
    /// The longest that one request may take.
    pub patience: Duration,
    /// The first wait before an address is asked again; the next is twice as long.
    pub back_off: Duration,
    /// The longest wait that a host may ask for. One that asks for more is not waited for.
    pub longest_wait: Duration,
    /// How often an address is asked when nobody could tell.
    pub tries: u32,
    /// Of how many redirects in a row the end is not waited for.
    pub redirects: u32,
    /// How many hosts are asked at a time.
    pub hosts_at_a_time: usize,
    /// The file that answers are kept in; none are kept without one.
    pub cache: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pause: Duration::from_millis(500),
            patience: Duration::from_secs(20),
            back_off: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
            tries: 3,
            redirects: 10,
            hosts_at_a_time: 16,
            cache: None,
        }
    }
}

/// What was found out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The addresses that are gone, as problems of the places that use them.
    pub problems: Vec<Diagnostic>,
    /// The addresses of which nobody could tell, and why.
    pub unknown: Vec<(String, String)>,
    /// How many are alive.
    pub alive: usize,
    /// How many of the answers were known from before.
    pub remembered: usize,
    /// Why the answers could not be kept, if they could not.
    pub not_kept: Option<String>,
}

/// Asks for every address, several hosts at a time and one request at a time of each. `progress` is told how many
/// addresses of how many are done.
pub fn check(addresses: &[WebAddress], options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Outcome {
    let mut cache = options.cache.as_ref().map(|path| Cache::load(path)).unwrap_or_default();
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    let mut hosts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for WebAddress { address, .. } in addresses {
        match cache.answer(address) {
            Some(answer) => drop(answers.insert(address, answer)),
            None => hosts.entry(client::host_of(address).unwrap_or_default()).or_default().push(address),
        }
    }
    let remembered = answers.len();
    let client = Client::new(options);
    let done = AtomicUsize::new(remembered);
    let total = addresses.len();
    progress(remembered, total);
    let found = Mutex::new(Vec::new());
    let host_count = hosts.len();
    let queue = Mutex::new(hosts.into_values().collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..options.hosts_at_a_time.min(host_count) {
            scope.spawn(|| {
                // The lock is let go before the host is asked.
                while let Some(of_host) = { queue.lock().expect("no thread panics").pop() } {
                    for address in of_host {
                        let answer = client.ask(address);
                        found.lock().expect("no thread panics").push((address, answer));
                        progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                    }
                }
            });
        }
    });
    let found = found.into_inner().expect("no thread panics");
    // Without a network no name is found. A name is not there when others are.
    let has_network = client.has_found_names();
    for (address, reply) in found {
        let answer = match reply {
            client::Reply::Answer(answer) => answer,
            client::Reply::NoSuchHost if has_network => Answer::Gone("no such host".to_owned()),
            client::Reply::NoSuchHost => Answer::Unknown("the name of the host was not found".to_owned()),
        };
        cache.remember(address, &answer);
        answers.insert(address, answer);
    }
    let mut outcome = Outcome { remembered, ..Outcome::default() };
    outcome.not_kept = options.cache.as_ref().and_then(|path| cache.save(path).err());
    let mut told = BTreeSet::new();
    for used in addresses {
        match answers.get(used.address.as_str()) {
            Some(Answer::Alive) => outcome.alive += 1,
            Some(Answer::Gone(why)) => outcome.problems.push(messages::dead_link(used, why)),
            Some(Answer::Unknown(why)) if told.insert(&used.address) => {
                outcome.unknown.push((used.address.clone(), why.clone()));
            }
            _ => {}
        }
    }
    outcome
}
