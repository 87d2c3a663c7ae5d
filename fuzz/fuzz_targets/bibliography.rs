//! The bibliography, `sources.yaml`.
#![no_main]

use expound::read::SOURCES_FILE;
use expound::text::SitePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = SitePath::parse(SOURCES_FILE).expect("a path");
    let mut files = if expound_fuzz::is_chosen(data, 16) {
        expound_fuzz::archive(">>> content/index.md\n---\ntitle: Start\n---\n")
    } else {
        expound_fuzz::archive("")
    };
    files.insert(path, data);
    if files_are_whole(&files) {
        expound_fuzz::whole_twice(&files);
    } else {
        assert_eq!(expound_fuzz::read_only(&files), expound_fuzz::read_only(&files));
    }
});

fn files_are_whole(files: &expound::compile::MemoryFiles) -> bool {
    use expound::read::Files;
    files.paths().iter().any(|path| path.as_str().ends_with(".md"))
}
