//! Folders as files in memory, and the site that is built from them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use expound::compile::{MemoryFiles, Options, compile};
use expound::diagnostic::Report;
use expound::read::Files;
use expound::text::SitePath;

/// The root of the repository, which is itself a site folder.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, by its path with `/` between segments, sorted.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let entry = entry.expect("an entry of a folder");
            let name = format!("{prefix}{}", entry.file_name().to_str().expect("a name in UTF-8"));
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read(entry.path()).expect("a file that can be read"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, "", &mut files);
    files
}

/// `content/` and `templates/` of a site folder, in memory.
pub(crate) fn site_folder(folder: &Path) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for part in ["content", "templates"] {
        if !folder.join(part).is_dir() {
            continue;
        }
        for (name, bytes) in files_below(&folder.join(part)) {
            files.insert(SitePath::parse(&format!("{part}/{name}")).expect("a path"), bytes);
        }
    }
    files
}

/// The built site, when nothing is wrong, and the report.
pub(crate) fn build_with(files: &MemoryFiles, options: &Options) -> (BTreeMap<String, Vec<u8>>, Report) {
    let built = Mutex::new(BTreeMap::new());
    let compiled = compile(files, options);
    let Ok(report) = compiled.render::<Infallible>(|route, rendered| {
        let bytes = rendered.bytes(|path| files.load(path).ok()).expect("a file that is copied is there");
        built.lock().expect("no thread panics").insert(route.output.to_string(), bytes);
        Ok(())
    });
    let built = built.into_inner().expect("no thread panics");
    (if report.has_errors() { BTreeMap::new() } else { built }, report)
}
