//! Does the one crate with unsafe code do nothing undefined?
//!
//! Miri interprets a test program instruction by instruction, and stops where memory is read that
//! holds no value, or through a pointer that may not. It needs a nightly toolchain, and takes minutes,
//! so only `cargo xtask full` asks it. `cargo xtask setup --full` fetches it.

use std::process::Command;

use kettle_kit::report::Report;
use kettle_kit::{cargo, tree};

const TEST: &[&str] = &["miri", "test", "-p", "kettle-read-buf", "--test", "kettle"];

pub(crate) fn miri(report: &mut Report) {
    let mut command = nightly(TEST);
    if let Ok(target) = tree::target() {
        command.env("CARGO_TARGET_DIR", target.join("miri"));
    }
    // A test leaks a few bytes, because only a buffer that lives forever can be smuggled in.
    command.env("MIRIFLAGS", "-Zmiri-ignore-leaks");
    cargo::check(report, "the unsafe code under Miri", command);
}

pub(crate) fn is_there() -> bool {
    cargo::finish(&mut nightly(&["miri", "--version"]), "miri").is_ok()
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
