//! What several tests need.

pub(crate) mod chance;
mod folders;
pub(crate) mod oracle;

use std::collections::BTreeMap;

use expound::compile::{MemoryFiles, Options};
use expound::diagnostic::Report;
pub(crate) use folders::{build_with, files_below, repository, site_folder};

/// The built site as without any choices, and the report.
pub(crate) fn build(files: &MemoryFiles) -> (BTreeMap<String, Vec<u8>>, Report) {
    build_with(files, &Options::default())
}

/// Runs `work` on a pool of so many threads.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work)
}
