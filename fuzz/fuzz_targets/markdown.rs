//! The body of a page.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    expound_fuzz::page(data, [b"---\ntitle: Gravity\n---\n", data].concat());
});
