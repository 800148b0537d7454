#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| twicetold_fuzz::feed::check(data));
