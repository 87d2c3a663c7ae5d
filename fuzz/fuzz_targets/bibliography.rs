//! The bibliography, `sources.yaml`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| expound_fuzz::bibliography(data));
