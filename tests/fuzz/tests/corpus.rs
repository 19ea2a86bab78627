//! Each target with what the fuzzers have kept, and with random bytes.

use std::fs;
use std::path::Path;

use kettle_fuzz::{PRIMITIVES, TARGETS};

/// So many random inputs for each target, and for each primitive of `sync`: two seconds in all,
/// most of them tokio's own clock.
const RANDOM: usize = 100;

/// The corpus: files that between them reach what the fuzzer has found.
#[test]
fn what_the_fuzzers_kept_is_taken_well() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut paths: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "{name} has none");
        for path in paths {
            target(&fs::read(&path).expect("it can be read"));
        }
    }
}

#[test]
fn random_bytes_are_taken_well() {
    let words = format!("{RANDOM} random inputs for each primitive");
    assert!(include_str!("../../../docs/contract.md").contains(&words), "{words}");
    for (name, target) in TARGETS {
        // KETTLE_FUZZ=100000 tries more of them.
        let asked = std::env::var("KETTLE_FUZZ").ok();
        let few = if *name == "sync" { RANDOM * PRIMITIVES } else { RANDOM };
        let number = asked.map_or(few, |number| number.parse().expect("a number"));
        for seed in 1..=number {
            let mut dice = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut byte = || {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                dice.to_le_bytes()[3]
            };
            let length = usize::from(byte()) * 2;
            let bytes: Vec<u8> = (0..length).map(|_| byte()).collect();
            let took = std::panic::catch_unwind(|| target(&bytes));
            assert!(took.is_ok(), "{name}, seed {seed}: {bytes:?}");
        }
    }
}
