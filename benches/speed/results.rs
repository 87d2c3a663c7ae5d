//! `benches/RESULTS.md`, in parts: each is written by one command, and the last one by people.

use std::fs;
use std::path::Path;

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The comparison with others.
    Peers,
    /// From a clone to the built site.
    Clone,
    /// What people say about it.
    Notes,
}

impl Part {
    const ALL: [Self; 3] = [Self::Peers, Self::Clone, Self::Notes];

    fn heading(self) -> &'static str {
        match self {
            Self::Peers => "# How fast Expound is\n\n",
            Self::Clone => "## From a clone\n\n",
            Self::Notes => "## Notes\n\n",
        }
    }
}

/// Puts a text in the place of a part.
pub(crate) fn replace(part: Part, text: &str) -> Result<(), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/RESULTS.md");
    let known = fs::read_to_string(&file).unwrap_or_default();
    let parts = Part::ALL.into_iter().filter_map(|one| {
        let own = if one == part { text } else { written(&known, one) };
        (!own.trim().is_empty()).then(|| format!("{}{}\n", one.heading(), own.trim()))
    });
    let parts: Vec<String> = parts.collect();
    fs::write(&file, parts.join("\n").trim_end().to_owned() + "\n")
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// What a file has of a part.
fn written(known: &str, part: Part) -> &str {
    let Some(start) = known.find(part.heading().trim_end()) else { return "" };
    let rest = &known[start + part.heading().trim_end().len()..];
    let ends =
        Part::ALL.iter().filter(|other| **other != part).filter_map(|other| rest.find(other.heading().trim_end()));
    &rest[..ends.min().unwrap_or(rest.len())]
}
