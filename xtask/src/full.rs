//! What takes too long, or needs too much, for every change?
//!
//! The code for systems that are not this one, as far as it can be checked here; packages that are
//! a workspace of their own; and, because a race shows once in many runs and another way in an
//! optimised build, the tests many times over. (kettle's primitives under other schedules:
//! `schedules.rs`; with tools of their own: `proof.rs`.)
//!
//! Interface: a function per part, for the second list in `parts.rs`.

use std::env;
use std::fs;
use std::process::Command;

use kettle_kit::cargo::{check, tally};
use kettle_kit::process;
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;

use crate::cargo;

/// Systems with another reactor than epoll, and what is checked for them: other tests than those of
/// the API ask for Unix.
pub(crate) const TARGETS: &[(&str, &str)] = &[
    ("aarch64-apple-darwin", "--all-targets"),
    ("x86_64-pc-windows-msvc", "--profile=test --lib --bins --examples --test api"),
];

/// Workspaces of their own, and whether only Linux can build it: one is built with other flags for
/// the compiler (its `.cargo/config.toml`), and one is what another author's crate would be.
const ALONE: &[(&str, bool)] = &[("tests/fidelity", false), ("examples/timerfd", true)];

/// What runs [`TIMES`] times: a name, and the arguments of `cargo test`.
const HEAVY: [(&str, &[&str]); 2] =
    [("tests", &["--lib", "--tests"]), ("optimised tests", &["--release", "--lib", "--tests"])];
const TIMES: usize = 20;

pub(crate) fn targets(report: &mut Report) {
    for (target, what) in TARGETS {
        let name = format!("the code for {target}");
        if has_target(target) {
            let mut command = kettle_kit::cargo::command(&["clippy", "--target", target]);
            command.args(what.split(' ')).args(cargo::EVERY_PACKAGE).args(cargo::WHOLE);
            command.args(["--", "-D", "warnings"]);
            check(report, &name, command);
        } else {
            report.show(&format!("no {target} here; `cargo xtask setup --full` fetches it"));
        }
    }
}

/// Clippy and tests of each, as if the commands were typed there.
pub(crate) fn alone(report: &mut Report) {
    for (folder, linux_only) in ALONE {
        if *linux_only && !cfg!(target_os = "linux") {
            report.check(folder, || Err(Trouble::Skipped("only Linux has it".to_owned())));
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

pub(crate) fn every_row(report: &mut Report) {
    report.check("every row of the bench runs", crate::bench::every_row);
}

/// The tests once more, where they have more to come through: under the doctor, who may be wrong
/// about any of them, and many times.
pub(crate) fn again(report: &mut Report) {
    let args = [&["-p", "kettle", "--lib", "--tests"], cargo::WHOLE];
    let mut command = cargo::test(&args.concat());
    command.env("KETTLE_DOCTOR", "panic");
    check(report, "the doctor finds nothing in right programs", command);
    for (name, args) in HEAVY {
        let name = format!("all {name}, {TIMES} times");
        report.long_check(&name, &format!("cargo test {}", args.join(" ")), || {
            // The first failure is the result.
            let args = [args, cargo::WHOLE].concat();
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
