//! Gives the bytes that libFuzzer makes up to the target that `KETTLE_FUZZ_TARGET` names.

#![no_main]

use std::env;
use std::sync::LazyLock;

use kettle_fuzz::{Target, target};

static TARGET: LazyLock<Target> =
    LazyLock::new(|| target(&env::var("KETTLE_FUZZ_TARGET").expect("KETTLE_FUZZ_TARGET=sync")));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TARGET(bytes));
