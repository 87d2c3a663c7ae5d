//! What publishing promises while things go wrong: a build that is killed, one that is stopped, two at once, a file
//! that becomes a folder. `tests/faults/run` tries the same at full size, and what needs a root user's means.
//!
//! `KILLS` and `KILL_PAGES` set the size of the kill test, `EXPOUND` another binary than that of the tests, and
//! `TMPDIR` the file system.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "the full run says what it saw")]

use crate::support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

type Files = BTreeMap<String, Vec<u8>>;

fn expound() -> Command {
    let binary =
        std::env::var_os("EXPOUND").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_expound")), PathBuf::from);
    let mut command = Command::new(binary);
    command.env_remove("SOURCE_DATE_EPOCH").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn build(site: &Path, output: &Path) -> Command {
    let mut command = expound();
    command.arg("build").arg("-r").arg(site).arg("-o").arg(output);
    command
}

fn succeeds(command: &mut Command) {
    let output = command.output().expect("a command that runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The one line that a command that could not run says.
fn refusal(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.starts_with("error: ") && text.lines().count() == 1, "{text}");
    text
}

/// A site of so many pages. Two of them with different `edition`s share some pages, and differ in others and in which
/// there are.
fn write_site(root: &Path, pages: usize, edition: usize) {
    let write = |path: String, text: String| {
        let path = root.join("content").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "site.yaml".to_owned(),
        "title: Many\nkinds:\n  topic: {folder: topics, title: Topic, plural: Topics}\n".to_owned(),
    );
    write("index.md".to_owned(), format!("---\ntitle: Edition {edition}\n---\n\nIt.\n"));
    write("data.bin".to_owned(), edition.to_string().repeat(100_000));
    for page in 0..pages {
        let (name, text) = match page % 4 {
            0 => (format!("page-{page}-of-{edition}"), "Only here.".to_owned()),
            1 => (format!("page-{page}"), format!("This is edition {edition}.\n\n").repeat(20)),
            _ => (format!("page-{page}"), "This is the same in both.\n\n".repeat(20)),
        };
        write(format!("topics/{name}.md"), format!("---\ntitle: Page {page}\n---\n\n{text}\n"));
    }
}

/// The names beside the output that builds leave or use.
fn litter(output: &Path) -> Vec<String> {
    let entries = fs::read_dir(output.parent().expect("a folder")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("expound")).collect()
}

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    /// A part of `whole`.
    fn part(&mut self, whole: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        whole.mul_f64(f64::from(u32::try_from(self.0 >> 32).expect("32 bits")) / f64::from(u32::MAX))
    }
}

fn from_environment(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("`{name}` is no number")))
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let (kills, pages) = (from_environment("KILLS", 6), from_environment("KILL_PAGES", 40));
    let folder = tempfile::tempdir().expect("a folder");
    let sites = [0, 1].map(|edition| folder.path().join(format!("site-{edition}")));
    for (edition, site) in sites.iter().enumerate() {
        write_site(site, pages, edition);
    }
    let output = folder.path().join("published");
    let mut took = Duration::ZERO;
    let whole: [Files; 2] = [0, 1].map(|edition| {
        let start = Instant::now();
        succeeds(&mut build(&sites[edition], &output));
        took = start.elapsed();
        support::files_below(&output)
    });
    assert!(whole[0] != whole[1]);

    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut old, mut new, mut ended) = (0, 0, 0);
    let mut current = 1;
    for kill in 0..kills {
        let next = 1 - current;
        // Some builds are over before they are killed, so that no moment of a build is spared.
        let moment = dice.part(took.mul_f64(1.1));
        let mut child = build(&sites[next], &output).spawn().expect("a build");
        thread::sleep(moment);
        child.kill().expect("a signal");
        let status = child.wait().expect("a build that ends");
        let found = support::files_below(&output);
        if status.success() {
            ended += 1;
            assert!(found == whole[next], "kill {kill}: a build that ended did not publish its site");
        } else if found == whole[current] {
            old += 1;
        } else if found == whole[next] {
            new += 1;
        } else {
            panic!("kill {kill}, after {moment:?} of {took:?}: neither the old site nor the new one");
        }
        // The next build is of either site.
        let target = if kill % 3 == 0 { current } else { next };
        let start = Instant::now();
        succeeds(&mut build(&sites[target], &output));
        if target != current {
            took = start.elapsed();
        }
        assert!(support::files_below(&output) == whole[target], "the build after kill {kill}");
        assert_eq!(litter(&output), Vec::<String>::new(), "after kill {kill}");
        current = target;
    }
    println!("{kills} builds of {pages} pages killed: {old} left the old site, {new} the new one, {ended} had ended");
    assert!(kills < 100 || (old > 0 && new > 0), "the moments of the kills did not cover a build");
}

/// Holds the lock of an output, as a build that takes long does.
fn hold(output: &Path) -> File {
    let name = format!(".{}.expound-lock", output.file_name().expect("a name").to_string_lossy());
    let file = File::create(output.with_file_name(name)).expect("a file");
    file.lock().expect("a lock");
    file
}

/// Waits until a build has read its site and asks for the lock. Only Linux tells which files a process has open.
#[cfg(target_os = "linux")]
fn wait_for_lock(child: &Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let folder = PathBuf::from(format!("/proc/{}/fd", child.id()));
    let is_open = || {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut targets = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
        targets.any(|target| target.to_string_lossy().contains(".expound-lock"))
    };
    while !is_open() {
        assert!(Instant::now() < deadline, "the build does not ask for the lock");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_becomes_a_folder_during_the_build_stops_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (site, output) = (folder.path().join("site"), folder.path().join("published"));
    write_site(&site, 8, 0);
    succeeds(&mut build(&site, &output));
    let before = support::files_below(&output);
    fs::write(site.join("content/index.md"), "---\ntitle: New\n---\n\nNew.\n").expect("a file");

    let lock = hold(&output);
    let child = build(&site, &output).spawn().expect("a build");
    wait_for_lock(&child);
    fs::remove_file(site.join("content/data.bin")).expect("removed");
    fs::create_dir(site.join("content/data.bin")).expect("a folder");
    drop(lock);
    let text = refusal(&child.wait_with_output().expect("a build that ends"));
    assert!(text.contains("content/data.bin`: it is a folder, and a file is needed"), "{text}");
    assert!(support::files_below(&output) == before, "the old site is not whole");
    assert_eq!(litter(&output), Vec::<String>::new());
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_becomes_a_file_during_the_build_stops_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (site, output) = (folder.path().join("site"), folder.path().join("published"));
    write_site(&site, 8, 0);
    let lock = hold(&output);
    let child = build(&site, &output).spawn().expect("a build");
    wait_for_lock(&child);
    fs::write(&output, "somebody's").expect("a file");
    drop(lock);
    let text = refusal(&child.wait_with_output().expect("a build that ends"));
    assert!(text.contains("is not a folder"), "{text}");
    assert_eq!(fs::read_to_string(&output).expect("still there"), "somebody's");
    assert_eq!(litter(&output), Vec::<String>::new());
}

#[test]
fn two_builds_at_once_come_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let sites = [0, 1].map(|edition| folder.path().join(format!("site-{edition}")));
    let alone = [0, 1].map(|edition| {
        write_site(&sites[edition], 40, edition);
        let output = folder.path().join(format!("alone-{edition}"));
        succeeds(&mut build(&sites[edition], &output));
        support::files_below(&output)
    });
    let output = folder.path().join("published");
    for _ in 0..3 {
        let children = [0, 1].map(|edition| build(&sites[edition], &output).spawn().expect("a build"));
        for child in children {
            let ended: Output = child.wait_with_output().expect("a build that ends");
            assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let found = support::files_below(&output);
        assert!(alone.contains(&found), "the site is a mixture of two");
        assert_eq!(litter(&output), Vec::<String>::new());
    }
}

#[test]
fn an_interrupted_build_puts_away_what_it_began() {
    let folder = tempfile::tempdir().expect("a folder");
    let sites = [0, 1].map(|edition| folder.path().join(format!("site-{edition}")));
    let output = folder.path().join("published");
    for (edition, site) in sites.iter().enumerate() {
        write_site(site, 300, edition);
    }
    succeeds(&mut build(&sites[0], &output));
    let before = support::files_below(&output);
    for signal in ["-INT", "-TERM"] {
        let child = build(&sites[1], &output).spawn().expect("a build");
        let staging = folder.path().join(".published.expound-staging");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !staging.exists() {
            assert!(Instant::now() < deadline, "the build does not begin");
            thread::sleep(Duration::from_millis(1));
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("a signal");
        assert!(sent.success());
        let text = refusal(&child.wait_with_output().expect("a build that ends"));
        assert_eq!(text, "error: the build was interrupted; nothing was built\n");
        assert!(support::files_below(&output) == before, "{signal}: the old site is not whole");
        assert_eq!(litter(&output), Vec::<String>::new(), "{signal}");
    }
}

#[test]
fn an_output_among_what_people_write_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    write_site(&site, 4, 0);
    let before = support::files_below(&site);
    for output in ["content", "content/public", "templates", ".", ".."] {
        let text = refusal(&build(&site, &site.join(output)).output().expect("a command that runs"));
        assert!(text.contains("the site is written in"), "{output}: {text}");
        assert!(support::files_below(&site) == before, "{output}");
    }
}
