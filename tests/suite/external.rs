//! `check --external`, against servers on this machine that behave well and badly.

use crate::support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use expound::compile::{MemoryFiles, Options as CompileOptions, compile};
use expound::diagnostic::Code;
use expound::external::{self, Options, Outcome};
use expound::text::SitePath;

/// A request as a server saw it.
#[derive(Clone, Debug)]
struct Seen {
    method: String,
    path: String,
    at: Instant,
}

/// A server on a port of its own. It ends with the test.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// How many requests were ever in hand at one time.
    most_at_once: Arc<AtomicUsize>,
}

impl Server {
    /// Answers every request with what `respond` makes of its method, its path and how often it was asked for.
    fn start(respond: impl Fn(&str, &str, usize) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let most_at_once: Arc<AtomicUsize> = Arc::default();
        let at_once: Arc<AtomicUsize> = Arc::default();
        let respond = Arc::new(respond);
        let server = Self { port, seen: Arc::clone(&seen), most_at_once: Arc::clone(&most_at_once) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, respond) = (Arc::clone(&seen), Arc::clone(&respond));
                let (at_once, most_at_once) = (Arc::clone(&at_once), Arc::clone(&most_at_once));
                std::thread::spawn(move || {
                    let Some((method, path)) = request_line(&stream) else { return };
                    let now = at_once.fetch_add(1, Ordering::SeqCst) + 1;
                    most_at_once.fetch_max(now, Ordering::SeqCst);
                    let count = {
                        let mut seen = seen.lock().expect("no thread panics");
                        seen.push(Seen { method: method.clone(), path: path.clone(), at: Instant::now() });
                        seen.iter().filter(|one| one.method == method && one.path == path).count()
                    };
                    let response = respond(&method, &path, count);
                    at_once.fetch_sub(1, Ordering::SeqCst);
                    // A client that has gone away is no failure of this server.
                    let _ = (&stream).write_all(response.as_bytes());
                });
            }
        });
        server
    }

    fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no thread panics").clone()
    }

    /// Every request as one word.
    fn requests(&self) -> Vec<String> {
        self.seen().iter().map(|one| format!("{} {}", one.method, one.path)).collect()
    }
}

fn request_line(stream: &TcpStream) -> Option<(String, String)> {
    let mut lines = BufReader::new(stream).lines();
    let line = lines.next()?.ok()?;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let mut words = line.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}

fn reply(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// A site whose one page links to these addresses.
fn site(addresses: &[String]) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    let mut insert = |path: &str, text: String| files.insert(SitePath::parse(path).expect("a path"), text);
    insert("content/site.yaml", "title: Why things fall\n".to_owned());
    let links: String = addresses.iter().flat_map(|address| ["- [Out](", address, ")\n"]).collect();
    insert("content/index.md", format!("---\ntitle: Home\n---\n\n{links}"));
    files
}

fn quick() -> Options {
    Options {
        pause: Duration::from_millis(5),
        patience: Duration::from_secs(30),
        back_off: Duration::from_millis(10),
        longest_wait: Duration::from_secs(2),
        ..Options::default()
    }
}

fn check(addresses: &[String], options: &Options) -> Outcome {
    let files = site(addresses);
    external::check(&compile(&files, &CompileOptions::default()).web_addresses(), options, &|_, _| {})
}

fn gone(outcome: &Outcome) -> Vec<String> {
    assert!(outcome.problems.iter().all(|problem| problem.code == Code::DeadLink));
    outcome.problems.iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn answers_are_alive_gone_or_unknown() {
    let server = Server::start(|_, path, _| match path {
        "/gone" => reply("410 Gone", ""),
        "/missing" => reply("404 Not Found", ""),
        "/secret" => reply("401 Unauthorized", ""),
        "/forbidden" => reply("403 Forbidden", ""),
        "/broken" => reply("500 Internal Server Error", ""),
        "/garbage" => "no HTTP at all\r\n\r\n".to_owned(),
        "/mail" => reply("302 Found", "location: mailto:a@example.org\r\n"),
        _ => reply("200 OK", ""),
    });
    let paths = ["/", "/gone", "/missing", "/secret", "/forbidden", "/broken", "/garbage", "/mail"];
    let addresses: Vec<String> = paths.iter().map(|path| server.address(path)).collect();
    let outcome = check(&addresses, &quick());
    assert_eq!(outcome.alive, 1);
    let expected = [("/gone", "410"), ("/missing", "404")]
        .map(|(path, code)| format!("`{}` is gone: the host answers {code}", server.address(path)));
    assert_eq!(gone(&outcome), expected);
    let unknown: Vec<&str> = outcome.unknown.iter().map(|(address, _)| &address[server.address("").len()..]).collect();
    assert_eq!(unknown, ["/broken", "/forbidden", "/garbage", "/mail", "/secret"]);
    // Trouble is asked about again, a refusal is not.
    let count = |path: &str| server.seen().iter().filter(|one| one.path == path && one.method == "GET").count();
    assert_eq!([count("/broken"), count("/secret"), count("/missing")], [3, 1, 1]);
}

#[test]
fn every_use_of_a_dead_address_is_shown() {
    let server = Server::start(|_, _, _| reply("404 Not Found", ""));
    let address = server.address("/a");
    let mut files = site(&[address.clone(), format!("{address}#part")]);
    let mut insert = |path: &str, text: String| files.insert(SitePath::parse(path).expect("a path"), text);
    insert("content/sources.yaml", format!("newton:\n  type: book\n  title: Principia\n  url: {address}\n"));
    insert("content/other.md", format!("---\ntitle: Other\n---\n\n<a href=\"{address}\">Out</a> [@newton]\n"));
    let mut compiled = compile(&files, &CompileOptions::default());
    let outcome = external::check(&compiled.web_addresses(), &quick(), &|_, _| {});
    assert_eq!(server.requests(), ["HEAD /a", "GET /a"], "one address is asked for once");
    compiled.add(outcome.problems);
    let report = compiled.report(Vec::new());
    let [problem] = report.problems() else { panic!("{:?}", report.problems()) };
    let places: Vec<&str> = problem.diagnostic.labels.iter().map(|label| label.place.path.as_str()).collect();
    assert_eq!(problem.diagnostic.place.path.as_str(), "content/sources.yaml");
    assert_eq!(places, ["content/index.md", "content/index.md", "content/other.md"]);
    assert!(problem.span.is_some() && problem.labels.iter().all(Option::is_some));
    assert!(!report.has_errors(), "the web is no reason not to build");
}

#[test]
fn a_host_that_refuses_head_is_asked_with_get() {
    let server = Server::start(|method, path, _| match (method, path) {
        ("HEAD", "/a") => reply("405 Method Not Allowed", ""),
        ("HEAD", "/b") => reply("404 Not Found", ""),
        ("HEAD", "/c") => reply("403 Forbidden", ""),
        _ => reply("200 OK", ""),
    });
    let outcome = check(&["/a", "/b", "/c"].map(|path| server.address(path)), &quick());
    assert_eq!((outcome.alive, outcome.problems.len(), outcome.unknown.len()), (3, 0, 0));
}

#[test]
fn redirects_are_followed_within_a_limit() {
    let end = Server::start(|_, _, _| reply("200 OK", ""));
    let there = end.address("/end");
    let server = Server::start(move |_, path, _| match path {
        "/away" => reply("301 Moved Permanently", &format!("location: {there}#part\r\n")),
        "/one" => reply("302 Found", "location: ../two\r\n"),
        "/two" => reply("308 Permanent Redirect", "location: /three?a=b\r\n"),
        "/lost" => reply("303 See Other", "location: /missing\r\n"),
        "/missing" => reply("404 Not Found", ""),
        "/round" => reply("302 Found", "location: /round\r\n"),
        _ => reply("200 OK", ""),
    });
    let outcome = check(&["/away", "/one", "/lost", "/round"].map(|path| server.address(path)), &quick());
    assert_eq!(outcome.alive, 2);
    assert_eq!(gone(&outcome), [format!("`{}` is gone: the host answers 404", server.address("/lost"))]);
    assert_eq!(outcome.unknown, [(server.address("/round"), "it leads on more than 10 times".to_owned())]);
    assert_eq!(end.requests(), ["HEAD /end"]);
    assert_eq!(server.requests().iter().filter(|one| *one == "HEAD /round").count(), 11);
}

#[test]
fn a_host_that_asks_to_wait_is_waited_for() {
    let server = Server::start(|_, path, count| match (path, count) {
        ("/busy", 1) => reply("429 Too Many Requests", "retry-after: 1\r\n"),
        ("/shut", _) => reply("503 Service Unavailable", "retry-after: 86400\r\n"),
        _ => reply("200 OK", ""),
    });
    let outcome = check(&["/busy", "/other", "/shut"].map(|path| server.address(path)), &quick());
    assert_eq!(outcome.alive, 2);
    assert_eq!(outcome.unknown, [(server.address("/shut"), "the host answers 503".to_owned())]);
    let seen = server.seen();
    let paths: Vec<&str> = seen.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["/busy", "/busy", "/other", "/shut"]);
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1), "it asked for a second");
}

#[test]
fn a_slow_host_is_not_waited_for_for_ever() {
    let server = Server::start(|_, path, _| {
        if path == "/slow" {
            std::thread::sleep(Duration::from_secs(5));
        }
        reply("200 OK", "")
    });
    let patience = Duration::from_millis(100);
    let outcome = check(&[server.address("/slow")], &Options { patience, tries: 2, ..quick() });
    assert_eq!(outcome.unknown, [(server.address("/slow"), "it takes too long to answer".to_owned())]);
}

#[test]
fn a_host_that_nobody_listens_at_is_unknown() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let outcome = check(&[format!("http://127.0.0.1:{port}/"), "http://127.0.0.1:99999/".to_owned()], &quick());
    assert_eq!((outcome.alive, outcome.problems.len(), outcome.unknown.len()), (0, 0, 2));
}

#[test]
fn one_host_is_asked_one_thing_at_a_time_and_several_hosts_together() {
    let now: Arc<AtomicUsize> = Arc::default();
    let most: Arc<AtomicUsize> = Arc::default();
    let start = || {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        Server::start(move |_, _, _| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(100));
            now.fetch_sub(1, Ordering::SeqCst);
            reply("200 OK", "")
        })
    };
    let servers = [start(), start(), start()];
    let mut addresses: Vec<String> =
        servers.iter().flat_map(|server| (0..5).map(|number| server.address(&format!("/{number}")))).collect();
    // A way round to a host that is being asked must wait its turn too.
    let target = servers[0].address("/away");
    let redirect = Server::start(move |_, _, _| reply("302 Found", &format!("location: {target}\r\n")));
    addresses.push(redirect.address("/"));
    let pause = Duration::from_millis(30);
    let outcome = check(&addresses, &Options { pause, ..quick() });
    assert_eq!(outcome.alive, 16);
    for server in &servers {
        assert_eq!(server.most_at_once.load(Ordering::SeqCst), 1);
        let times: Vec<Instant> = server.seen().iter().map(|one| one.at).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= pause), "there is a pause between two requests");
    }
    assert!(most.load(Ordering::SeqCst) > 1, "no two hosts were asked at a time");
}

#[test]
fn answers_are_kept_for_a_while() {
    let server = Server::start(|_, path, _| match path {
        "/gone" => reply("404 Not Found", ""),
        "/busy" => reply("429 Too Many Requests", ""),
        _ => reply("200 OK", ""),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("expound/links.json");
    let options = Options { cache: Some(path.clone()), tries: 1, ..quick() };
    let addresses = ["/", "/gone", "/busy"].map(|path| server.address(path));
    let first = check(&addresses, &options);
    assert_eq!((first.remembered, first.not_kept), (0, None));
    let asked = server.seen().len();
    let second = check(&addresses, &options);
    assert_eq!((second.alive, second.problems.len(), second.unknown.len(), second.remembered), (1, 1, 1, 2));
    let new: Vec<String> = server.requests().split_off(asked);
    assert!(new.iter().all(|one| one.ends_with("/busy")), "only what nobody could tell is asked for again: {new:?}");
    let beside: Vec<_> = std::fs::read_dir(path.parent().expect("a folder")).expect("a folder").collect();
    assert_eq!(beside.len(), 1, "nothing half written is left");
    // A place where nothing can be kept is told of, and is no failure.
    let options = Options { cache: Some(path.join("below-a-file")), ..options };
    assert!(check(&addresses, &options).not_kept.is_some());
}

#[test]
fn the_command_asks_only_when_it_is_told_to() {
    let server = Server::start(|_, path, _| match path {
        "/gone" => reply("404 Not Found", ""),
        "/secret" => reply("403 Forbidden", ""),
        _ => reply("200 OK", ""),
    });
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("content")).expect("a folder");
    let files = site(&["/", "/gone", "/secret"].map(|path| server.address(path)));
    for path in expound::read::Files::paths(&files) {
        let bytes = expound::read::Files::load(&files, path).expect("a file in memory");
        std::fs::write(folder.path().join(path.as_str()), bytes).expect("a file that can be written");
    }
    let run = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("expound").expect("the command");
        command.args(arguments).args(["-r"]).arg(folder.path()).env("XDG_CACHE_HOME", folder.path().join("cache"));
        let output = command.output().expect("a command that runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&["check"]), (Some(0), "no problems\n".to_owned()));
    assert_eq!(run(&["build"]).0, Some(0));
    assert_eq!(server.requests(), Vec::<String>::new());
    let (code, told) = run(&["check", "--external"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("1 alive, 1 gone, 1 of which nobody could tell (0 known from an earlier run)"), "{told}");
    assert!(told.contains("/secret: the host answers 403"), "{told}");
    assert!(told.contains("warning[dead-link]"), "{told}");
    assert_eq!(run(&["check", "--external", "--deny", "warnings"]).0, Some(1));
    let built: BTreeMap<String, Vec<u8>> = support::files_below(&folder.path().join("public"));
    assert!(built.keys().all(|name| !name.contains("links.json")));
    assert!(folder.path().join("cache/expound/links.json").is_file());
    assert!(!folder.path().join("content/links.json").exists());
}
