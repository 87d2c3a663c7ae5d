//! The whole way of a small site, in a text in which a line `>>> PATH` begins each file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let files = expound_fuzz::archive(&text);
    if expound_fuzz::is_chosen(data, 16) {
        expound_fuzz::whole_twice(&files);
    } else {
        expound_fuzz::whole(&files, None);
    }
});
