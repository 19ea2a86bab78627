//! Which builds and tests take too long, or need too much, for every change?
//!
//! - [`targets`] lets clippy read the code for other systems than this one.
//! - [`alone`] checks the packages that are workspaces of their own.
//! - [`again`] runs all tests many times, and optimised, because a race shows only sometimes.
//!
//! Elsewhere: kettle's primitives under other schedules (`schedules.rs`), checks that need a tool
//! of their own (`proof.rs`), programs that run on other systems (`systems.rs`).

use std::env;
use std::fs;
use std::process::Command;

use kettle_kit::cargo::{check, tally};
use kettle_kit::process;
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;

use crate::cargo;

/// Systems whose reactor isn't epoll, and Cargo's arguments for what is checked there. On Windows,
/// these are only the tests of the API, because the others need Unix.
pub(crate) const TARGETS: &[(&str, &str)] = &[
    ("aarch64-apple-darwin", "--all-targets"),
    ("x86_64-pc-windows-msvc", "--profile=test --lib --bins --examples --test api"),
];

/// The packages that are workspaces of their own, and whether they need Linux. The first has other
/// flags for the compiler (its `.cargo/config.toml`), the second stands for another author's crate.
const ALONE: &[(&str, bool)] = &[("tests/fidelity", false), ("examples/timerfd", true)];

/// The tests that run [`TIMES`] times: a name, and the arguments of `cargo test`.
const REPEATED: [(&str, &[&str]); 2] =
    [("tests", &["--lib", "--tests"]), ("optimised tests", &["--release", "--lib", "--tests"])];
const TIMES: usize = 20;

pub(crate) fn targets(report: &mut Report) {
    for (target, what) in TARGETS {
        let name = format!("the code for {target}");
        if has_target(target) {
            let mut command = kettle_kit::cargo::command(&["clippy", "--target", target]);
            command.args(what.split(' ')).args(cargo::EVERY_PACKAGE).args(cargo::ALL_FEATURES);
            command.args(["--", "-D", "warnings"]);
            check(report, &name, command);
        } else {
            report.show(&format!("no {target} here; `cargo xtask setup --full` fetches it"));
        }
    }
}

/// The part `alone`: clippy and tests of each, as if the commands were typed in its folder.
pub(crate) fn alone(report: &mut Report) {
    for (folder, needs_linux) in ALONE {
        if *needs_linux && !cfg!(target_os = "linux") {
            report.check(folder, || Err(Trouble::Skipped("it needs Linux".to_owned())));
            continue;
        }
        for args in [
            &["clippy", "--all-targets", "--", "-D", "warnings"][..],
            &["test", "--locked", "--no-fail-fast"],
        ] {
            let command = cargo::elsewhere(folder, args);
            check(report, &format!("{} in {folder}", args[0]), command);
        }
    }
}

/// The part `again`: all tests with a doctor that panics if it reports anything, then many times.
pub(crate) fn again(report: &mut Report) {
    let args = [&["-p", "kettle", "--lib", "--tests"], cargo::ALL_FEATURES];
    let mut command = cargo::test(&args.concat());
    command.env("KETTLE_DOCTOR", "panic");
    check(report, "the doctor finds nothing in right programs", command);
    for (name, args) in REPEATED {
        let name = format!("all {name}, {TIMES} times");
        report.long_check(&name, &format!("cargo test {}", args.join(" ")), || {
            // It stops at the first failure.
            let args = [args, cargo::ALL_FEATURES].concat();
            (0..TIMES).try_fold(Tally::default(), |_, _| tally(&mut cargo::test(&args), "again"))
        });
    }
}

/// Is the standard library of this target installed?
pub(crate) fn has_target(target: &str) -> bool {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--print", "target-libdir", "--target", target]);
    let Ok(finished) = process::run(&mut command) else { return false };
    let library = fs::read_dir(finished.stdout.trim());
    finished.success() && library.is_ok_and(|mut entries| entries.next().is_some())
}
