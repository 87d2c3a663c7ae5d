//! Requests, one at a time of each host. The one file that knows `ureq`, `url` and `httpdate`.

use std::collections::HashMap;
use std::net::ToSocketAddrs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use ureq::http::header::{LOCATION, RETRY_AFTER};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};
use url::Url;

use super::{Answer, Options};

/// What came of an address.
pub(super) enum Reply {
    Answer(Answer),
    /// The name service says that there is no such host, or cannot be asked.
    NoSuchHost,
}

/// Who asks.
pub(super) struct Client<'options> {
    agent: Agent,
    options: &'options Options,
    /// For every host, when it may be asked again. Whoever holds the lock is asking.
    gates: Mutex<HashMap<String, Arc<Mutex<Instant>>>>,
    has_found_names: AtomicBool,
}

/// What one request came to.
enum Try {
    /// A status, and what the answer says of where to go and how long to wait.
    Status {
        code: u16,
        location: Option<String>,
        retry_after: Option<Duration>,
    },
    /// No answer that could be read. In words, why.
    Failed(String),
    NoSuchHost,
}

/// The name and port of an address's host.
pub(super) fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

impl<'options> Client<'options> {
    pub(super) fn new(options: &'options Options) -> Self {
        let name = concat!("expound/", env!("CARGO_PKG_VERSION"), " (link checker)");
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Redirects are followed here, since each host along the way has its own gate.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(options.patience))
            .user_agent(name)
            .accept("text/html,application/xhtml+xml,*/*;q=0.8")
            .build();
        Self { agent: config.into(), options, gates: Mutex::default(), has_found_names: AtomicBool::new(false) }
    }

    /// Whether any host was found by its name.
    pub(super) fn has_found_names(&self) -> bool {
        self.has_found_names.load(Ordering::Relaxed)
    }

    /// Asks for an address until somebody can tell, or all tries are used up.
    pub(super) fn ask(&self, address: &str) -> Reply {
        let mut wait = self.options.back_off;
        let mut tries = 1;
        loop {
            let (answer, retry_after) = match self.follow(address) {
                Followed::Settled(reply) => return reply,
                Followed::Unknown { why, retry_after } => (why, retry_after),
            };
            let is_too_long = retry_after.is_some_and(|wanted| wanted > self.options.longest_wait);
            if tries >= self.options.tries || is_too_long {
                return Reply::Answer(Answer::Unknown(answer));
            }
            // A host that says how long to wait has its gate closed for so long.
            if retry_after.is_none() {
                std::thread::sleep(wait);
            }
            wait *= 2;
            tries += 1;
        }
    }

    /// Follows an address through its redirects.
    fn follow(&self, address: &str) -> Followed {
        let unknown = |why: String| Followed::Settled(Reply::Answer(Answer::Unknown(why)));
        let Ok(mut url) = Url::parse(address) else { return unknown("it cannot be read as an address".to_owned()) };
        // What follows `#` is for the reader's browser.
        url.set_fragment(None);
        for _ in 0..=self.options.redirects {
            let mut tried = self.request(&Method::HEAD, &url);
            // Many hosts answer this method wrongly; only to the usual one do they say what is so.
            let is_sure = |tried: &Try| matches!(tried, Try::Status { code: 200..=399 | 429, .. } | Try::NoSuchHost);
            if !is_sure(&tried) && !matches!(tried, Try::Status { retry_after: Some(_), .. }) {
                tried = self.request(&Method::GET, &url);
            }
            match tried {
                Try::Status { code: 301 | 302 | 303 | 307 | 308, location: Some(location), .. } => {
                    match url.join(&location) {
                        Ok(mut next) if matches!(next.scheme(), "http" | "https") => {
                            next.set_fragment(None);
                            url = next;
                        }
                        _ => return unknown(format!("it leads on to `{location}`")),
                    }
                }
                Try::Status { code: 200..=399, .. } => return Followed::Settled(Reply::Answer(Answer::Alive)),
                Try::Status { code: code @ (404 | 410), .. } => {
                    return Followed::Settled(Reply::Answer(Answer::Gone(format!("the host answers {code}"))));
                }
                Try::Status { code, retry_after, .. } => {
                    let why = format!("the host answers {code}");
                    return match code {
                        408 | 425 | 429 | 500..=599 => Followed::Unknown { why, retry_after },
                        _ => unknown(why),
                    };
                }
                Try::Failed(why) => return Followed::Unknown { why, retry_after: None },
                Try::NoSuchHost => return Followed::Settled(Reply::NoSuchHost),
            }
        }
        unknown(format!("it leads on more than {} times", self.options.redirects))
    }

    /// Asks once, when the host's gate opens.
    fn request(&self, method: &Method, url: &Url) -> Try {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Try::Failed("it names no host".to_owned());
        };
        let gate = {
            let mut gates = self.gates.lock().expect("no thread panics");
            Arc::clone(gates.entry(format!("{host}:{port}")).or_insert_with(|| Arc::new(Mutex::new(Instant::now()))))
        };
        let mut opens = gate.lock().expect("no thread panics");
        std::thread::sleep(opens.saturating_duration_since(Instant::now()));
        let tried = self.request_now(method, url, host, port);
        let asked_for = match &tried {
            Try::Status { retry_after: Some(wanted), .. } if *wanted <= self.options.longest_wait => *wanted,
            _ => Duration::ZERO,
        };
        *opens = Instant::now() + self.options.pause.max(asked_for);
        tried
    }

    fn request_now(&self, method: &Method, url: &Url, host: &str, port: u16) -> Try {
        if url.domain().is_some_and(|domain| domain != "localhost") {
            match (host, port).to_socket_addrs() {
                Ok(_) => self.has_found_names.store(true, Ordering::Relaxed),
                Err(error) if is_no_such_host(&error.to_string()) => return Try::NoSuchHost,
                Err(error) => return Try::Failed(format!("its host was not found: {}", plain(&error.to_string()))),
            }
        }
        let request = match Request::builder().method(method).uri(url.as_str()).body(()) {
            Ok(request) => request,
            Err(error) => return Try::Failed(plain(&error.to_string())),
        };
        match self.agent.run(request) {
            Ok(response) => status(&response),
            Err(ureq::Error::Timeout(_)) => Try::Failed("it takes too long to answer".to_owned()),
            Err(error) => Try::Failed(plain(&error.to_string())),
        }
    }
}

enum Followed {
    Settled(Reply),
    /// Another try may tell.
    Unknown {
        why: String,
        retry_after: Option<Duration>,
    },
}

/// What an answer says. Its body is not read.
fn status(response: &Response<Body>) -> Try {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    Try::Status {
        code: response.status().as_u16(),
        location: header(LOCATION).map(ToOwned::to_owned),
        retry_after: header(RETRY_AFTER).and_then(|value| waiting_time(value, SystemTime::now())),
    }
}

/// How long `Retry-After` asks to wait: seconds, or a date (RFC 9110, section 10.2.3).
fn waiting_time(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let seconds = value.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| Some(httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()))
}

/// Whether the words of a failed look-up say that the name is not there, rather than that nobody could be asked: those
/// of glibc, musl, macOS and Windows.
fn is_no_such_host(words: &str) -> bool {
    ["Name or service not known", "Name does not resolve", "nodename nor servname", "No such host is known"]
        .iter()
        .any(|known| words.contains(known))
}

/// A library's words in the manner of ours.
fn plain(words: &str) -> String {
    let line = words.lines().next().unwrap_or(words).trim_end_matches('.');
    let mut characters = line.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_as_seconds_and_as_dates() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").expect("a date");
        let check = |value: &str, expected: Option<u64>| {
            assert_eq!(waiting_time(value, now), expected.map(Duration::from_secs), "{value}");
        };
        check(" 7 ", Some(7));
        check("Sun, 22 Nov 2026 10:01:30 GMT", Some(90));
        check("Sun, 22 Nov 2026 09:00:00 GMT", Some(0));
        check("soon", None);
    }

    #[test]
    fn a_name_that_is_not_there_is_told_from_a_failed_question() {
        let words = "failed to lookup address information: ";
        assert!(is_no_such_host(&format!("{words}Name or service not known")));
        assert!(!is_no_such_host(&format!("{words}Temporary failure in name resolution")));
    }

    #[test]
    fn hosts_are_told_apart_by_name_and_port() {
        assert_eq!(host_of("HTTPS://Example.org/a#b").as_deref(), Some("example.org:443"));
        assert_eq!(host_of("http://exämple.org:81").as_deref(), Some("xn--exmple-cua.org:81"));
        assert_eq!(host_of("http://"), None);
    }
}
