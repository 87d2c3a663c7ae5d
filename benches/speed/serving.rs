//! How fast a change is seen: `expound serve` on a large site, asked as a browser asks.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use expound::compile::{Options, compile};
use expound::disk::Folder;

use crate::corpus::layouts::Layout;
use crate::corpus::{Corpus, Variant};
use crate::peers::{Scratch, machine, said};
use crate::{tell, write};

/// How often the server is started; once more, at first, is not counted.
const STARTS: usize = 5;
/// How often each kind of change is made.
const CHANGES: usize = 30;
/// After so long without an answer something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures on a full corpus of a size, prints a table, and writes `benches/SERVING.md`.
pub(crate) fn run(size: usize) -> Result<(), String> {
    let corpus = Corpus { size, variant: Variant::Full };
    let scratch = Scratch::new()?;
    let site = scratch.0.join("full");
    write(Layout::Expound, &corpus, &site)?;
    let (mut reads, mut starts) = (Vec::new(), Vec::new());
    for round in 0..=STARTS {
        let (read, start) = (read(&site)?, start(&site, &corpus)?);
        if round > 0 {
            reads.push(read);
            starts.push(start);
        }
    }
    let server = Server::new(&site)?;
    server.wait_for(&page(&corpus, 0), "</html>")?;
    let mut bodies = Vec::new();
    let mut titles = Vec::new();
    let mut checked = Vec::new();
    for change in 0..CHANGES {
        let index = change * size / CHANGES;
        let path = site.join("content").join(corpus.path(index));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let words = format!("Changed for the {change}th time.");
        bodies.push(server.change(
            &path,
            &page(&corpus, index),
            &format!("{text}\n{words} [@subject, ¶1]\n"),
            &words,
        )?);
        let title = format!("A title for the {change}th time");
        let (_, rest) = text.split_once("\nsummary: ").ok_or("a page without a summary")?;
        let titled = format!("---\ntitle: {title}\nsummary: {rest}");
        titles.push(server.change(&path, &page(&corpus, index), &titled, &title)?);
        // A second later the whole site is being checked.
        std::thread::sleep(Duration::from_secs(1));
        let words = format!("Changed once more, after {change}.");
        checked.push(server.change(
            &path,
            &page(&corpus, index),
            &format!("{text}\n{words} [@subject, ¶2]\n"),
            &words,
        )?);
    }
    drop(server);
    let results = results(size, [reads, starts, bodies, titles, checked]);
    tell(&results);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/SERVING.md");
    fs::write(&file, results).map_err(|error| format!("{}: {error}", file.display()))
}

/// The address of a page.
fn page(corpus: &Corpus, index: usize) -> String {
    format!("/{}", corpus.path(index).replace(".md", ".html"))
}

/// What `check` does before it draws: to load and to resolve.
fn read(site: &Path) -> Result<Duration, String> {
    let start = Instant::now();
    let folder = Folder::open(site).map_err(|error| error.to_string())?;
    black_box(compile(&folder, &Options::default()).site().pages.len());
    Ok(start.elapsed())
}

/// From the start of the server to the whole of the first page.
fn start(site: &Path, corpus: &Corpus) -> Result<Duration, String> {
    let start = Instant::now();
    let server = Server::new(site)?;
    server.wait_for(&page(corpus, 0), "</html>")?;
    Ok(start.elapsed())
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn new(site: &Path) -> Result<Self, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_expound"));
        command.args(["serve", "-p", "0", "-r"]).arg(site).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|error| error.to_string())?;
        let mut said = BufReader::new(process.stderr.take().expect("it is piped"));
        let mut line = String::new();
        said.read_line(&mut line).map_err(|error| error.to_string())?;
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let address = line.split_once("http://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
        Ok(Self { process, address: address.to_owned() })
    }

    fn connect(&self, path: &str, connection: &str) -> Result<TcpStream, String> {
        let mut stream = TcpStream::connect(&self.address).map_err(|error| format!("{}: {error}", self.address))?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: {connection}\r\n\r\n", self.address);
        let done = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(request.as_bytes()));
        done.map_err(|error| error.to_string())?;
        Ok(stream)
    }

    fn get(&self, path: &str) -> Result<String, String> {
        let mut answer = Vec::new();
        self.connect(path, "close")?.read_to_end(&mut answer).map_err(|error| format!("{path}: {error}"))?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn wait_for(&self, path: &str, words: &str) -> Result<(), String> {
        let start = Instant::now();
        while !self.get(path)?.contains(words) {
            if start.elapsed() > PATIENCE {
                return Err(format!("no `{words}` at {path}"));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Saves a file, waits as a page does until it is told of a new state, and asks for the page: the time from before
    /// the saving to the last byte of a page with these words.
    fn change(&self, file: &Path, page: &str, text: &str, words: &str) -> Result<Duration, String> {
        let mut events = BufReader::new(self.connect("/.expound/events", "keep-alive")?);
        let first = told(&mut events)?;
        let start = Instant::now();
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        loop {
            if told(&mut events)? != first && self.get(page)?.contains(words) {
                break;
            }
        }
        let taken = start.elapsed();
        // The next change comes as from a person, when the server is at rest.
        std::thread::sleep(Duration::from_millis(300));
        Ok(taken)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is measured no more, however it ends.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The next thing that a page is told.
fn told(events: &mut impl BufRead) -> Result<String, String> {
    loop {
        let mut line = String::new();
        match events.read_line(&mut line).map_err(|error| error.to_string())? {
            0 => return Err("the server tells nothing more".to_owned()),
            _ if line.starts_with("data:") => return Ok(line),
            _ => {}
        }
    }
}

fn results(size: usize, measured: [Vec<Duration>; 5]) -> String {
    let mut text = format!(
        "# How fast a change is seen\n\nWritten by `cargo bench -- serve {size}`: the full corpus of {size} pages on a memory \
         file system, {STARTS} starts in turn with reads, then {CHANGES} changes of each kind.\n\n- Machine: {}\n- Date: {}\n- \
         Version: {}\n\n| | least | **middle** | most |\n|---|--:|--:|--:|\n",
        machine(),
        said("date", &["-u", "+%Y-%m-%d"]),
        said(env!("CARGO_BIN_EXE_expound"), &["--version"]),
    );
    let names = [
        "load and resolve, as `check` does",
        "`serve`, from its start to the first page",
        "from saving a body to having the new page",
        "from saving a title to having the new page",
        "from saving a body to having the new page, while all other pages are checked",
    ];
    let mut middles = Vec::new();
    for (name, mut times) in names.into_iter().zip(measured) {
        times.sort();
        let [least, middle, most] = [0, times.len() / 2, times.len() - 1].map(|at| times[at].as_secs_f64() * 1000.0);
        middles.push(middle);
        writeln!(text, "| {name} | {least:.0} ms | **{middle:.0} ms** | {most:.0} ms |").expect("a string takes all");
    }
    writeln!(text, "\nThe first page takes {:.2} times as long as loading and resolving.", middles[1] / middles[0])
        .expect("a string takes all");
    text
}
