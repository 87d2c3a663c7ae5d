//! How fast Expound is, on a generated explainer.
//!
//! - `cargo bench` measures every phase of a build inside the process, on one thread and on two.
//! - `cargo bench -- peers` compares whole builds with copying their output and with other generators, which it
//!   installs below `target/peers`, and writes `benches/RESULTS.md`; `cargo bench -- peers 1000` takes a smaller site.
//! - `cargo bench -- serve` measures how soon a change is seen, and writes `benches/SERVING.md`; a size may follow.
//! - `cargo bench -- clone` clones the repository, compiles everything, builds the site, and writes its part of that file.
//! - `cargo bench -- floor FROM TO` builds a plain corpus with nothing but the crates that a page needs.
//! - `cargo bench -- write full 10000 DIR` writes a corpus to look at or to profile with; a layout of another
//!   generator may follow: `hugo`, `mdbook` or `cobalt`.

mod clone;
mod corpus;
mod floor;
mod peers;
mod phases;
mod results;
mod serving;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use corpus::layouts::Layout;
use corpus::{Corpus, Variant};

// As the command does it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Cargo adds `--bench` of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => {
            phases::run();
            Ok(())
        }
        ["peers"] => peers::run(10_000),
        ["peers", size] => size.parse().map_err(|error| format!("{size}: {error}")).and_then(peers::run),
        ["serve"] => serving::run(10_000),
        ["serve", size] => size.parse().map_err(|error| format!("{size}: {error}")).and_then(serving::run),
        ["clone"] => clone::run(),
        ["floor", root, output] => floor::run(Path::new(root), Path::new(output)),
        ["write", variant, size, folder, layout @ ..] => {
            write_named(variant, size, Path::new(folder), layout.first().copied().unwrap_or("expound"))
        }
        other => Err(format!("unknown arguments: {other:?}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

fn write_named(variant: &str, size: &str, folder: &Path, layout: &str) -> Result<(), String> {
    let variant = match variant {
        "plain" => Variant::Plain,
        "full" => Variant::Full,
        other => return Err(format!("no variant is called {other}")),
    };
    let size = size.parse().map_err(|error| format!("{size}: {error}"))?;
    let layout = Layout::named(layout).ok_or_else(|| format!("no layout is called {layout}"))?;
    write(layout, &Corpus { size, variant }, folder)
}

/// Writes a corpus in a layout.
pub(crate) fn write(layout: Layout, corpus: &Corpus, folder: &Path) -> Result<(), String> {
    for (path, text) in layout.files(corpus) {
        let file = folder.join(path);
        let parent = file.parent().expect("it is in the folder");
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&file, text));
        written.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// Tells the person at the terminal.
#[expect(clippy::print_stderr, reason = "the one place that talks to the terminal")]
pub(crate) fn tell(text: &str) {
    eprintln!("{text}");
}
