//! The tutorial, word for word: its commands are run as they are printed, its files are written as they are shown, and
//! what it says is printed is what is printed.
//!
//! A `console` fence holds commands after `$ `, each with what it prints below. A fence whose language is followed by a
//! path holds a file; a `diff` is put into the file that is there. In what is printed, `…` stands for any text of one
//! line, and a line `…` for any number of lines. What installs Expound is a fence of the language `sh`, and is not run:
//! the program under test stands in its place. `expound serve` goes on to the end, as in a terminal of its own.

use crate::support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A fenced block of the page: the line it begins at, what follows the backticks, and its text.
struct Fence {
    line: usize,
    info: String,
    text: String,
}

fn fences(page: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let inner = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = inner.flat_map(|line| [line, "\n"]).collect();
        fences.push(Fence { line: index + 1, info: info.to_owned(), text });
    }
    fences
}

/// Whether what was printed is what is shown.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match (shown.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&"…", rest)), _) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        (Some((shown, shown_rest)), Some((printed, printed_rest))) => {
            line_matches(shown, printed) && matches(shown_rest, printed_rest)
        }
        _ => false,
    }
}

fn line_matches(shown: &str, printed: &str) -> bool {
    match shown.split_once('…') {
        None => shown == printed,
        Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.into_iter().any(|at| line_matches(after, &rest[at..]))
        }),
    }
}

/// A shell in which the session goes on from fence to fence.
struct Session {
    folder: PathBuf,
    /// The folders that are searched for programs.
    path: std::ffi::OsString,
    /// The server, and where it listens.
    server: Option<(Child, String)>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some((mut server, _)) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Session {
    /// Runs the commands of a fence. Gives how many.
    fn console(&mut self, fence: &Fence) -> usize {
        let mut count = 0;
        let mut lines = fence.text.lines().peekable();
        while let Some(line) = lines.next() {
            let place = format!("line {} of the tutorial", fence.line);
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{place}: `{line}` is no command"));
            let mut shown = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                shown.push(line);
            }
            count += 1;
            if let Some(folder) = command.strip_prefix("cd ") {
                self.folder.push(folder);
                assert!(self.folder.is_dir() && shown.is_empty(), "{place}: {command}");
                continue;
            }
            let printed = match command.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["expound", "serve", flags @ ..] => self.serve(flags, shown.len()),
                _ => self.run(command),
            };
            let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
            let shown = trimmed(&shown);
            assert!(
                matches(shown, &printed),
                "{place}: `{command}` should print\n\n{}\n\nand it prints\n\n{}\n",
                shown.join("\n"),
                printed.join("\n")
            );
        }
        count
    }

    fn run(&self, command: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(&self.folder)
            .env("PATH", &self.path)
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .expect("a shell");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Starts the server, and gives the first lines of what it says, up to an empty one that is shown after them.
    fn serve(&mut self, flags: &[&str], lines: usize) -> String {
        let mut command = Command::new("expound");
        command.arg("serve").args(flags).current_dir(&self.folder).env("PATH", &self.path);
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut said = BufReader::new(server.stderr.take().expect("its messages"));
        let mut text = String::new();
        for _ in 0..lines {
            said.read_line(&mut text).expect("a line");
        }
        let address = text.split_once("http://").expect("an address").1.split('/').next().expect("a host").to_owned();
        // Who goes on to write must find a reader.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        self.server = Some((server, address));
        text
    }

    /// Asks the server for a page until it has these words.
    fn expect_served(&self, path: &str, words: &str) {
        let (_, address) = self.server.as_ref().expect("the tutorial starts a server");
        let start = Instant::now();
        loop {
            let mut stream = TcpStream::connect(address).expect("it listens");
            let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).expect("it takes the request");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            if answer.contains(words) {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "no `{words}` at {path}: {answer}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Changes a file as a diff says: what it takes away must be there, once.
    fn change(&self, path: &str, fence: &Fence) {
        let side = |left_out: char| -> String {
            let lines = fence.text.lines().filter(|line| !line.starts_with(left_out));
            lines.flat_map(|line| [line.get(1..).unwrap_or_default(), "\n"]).collect()
        };
        let (before, after) = (side('+'), side('-'));
        let file = self.folder.join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(text.matches(&before).count(), 1, "line {} of the tutorial: {path} has not\n{before}", fence.line);
        fs::write(file, text.replace(&before, &after)).expect("a file that can be written");
    }
}

/// The lines without empty ones at their end.
fn trimmed<'lines, 'text>(lines: &'lines [&'text str]) -> &'lines [&'text str] {
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    &lines[..end]
}

#[test]
fn the_tutorial_does_what_it_says() {
    let page = support::repository().join("docs/content/guides/tutorial.md");
    let page = fs::read_to_string(page).expect("the tutorial");
    let folder = tempfile::tempdir().expect("a folder");
    let binary = assert_cmd::cargo::cargo_bin("expound");
    let programs = binary.parent().map(Path::to_path_buf).into_iter();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(programs.chain(std::env::split_paths(&others))).expect("folders");
    let mut session = Session { folder: folder.path().to_path_buf(), path, server: None };
    let (mut commands, mut edits, mut installs) = (0, 0, 0);
    for fence in fences(&page) {
        match fence.info.split_once(' ') {
            None if fence.info == "console" => commands += session.console(&fence),
            None if fence.info == "sh" => installs += 1,
            Some(("diff", path)) => {
                session.change(path, &fence);
                edits += 1;
            }
            Some((_, path)) => {
                fs::write(session.folder.join(path), &fence.text).expect("a file that can be written");
                edits += 1;
            }
            None => panic!("line {}: a fence `{}` that nothing is done with", fence.line, fence.info),
        }
    }
    assert_eq!(installs, 1, "ways to install");
    assert!(commands >= 15 && edits >= 5, "{commands} commands and {edits} edits");
    // The reader has a site now, and its new page rests on what it says. The server has followed.
    session.expect_served("/steps/the-flame-gives-light.html", ">Fed by<");
    let built = fs::read_to_string(session.folder.join("public/steps/the-flame-gives-light.html")).expect("a page");
    assert!(built.contains(">Fed by<") && built.contains("¶6"), "{built}");
}

#[test]
fn what_differs_is_told_from_what_is_wrong() {
    let check = |shown: &[&str], printed: &[&str], expected: bool| {
        assert_eq!(matches(shown, printed), expected, "{shown:?} {printed:?}");
    };
    check(&["a … ms: … added", "…", "end"], &["a 3 ms: 4 added", "b", "c", "end"], true);
    check(&["a … ms"], &["a 3 s"], false);
    check(&["…", "1 error"], &["1 error"], true);
    check(&["…", "1 error"], &["2 errors"], false);
    check(&["a"], &["a", "b"], false);
}
