//! The front matter of a page.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    expound_fuzz::page(data, [b"---\n", data, b"\n---\n\nThings fall. [@newton, \xc2\xb61]\n"].concat());
});
