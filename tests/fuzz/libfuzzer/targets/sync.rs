#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kettle_fuzz::target("sync")(bytes));
