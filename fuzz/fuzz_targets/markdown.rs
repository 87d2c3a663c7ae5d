//! The body of a page.
#![no_main]

use expound::text::SitePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let page = [b"---\ntitle: Gravity\n---\n", data].concat();
    let path = SitePath::parse("content/topics/gravity.md").expect("a path");
    if expound_fuzz::is_chosen(data, 64) {
        let mut files = expound_fuzz::small_site();
        files.insert(path, page);
        expound_fuzz::whole_twice(&files);
    } else {
        let mut files = expound_fuzz::archive("");
        files.insert(path, page);
        assert_eq!(expound_fuzz::read_only(&files), expound_fuzz::read_only(&files));
    }
});
