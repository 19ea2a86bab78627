//! Which of the checks does Cargo do for us?
//!
//! Formatting, clippy, tests, documentation. All share one target directory and the dev profile, so
//! that nothing is built twice. Each test binary runs under our watchdog
//! (`kettle_kit::process::mind`). The library is linted with each feature alone, too: a path into a
//! part that is disabled then breaks it.
//!
//! Interface: a function per part; [`build`], [`lint`], [`test`], [`elsewhere`] for others;
//! [`BUILT`], the programs that Cargo builds for `full`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use kettle_kit::cargo::{check, command, finish, metadata, succeed, tally};
use kettle_kit::process::Finished;
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Every part of kettle: what tests, lints and documentation are about.
pub(crate) const WHOLE: &[&str] = &["--features", "kettle/full,kettle/stacks,kettle/test-util"];
/// …and every package that is to have it: in the one that is left out, tokio has kettle's name.
pub(crate) const EVERY_PACKAGE: &[&str] = &["--workspace", "--exclude", "kettle-on-tokio"];

/// What is built from source: name, version and features. It runs once or twice: half the time to
/// build it is worth more than its own speed.
pub(crate) const BUILT: [(&str, &str, &str); 3] = [
    ("mdbook", "0.5.4", "--no-default-features --features=search"),
    ("cargo-fuzz", "0.13.2", ""),
    ("cargo-mutants", "27.1.0", ""),
];

const ONE_LIBRARY: &[&str] = &["clippy", "-p", "kettle", "--lib", "--no-default-features"];

pub(crate) fn format(report: &mut Report) {
    // Each lock file is that of a workspace. (`--all` would format kettle with each.)
    for lock in tree::files(&tree::root(), "Cargo.lock") {
        let folder = tree::shown(lock.parent().unwrap_or(&lock));
        let name = if folder.is_empty() { "formatting" } else { &format!("formatting, {folder}") };
        check(report, name, elsewhere(&folder, &["fmt", "--check"]));
    }
    // Of no package of ours: each is compiled with an answer.
    let checks = tree::files(&tree::root().join("exercises"), "check.rs");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).args(checks);
    check(report, "formatting, the exercises' checks", rustfmt);
}

pub(crate) fn clippy(report: &mut Report) {
    check(report, "clippy", lint(&[EVERY_PACKAGE, WHOLE].concat()));
}

/// The tests as tokio's, which `on_tokio` compiles; the library with each feature alone, and with
/// none.
pub(crate) fn features_alone(report: &mut Report) {
    check(report, "clippy of the tests, for tokio", lint(&["-p", JUDGED]));
    report.long_check(
        "clippy, with each feature alone, and with none",
        "cargo clippy -p kettle --lib --features …",
        || {
            let metadata = metadata()?;
            let mut packages = metadata.packages.iter();
            let kettle = packages.find(|it| it.name == "kettle").ok_or("has kettle moved?")?;
            let mut tally = Tally::default();
            for features in kettle.features.keys().map(String::as_str).chain([""]) {
                let last = ["--features", features, "--", "-D", "warnings"];
                succeed(&[ONE_LIBRARY, &last].concat())?;
                tally.add(Tally::success());
            }
            Ok(tally)
        },
    );
}

/// Clippy of all targets; a warning is an error.
pub(crate) fn lint(args: &[&str]) -> Command {
    command(&[&["clippy", "--all-targets"], args, &["--", "-D", "warnings"]].concat())
}

pub(crate) fn tests(report: &mut Report) {
    let args = [&["--lib", "--bins", "--tests"], EVERY_PACKAGE, WHOLE].concat();
    check(report, "unit and integration tests", test(&args));
}

/// What takes too long beside the others: `full` runs it.
pub(crate) fn long_tests(report: &mut Report) {
    let args = ["-p", "cargo-kettle", "--features", "long-tests", "--test", "projects", "built"];
    check(report, "projects that `cargo kettle` builds", test(&args));
}

/// A chapter's code that is quoted from the tree is compiled there: it is no test that is left out.
pub(crate) fn doctests(report: &mut Report) {
    let args = [&["--doc"], EVERY_PACKAGE, WHOLE].concat();
    report.long_check("doc tests", &format!("cargo test {}", args.join(" ")), || {
        tally(&mut test(&args), "doc").map(|tally| Tally { ignored: 0, ..tally })
    });
}

/// Do the tests of the API say what tokio does? They are compiled for it. One that asks for what
/// only kettle does is marked `#[cfg_attr(on_tokio, ignore = "why")]`, and is no test that is left
/// out.
pub(crate) fn on_tokio(report: &mut Report) {
    let about = format!("cargo test -p {JUDGED}");
    report.long_check("the tests of the API, with tokio as the judge", &about, || {
        tally(&mut test(&["-p", JUDGED]), "judge").map(|tally| Tally { ignored: 0, ..tally })
    });
}

/// The package whose tests have a part of their own.
pub(crate) const JUDGED: &str = "kettle-on-tokio";

/// Builds the documentation; any warning is an error.
pub(crate) fn rustdoc(report: &mut Report) {
    let mut command = command(&[&["doc", "--no-deps"], WHOLE].concat());
    command.env("RUSTDOCFLAGS", "-D warnings");
    check(report, "rustdoc", command);
}

/// `exercises/checker/src/prove.rs`, which closes with a line like libtest's. (`cargo exercise`
/// would build what it needs with other features, once more.)
pub(crate) fn exercises(report: &mut Report) {
    report.long_check("every exercise and each of its answers", "cargo exercise prove", || {
        build(&["--bin", "exercise"])?;
        tally(Command::new(tree::built()?.join("exercise")).arg("prove"), "exercises")
    });
}

/// Builds programs: of the same packages and features as the tests, so that their libraries are
/// built once.
pub(crate) fn build(chosen: &[&str]) -> Result<Finished, Trouble> {
    succeed(&[&["build"], EVERY_PACKAGE, WHOLE, chosen].concat())
}

/// Cargo, as if the command were typed in the folder of another workspace; what it runs is under
/// the watchdog.
pub(crate) fn elsewhere(folder: &str, args: &[&str]) -> Command {
    let folder = tree::root().join(folder);
    let mut command = command(&[&["--config", &watched()][..], args].concat());
    command.env("CARGO_TARGET_DIR", folder.join("target")).current_dir(folder);
    // They would stand in the way of its own.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

/// `cargo test`, each test binary under the watchdog; a program that fails does not end it.
pub(crate) fn test(args: &[&str]) -> Command {
    let mut command = command(&["--config", &watched(), "test", "--no-fail-fast"]);
    // Unwatched, as in a release build: what the doctor does has tests of its own, and it makes a
    // burst of 100,000 tasks three times as long.
    command.args(args).env("KETTLE_DOCTOR", "off");
    command
}

/// What makes Cargo run programs under the watchdog.
fn watched() -> String {
    let me = env::current_exe().expect("a program knows where it is");
    format!("target.'cfg(all())'.runner = [{:?}, 'mind']", me.display().to_string())
}

/// Is Cargo's subcommand there? It may not be: rustup leaves it out of a minimal installation.
pub(crate) fn has(subcommand: &str) -> bool {
    finish(&mut command(&[subcommand, "--version"]), "version").is_ok()
}

/// One of [`BUILT`], if it is there in this version.
pub(crate) fn built(name: &str) -> Result<PathBuf, Trouble> {
    let version = BUILT.iter().find(|it| it.0 == name).map_or("", |it| it.1);
    let program = place(name, version).join("bin").join(name);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    if program.exists() {
        return Ok(program);
    }
    let words = format!("no {name} {version} here; `cargo xtask setup --full` fetches it");
    Err(Trouble::Skipped(words))
}

pub(crate) fn install((name, version, features): (&str, &str, &str)) -> Command {
    let mut command = command(&["install", name, "--locked"]);
    command.args(["--version", version]).args(features.split_whitespace());
    command.arg("--root").arg(place(name, version));
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command
}

fn place(name: &str, version: &str) -> PathBuf {
    tree::target().unwrap_or_default().join("tools").join(format!("{name}-{version}"))
}
