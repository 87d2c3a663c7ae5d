//! `expound serve`, asked by hand as a browser asks it.

use crate::support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Nothing that is waited for takes so long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn expound() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("expound"));
    command.env("NO_COLOR", "1");
    command
}

/// A new site, in a folder of its own.
fn new_site() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("candle");
    assert!(expound().args(["new", "site"]).arg(&site).output().expect("it runs").status.success());
    (folder, site)
}

/// A server that is running, and what it says.
struct Server {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    address: String,
}

impl Server {
    fn start(site: &Path, extra: &[&str]) -> Self {
        let mut command = expound();
        command.arg("serve").arg("-r").arg(site).args(extra);
        if !extra.contains(&"-p") {
            command.args(["-p", "0"]);
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        let stderr = BufReader::new(child.stderr.take().expect("its messages"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stderr.lines() {
                if sender.send(line.expect("text")).is_err() {
                    return;
                }
            }
        });
        let mut server = Self { child, lines, said: Vec::new(), address: String::new() };
        let line = server.hear("the site is at ");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address");
        url.trim_start_matches("http://").trim_end_matches('/').clone_into(&mut server.address);
        server
    }

    /// Waits for a line that holds these words.
    fn hear(&mut self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no `{words}`: {:?}", self.said));
            self.said.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    fn ask(&self, request: &str) -> Response {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it takes the request");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        Response::parse(&bytes)
    }

    fn get(&self, path: &str) -> Response {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    /// Asks until the answer holds these words.
    fn wait_for(&self, path: &str, words: &str) -> String {
        let start = Instant::now();
        loop {
            let text = self.get(path).text();
            if text.contains(words) {
                return text;
            }
            assert!(start.elapsed() < PATIENCE, "no `{words}` at {path}: {text}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What browsers are told, from now on.
    fn events(&self) -> Events {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let request = format!("GET /.expound/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("it takes the request");
        Events(BufReader::new(stream))
    }

    /// Its memory in KiB, as Linux counts it.
    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("a signal").success());
        self.child.wait().expect("an end")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server tells a page.
struct Events(BufReader<TcpStream>);

impl Events {
    /// The next news, or the next of which this is so.
    fn until(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("news") > 0, "the server has ended");
            let Some(data) = line.trim_end().strip_prefix("data: ") else { continue };
            let told: Value = serde_json::from_str(data).expect("JSON");
            if is_wanted(&told) {
                return told;
            }
        }
    }
}

struct Response {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("ASCII").to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut body = bytes[end + 4..].to_vec();
        assert!(!head.contains("transfer-encoding"), "files come as a whole: {head}");
        if head.contains("content-length: 0") {
            body.clear();
        }
        Self { status, head, body }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The bytes of a page without the tag of the reload script.
fn without_script(page: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(page.to_vec()).expect("a page is text");
    let start = text.find("<script src=\"/.expound/live.js?state=").expect("the tag");
    let end = start + text[start..].find("</script>").expect("its end") + "</script>".len();
    assert!(text[end..].starts_with("</body>"), "{}", &text[end..]);
    format!("{}{}", &text[..start], &text[end..]).into_bytes()
}

#[test]
fn what_is_served_is_what_is_built() {
    let (folder, site) = new_site();
    fs::write(site.join("content/steps/candle.png"), b"\x89PNG").expect("written");
    fs::write(site.join("content/notes.txt"), "0123456789").expect("written");
    let server = Server::start(&site, &[]);
    let built = folder.path().join("built");
    assert!(
        expound().arg("build").arg("-r").arg(&site).arg("-o").arg(&built).output().expect("it runs").status.success()
    );
    let files = support::files_below(&built);
    let mut pages = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| *path != ".expound-manifest.json") {
        let response = server.get(&format!("/{path}"));
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{path}");
        let is_page = path.ends_with(".html");
        pages += usize::from(is_page);
        let found = if is_page { without_script(&response.body) } else { response.body.clone() };
        assert!(found == *bytes, "{path} is served as it is built");
        let head =
            server.ask(&format!("HEAD /{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-length"), response.header("content-length"), "{path}");
    }
    assert!(pages > 8, "{pages} pages");
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/site.json", "application/json"),
        ("/steps/candle.png", "image/png"),
        ("/notes.txt", "text/plain; charset=utf-8"),
        ("/.expound/live.js?state=1", "text/javascript; charset=utf-8"),
        ("/.expound/live.css", "text/css; charset=utf-8"),
    ] {
        assert_eq!(server.get(path).header("content-type"), Some(content_type), "{path}");
    }
    // Folders, and what is not there.
    let folder_page = server.get("/steps/");
    assert!(without_script(&folder_page.body) == files["steps/index.html"]);
    let response = server.get("/steps");
    assert_eq!((response.status, response.header("location")), (301, Some("/steps/")));
    let missing = server.get("/no/such/page.html");
    assert_eq!(missing.status, 404);
    assert!(without_script(&missing.body) == files["404.html"]);
    // Part of a file, as players ask for it.
    let request =
        format!("GET /notes.txt HTTP/1.1\r\nHost: {}\r\nRange: bytes=2-4\r\nConnection: close\r\n\r\n", server.address);
    let part = server.ask(&request);
    assert_eq!((part.status, part.text().as_str()), (206, "234"));
    assert!(!site.join("public").exists(), "nothing is written");
    assert!(server.interrupt().success(), "Ctrl-C is an end like any other");
}

#[test]
fn strangers_get_nothing() {
    let (_folder, site) = new_site();
    fs::write(site.join("secret.txt"), "secret").expect("written");
    let server = Server::start(&site, &[]);
    let port = server.address.rsplit(':').next().expect("a port");
    for (host, expected) in [
        ("evil.example", 421),
        (&format!("evil.example:{port}"), 421),
        ("192.168.1.1", 421),
        ("", 421),
        ("localhost.evil.example", 421),
        ("localhost", 200),
        (&format!("[::1]:{port}"), 200),
    ] {
        let response = server.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert_eq!(response.status, expected, "{host}");
        assert!(expected == 200 || !response.text().contains("candle"), "{host}");
    }
    let two = server.ask("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(two.status >= 400, "{}", two.status);
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/steps/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/steps/../../secret.txt",
        "//etc/passwd",
        "/%00",
        "/%ff",
        "/content/index.md",
        "/secret.txt",
        "/.expound/secret.txt",
        "/.expound/../secret.txt",
        "/.vscode/settings.json",
    ] {
        let response = server.get(path);
        assert!([400, 404].contains(&response.status), "{path}: {}", response.status);
        assert!(!response.text().contains("secret") || path.contains(".expound"), "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!("{method} / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
        let response = server.ask(&request);
        assert_eq!((response.status, response.header("allow")), (405, Some("get, head")), "{method}");
    }
    // A link that is put in the place of a file later leads nowhere either.
    #[cfg(unix)]
    {
        fs::write(site.join("content/open.txt"), "open").expect("written");
        server.wait_for("/open.txt", "open");
        let outside = tempfile::NamedTempFile::new().expect("a file");
        fs::write(outside.path(), "outside").expect("written");
        fs::remove_file(site.join("content/open.txt")).expect("removed");
        std::os::unix::fs::symlink(outside.path(), site.join("content/open.txt")).expect("linked");
        for _ in 0..20 {
            assert!(!server.get("/open.txt").text().contains("outside"));
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn every_way_of_saving_is_seen() {
    let (_folder, site) = new_site();
    let mut server = Server::start(&site, &[]);
    let mut events = server.events();
    let first = events.until(|_| true);
    assert_eq!(first["problems"]["list"].as_array().map(Vec::len), Some(0));
    let page = site.join("content/steps/burning-vapour.md");
    let text = fs::read_to_string(&page).expect("the page");
    let said = |words: &str| text.replace("The flame needs fresh air", words);

    // In place.
    fs::write(&page, said("It wants a draught of air")).expect("written");
    let second = events.until(|told| told["state"] != first["state"]);
    assert!(server.get("/steps/burning-vapour.html").text().contains("It wants a draught of air"));
    assert!(server.get("/").text().contains(second["state"].as_str().expect("a state")), "pages know their state");
    // As editors do it: another file that takes the name.
    fs::write(site.join("content/steps/.new"), said("It wants the wind")).expect("written");
    fs::rename(site.join("content/steps/.new"), &page).expect("renamed");
    server.wait_for("/steps/burning-vapour.html", "It wants the wind");
    fs::rename(&page, site.join("content/steps/burning-vapour.md~")).expect("renamed");
    fs::write(&page, said("It wants a breeze")).expect("written");
    server.wait_for("/steps/burning-vapour.html", "It wants a breeze");

    // A new folder with a page in it, another name for it, and no folder any more.
    fs::create_dir_all(site.join("content/notes/deep")).expect("a folder");
    fs::write(site.join("content/notes/deep/soot.md"), "---\ntitle: Soot\n---\n\nIt is black.\n").expect("written");
    server.wait_for("/notes/deep/soot.html", "It is black.");
    fs::rename(site.join("content/notes"), site.join("content/remarks")).expect("renamed");
    server.wait_for("/remarks/deep/soot.html", "It is black.");
    assert_eq!(server.get("/notes/deep/soot.html").status, 404);
    fs::write(site.join("content/remarks/deep/soot.md"), "---\ntitle: Soot\n---\n\nIt is dark.\n").expect("written");
    server.wait_for("/remarks/deep/soot.html", "It is dark.");
    fs::remove_dir_all(site.join("content/remarks")).expect("removed");
    let gone = Instant::now();
    while server.get("/remarks/deep/soot.html").status != 404 {
        assert!(gone.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }

    // The look, in a folder that was not there; and a file that is copied.
    fs::create_dir(site.join("templates")).expect("a folder");
    fs::create_dir(site.join("templates/parts")).expect("a folder");
    fs::write(site.join("templates/parts/site-footer.html"), "<footer>own foot</footer>\n").expect("written");
    server.wait_for("/index.html", "own foot");
    fs::write(site.join("content/data.csv"), "a,b").expect("written");
    server.wait_for("/data.csv", "a,b");
    fs::write(site.join("content/data.csv"), "a,b,c").expect("written");
    server.wait_for("/data.csv", "a,b,c");

    // What changes nothing makes no new state.
    let mut events = server.events();
    let before = events.until(|_| true);
    fs::write(site.join("content/steps/.hidden"), "x").expect("written");
    fs::write(&page, said("It wants a breeze")).expect("written");
    thread::sleep(Duration::from_millis(300));
    fs::write(&page, said("It wants a gale")).expect("written");
    let after = events.until(|told| told["state"] != before["state"]);
    let number = |told: &Value| {
        let state = told["state"].as_str().expect("a state").rsplit('-').next().expect("a number").to_owned();
        state.parse::<u64>().expect("a number")
    };
    assert_eq!(number(&after), number(&before) + 1);
    server.hear("read in");
}

#[test]
fn problems_are_told_all_at_once_and_the_page_stays() {
    let (_folder, site) = new_site();
    let mut server = Server::start(&site, &[]);
    let mut events = server.events();
    let first = events.until(|_| true);
    let page = site.join("content/steps/burning-vapour.md");
    let text = fs::read_to_string(&page).expect("the page");
    let broken = text.replace("place: flame", "place: flam").replace("[@faraday-1861, ¶4]", "[@<b>, ¶4]");
    fs::write(&page, broken).expect("written");
    let told = events.until(|told| told["problems"]["is_broken"] == true);
    assert_eq!(told["state"], first["state"], "the page stays");
    // As `check` tells them.
    let check = expound().args(["check", "--format", "json", "-r"]).arg(&site).output().expect("it runs");
    let checked: Vec<Value> = String::from_utf8(check.stdout)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let problems = told["problems"]["list"].as_array().expect("problems");
    assert_eq!(problems.len(), 2, "{told}");
    for (problem, checked) in problems.iter().zip(&checked) {
        assert_eq!((&problem["message"], &problem["help"]), (&checked["message"], &checked["help"]));
        let place = format!("{}:{}:{}", checked["path"].as_str().expect("a path"), checked["line"], checked["column"]);
        assert_eq!(problem["place"], place);
    }
    assert_eq!(problems[0]["excerpt"]["marked"], "flam");
    assert!(server.get("/steps/burning-vapour.html").text().contains("The flame needs fresh air"));
    server.hear("the pages stay as they were");

    fs::write(&page, &text).expect("written");
    let mended = events.until(|told| told["state"] != first["state"]);
    assert_eq!(mended["problems"]["list"].as_array().map(Vec::len), Some(0));

    // A template that fails only when it is drawn: the last whole page stands in, and the problem is told.
    fs::create_dir_all(site.join("templates/parts")).expect("a folder");
    fs::write(site.join("templates/parts/glance.html"), "{{ page.lists.title }}").expect("written");
    let told = events.until(|told| told["problems"]["is_broken"] == true);
    let problem = &told["problems"]["list"][0];
    assert_eq!(problem["code"], "template-error", "{told}");
    assert!(server.get("/steps/burning-vapour.html").text().contains("In the flame"));
    fs::remove_file(site.join("templates/parts/glance.html")).expect("removed");
    events.until(|told| told["problems"]["is_broken"] == false && told["state"] != mended["state"]);
}

#[test]
fn a_site_that_is_broken_from_the_start_says_so_on_a_plain_page() {
    let (_folder, site) = new_site();
    let page = site.join("content/index.md");
    let text = fs::read_to_string(&page).expect("the page");
    fs::write(&page, text.replace("[[burning-vapour]]", "[[<script>alert(1)</script>]]")).expect("written");
    let server = Server::start(&site, &[]);
    let response = server.get("/");
    assert_eq!(response.status, 503);
    let html = response.text();
    assert!(html.contains("content/index.md:12:"), "{html}");
    assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;alert"), "{html}");
    assert_eq!(server.get("/assets/x.css").status, 503);
    let mut events = server.events();
    let told = events.until(|_| true);
    assert!(html.contains(&format!("live.js?state={}", told["state"].as_str().expect("a state"))), "{html}");
    fs::write(&page, text).expect("written");
    events.until(|now| now["state"] != told["state"]);
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn a_port_in_use_is_passed_over_aloud() {
    let (_folder, site) = new_site();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut server = Server::start(&site, &["-p", &port]);
    assert!(server.said[0].contains(&format!("port {port} is in use")), "{:?}", server.said);
    assert!(!server.address.ends_with(&format!(":{port}")));
    assert_eq!(server.get("/").status, 200);
    server.child.kill().expect("killed");

    let output = expound().args(["serve", "-i", "192.0.2.1", "-r"]).arg(&site).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2), "an address of another machine");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot listen at 192.0.2.1:1515: "));
}

#[test]
fn drafts_are_shown_when_they_are_asked_for() {
    let (_folder, site) = new_site();
    fs::write(site.join("content/soon.md"), "---\ntitle: Soon\ndraft: true\n---\n\nWait.\n").expect("written");
    assert_eq!(Server::start(&site, &[]).get("/soon.html").status, 404);
    assert_eq!(Server::start(&site, &["--drafts"]).get("/soon.html").status, 200);
}

#[test]
fn a_thousand_saves_and_a_hundred_renames_leave_memory_flat() {
    let (_folder, site) = new_site();
    let server = Server::start(&site, &[]);
    let page = site.join("content/steps/burning-vapour.md");
    let text = fs::read_to_string(&page).expect("the page");
    let save = |number: usize| {
        fs::write(&page, text.replace("The flame needs", &format!("Save {number}: the flame needs"))).expect("written");
    };
    let saves = |from: usize, to: usize| {
        for number in from..to {
            save(number);
            thread::sleep(Duration::from_millis(2));
            if number % 50 == 49 {
                server.wait_for("/steps/burning-vapour.html", &format!("Save {number}: "));
            }
        }
    };
    let renames = |from: usize, to: usize| {
        fs::create_dir_all(site.join("content/moving")).expect("a folder");
        let name = |number: usize| site.join(format!("content/moving/page-{number}.md"));
        fs::write(name(from), "---\ntitle: Moving\n---\n\nIt moves.\n").expect("written");
        for number in from..to {
            fs::rename(name(number), name(number + 1)).expect("renamed");
            thread::sleep(Duration::from_millis(5));
            if number % 20 == 19 {
                server.wait_for(&format!("/moving/page-{}.html", number + 1), "It moves.");
                assert_eq!(server.get(&format!("/moving/page-{number}.html")).status, 404);
            }
        }
        fs::remove_file(name(to)).expect("removed");
    };
    saves(0, 200);
    renames(0, 20);
    let before = server.memory();
    saves(200, 1000);
    renames(20, 100);
    server.wait_for("/steps/burning-vapour.html", "Save 999: ");
    let (Some(before), Some(after)) = (before, server.memory()) else { return };
    assert!(after < before + before / 4 + 8 * 1024, "from {before} KiB to {after} KiB");
}
