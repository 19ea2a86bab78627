//! Which of the checks does Cargo do for us?
//!
//! Formatting, clippy, tests, documentation. All of them share one target directory and the dev
//! profile, so that nothing is built twice. Each test binary runs under our watchdog
//! ([`process::watch`]).
//!
//! Interface: a function per part; [`watched_tests`] and [`run_tests`] for others who call `cargo test`.

use std::env;
use std::io;
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::cargo::{STEP, command, finish, succeed, told};
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};

/// Every part of kettle: what tests, lints and documentation are about.
pub(crate) const WHOLE: &[&str] =
    &["--features", "kettle/full,kettle/test-util,kettle/util,kettle/stream,kettle/compat"];
/// …and every package that is to have it: in the one that is left out, tokio has kettle's name.
pub(crate) const EVERY_PACKAGE: &[&str] = &["--workspace", "--exclude", "kettle-on-tokio"];

/// How long one test binary may take.
const BINARY_SECONDS: u32 = 300;

/// What Cargo knows of the workspace.
pub(crate) fn metadata() -> Result<Metadata, String> {
    let manifest = tree::root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    metadata.map_err(|error| error.to_string())
}

/// kettle's examples by their names, each with its file from the root.
pub(crate) fn examples() -> Result<Vec<(String, String)>, String> {
    let metadata = metadata()?;
    let targets = metadata.packages.iter().filter(|package| package.name == "kettle");
    let targets = targets.flat_map(|package| &package.targets).filter(|target| target.is_example());
    Ok(targets
        .map(|target| (target.name.clone(), tree::shown(target.src_path.as_std_path())))
        .collect())
}

pub(crate) fn format(report: &mut Report) {
    report.check("formatting", || {
        needs("fmt", "rustfmt")?;
        succeed(&["fmt", "--all", "--check"]).map(|_| Tally::success())
    });
}

pub(crate) fn clippy(report: &mut Report) {
    let args = [&["clippy", "--all-targets"][..], EVERY_PACKAGE, WHOLE].concat();
    lint(report, "clippy", &args);
    let args = ["clippy", "-p", "kettle-on-tokio", "--all-targets"];
    lint(report, "clippy of the tests, for tokio", &args);
    let args = ["clippy", "-p", "kettle-trace", "--features", "tracing", "--all-targets"];
    lint(report, "clippy, with the feature `tracing`", &args);
}

fn lint(report: &mut Report, name: &str, args: &[&str]) {
    let args = [args, &["--", "-D", "warnings"]].concat();
    report.long_check(name, &format!("cargo {}", args.join(" ")), || {
        needs("clippy", "clippy")?;
        succeed(&args).map(|_| Tally::success())
    });
}

pub(crate) fn tests(report: &mut Report) {
    let args = [&["--lib", "--bins", "--tests"], WHOLE].concat();
    test(report, "unit and integration tests", &args);
}

/// What takes too long beside the others: `full` runs it.
pub(crate) fn long_tests(report: &mut Report) {
    test(report, "what tokio-console needs", &["-p", "kettle-trace", "--features", "tracing"]);
    let args = ["-p", "kettle-exercise", "--features", "long-tests", "--test", "steps"];
    test(report, "the ladder, typed step by step", &args);
}

pub(crate) fn doctests(report: &mut Report) {
    test(report, "doc tests", &[&["--doc"], WHOLE, &["--", "--skip", BOOK]].concat());
    // A chapter's other code is quoted from the tree and compiled there: it is no test that is
    // left out.
    let only = [&["--doc", "--package", "kettle"], WHOLE, &["--", BOOK]].concat();
    report.long_check(
        "code that is a chapter's own",
        &format!("cargo test {}", only.join(" ")),
        || run_tests(&only, &[]).map(|tally| Tally { ignored: 0, ..tally }),
    );
}

/// In the names of the chapters' doc tests.
const BOOK: &str = "docs/book/";

/// The package whose tests have a part of their own (`judged.rs`).
pub(crate) const JUDGED: &str = "kettle-on-tokio";

/// What plain `cargo test` leaves out. All at once: package by package Cargo would build what they share,
/// `tokio` and `serde` above all, again for each set of features.
pub(crate) fn outside(report: &mut Report) {
    let name = "tests of the packages outside";
    report.long_check(name, "cargo test -p … for each that `cargo test` leaves out", || {
        let metadata = metadata()?;
        let default = metadata.workspace_default_packages();
        let members = metadata.workspace_packages();
        let outside = members.iter().filter(|member| !default.contains(member));
        let outside = outside.map(|package| package.name.as_str()).filter(|name| *name != JUDGED);
        let args: Vec<&str> = outside.flat_map(|name| ["-p", name]).collect();
        run_tests(&args, &[])
    });
}

fn test(report: &mut Report, name: &str, args: &[&str]) {
    let about = format!("cargo test {}", args.join(" "));
    report.long_check(name, &about, || run_tests(args, &[]));
}

pub(crate) fn rustdoc(report: &mut Report) {
    report.long_check("rustdoc", "cargo doc --no-deps", || {
        document()?;
        Ok(Tally::success())
    });
}

/// Builds the documentation; any warning is an error.
pub(crate) fn document() -> Result<(), Trouble> {
    let mut command = command(&[&["doc", "--no-deps"], WHOLE].concat());
    finish(command.env("RUSTDOCFLAGS", "-D warnings"), "doc").map(|_| ())
}

/// `cargo exercise prove` (`exercises/checker/src/prove.rs`), which closes with a line like libtest's.
pub(crate) fn exercises(report: &mut Report) {
    report.long_check("every exercise and each of its answers", "cargo exercise prove", || {
        let tally = Tally::read(&succeed(&["exercise", "prove"])?.stdout);
        if tally.passed == 0 { Err("no candidate was examined".into()) } else { Ok(tally) }
    });
}

/// `cargo test`, each test binary under the watchdog.
pub(crate) fn watched_tests(seconds: u32) -> io::Result<Command> {
    let me = env::current_exe()?;
    let me = me.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    let runner = format!("target.'cfg(all())'.runner = [\"{me}\", 'mind', '{seconds}']");
    let mut command = command(&["test", "--config", &runner]);
    // Unwatched, as in a release build: what the doctor does has tests of its own, and it makes a
    // burst of 100,000 tasks three times as long.
    command.env("KETTLE_DOCTOR", "off");
    Ok(command)
}

/// Runs tests, with these variables in the environment; counts them.
pub(crate) fn run_tests(args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    Ok(Tally::read(&transcript(args, variables)?))
}

/// The same; what they printed.
pub(crate) fn transcript(args: &[&str], variables: &[(&str, &str)]) -> Result<String, Trouble> {
    let mut command = watched_tests(BINARY_SECONDS)?;
    command.arg("--no-fail-fast").args(args).envs(variables.iter().copied());
    let finished = process::run(&mut command, STEP)?;
    if finished.success() {
        return Ok(finished.transcript);
    }
    Err(told(&finished, &format!("test{}", args.concat())).into())
}

fn needs(subcommand: &str, component: &str) -> Result<(), Trouble> {
    if has(subcommand) {
        return Ok(());
    }
    Err(Trouble::Skipped(format!("no {component} here; `cargo xtask setup` fetches it")))
}

/// Is Cargo's subcommand there? It may not be: rustup leaves it out of a minimal installation.
pub(crate) fn has(subcommand: &str) -> bool {
    let version = process::run(&mut command(&[subcommand, "--version"]), STEP);
    version.is_ok_and(|finished| finished.success())
}
