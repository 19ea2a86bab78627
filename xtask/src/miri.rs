//! Does the one crate with unsafe code do nothing undefined?
//!
//! Miri interprets a test program instruction by instruction, and stops where memory is read that
//! holds no value, or through a pointer that may not. It needs a nightly toolchain, and takes minutes,
//! so only `cargo xtask full` asks it. `cargo xtask setup --full` fetches it.

use std::process::Command;
use std::time::Duration;

use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, process, tree};

const TEST: &[&str] = &["miri", "test", "-p", "kettle-read-buf", "--test", "kettle"];

pub(crate) fn miri(report: &mut Report) {
    let about = format!("cargo +nightly {}", TEST.join(" "));
    report.long_check("the unsafe code under Miri", &about, test);
}

fn test() -> Outcome {
    if !is_there() {
        let words = "no Miri here; `cargo xtask setup --full` fetches it".to_owned();
        return Err(Trouble::Skipped(words));
    }
    let mut command = nightly(TEST);
    command.env("CARGO_TARGET_DIR", tree::target()?.join("miri"));
    // A test leaks a few bytes, because only a buffer that lives forever can be smuggled in.
    command.env("MIRIFLAGS", "-Zmiri-ignore-leaks");
    let finished = cargo::finish(&mut command, "miri")?;
    match Tally::read(&finished.transcript) {
        tally if tally.passed == 0 => Err("no test ran".into()),
        tally => Ok(tally),
    }
}

pub(crate) fn is_there() -> bool {
    let finished = process::run(&mut nightly(&["miri", "--version"]), Duration::from_secs(20));
    finished.is_ok_and(|finished| finished.success())
}

/// Cargo of the nightly toolchain, without what the Cargo that runs us has put into the environment.
fn nightly(args: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]).args(args).current_dir(tree::root());
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.env("CARGO_TERM_COLOR", "never");
    command
}
