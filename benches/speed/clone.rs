//! From a clone to the built site: how long that takes, and what the time and the size go to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::results::{self, Part};
use crate::tell;

/// What costs more of the time to compile than this is named.
const SHARE: f64 = 0.05;

/// Clones the repository, builds everything and the site, and writes its part of `benches/RESULTS.md`.
pub(crate) fn run() -> Result<(), String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = repository.join("target/clone");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let start = Instant::now();
    let text = |path: &Path| path.display().to_string();
    run_in(
        repository,
        "git",
        &["clone", "--quiet", "--depth", "1", &format!("file://{}", text(repository)), &text(&folder)],
    )?;
    run_in(&folder, env!("CARGO"), &["build", "--release", "--locked", "--quiet", "--timings"])?;
    let compiled = start.elapsed();
    let program = folder.join("target/release/expound");
    run_in(&folder, &text(&program), &["build", "-o", "target/site"])?;
    let built = start.elapsed();
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(&folder)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    let tree = String::from_utf8_lossy(&tree.stdout);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(" (").next()).collect();
    let size = fs::metadata(&program).map_err(|error| format!("{}: {error}", program.display()))?.len();
    let mut part = format!(
        "With empty `target/` and the crates downloaded, on {} processors:\n\n- from `git clone` to the compiled command: {} s; \
         to the built site: {} s\n- crates in the command: {}, itself among them\n- size of the command: {:.1} MB\n- of the \
         time that goes into compiling, these take more than {:.0} %: {}\n",
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        compiled.as_secs(),
        built.as_secs(),
        crates.len(),
        megabytes(size),
        SHARE * 100.0,
        dear(&folder.join("target/cargo-timings"))?,
    );
    part.push('\n');
    tell(&part);
    results::replace(Part::Clone, &part)?;
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// The packages that take the most of the time to compile, from Cargo's own report.
fn dear(reports: &Path) -> Result<String, String> {
    let report = fs::read_dir(reports).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    let report: PathBuf = report.max().ok_or("cargo wrote no report of its times")?;
    let text = fs::read_to_string(&report).map_err(|error| format!("{}: {error}", report.display()))?;
    let units = text.split_once("UNIT_DATA = ").and_then(|(_, rest)| rest.split_once(";\n")).map(|(units, _)| units);
    let units: Vec<serde_json::Value> = units
        .and_then(|units| serde_json::from_str(units).ok())
        .ok_or_else(|| format!("{}: the times are not where they were", report.display()))?;
    let mut times: BTreeMap<&str, f64> = BTreeMap::new();
    for unit in &units {
        let (name, time) = (unit["name"].as_str().unwrap_or_default(), unit["duration"].as_f64().unwrap_or_default());
        *times.entry(name).or_default() += time;
    }
    let whole: f64 = times.values().sum();
    let mut dear: Vec<(&str, f64)> = times.into_iter().filter(|(_, time)| *time > whole * SHARE).collect();
    dear.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut named = String::new();
    for (index, (name, time)) in dear.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(named, "{comma}`{name}` {:.0} %", time / whole * 100.0).expect("a string takes all that is written");
    }
    Ok(if named.is_empty() { "none".to_owned() } else { named })
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    tell(&format!("{program} {}", arguments.join(" ")));
    let status = Command::new(program).args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR").status();
    let status = status.map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program}: {status}")) }
}
