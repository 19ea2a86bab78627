//! Which parts of `cargo xtask test` are checks by Cargo: of formatting, with clippy, of tests and
//! documentation?
//!
//! All these parts share one target directory and the dev profile, so that nothing is built twice.
//! Each test binary runs under `kettle_kit::process::watchdog`, which ends it if it hangs. The
//! library is linted with each feature alone, too, so that code that needs a disabled feature is
//! found.
//!
//! Each part is a function here. Other files use the commands, such as [`build`] and [`test`].

use std::env;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::cargo::{check, command, finish, metadata, succeed, tally};
use kettle_kit::process::Finished;
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Arguments of Cargo: all features of kettle.
pub(crate) const ALL_FEATURES: &[&str] =
    &["--features", "kettle/full,kettle/stacks,kettle/test-util"];
/// Arguments of Cargo: every package that uses kettle. In the one left out, tokio has its name.
pub(crate) const EVERY_PACKAGE: &[&str] = &["--workspace", "--exclude", "kettle-on-tokio"];

/// A program that `setup --full` builds from source, in this version.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    version: &'static str,
    /// Arguments of `cargo install`.
    args: &'static str,
}

pub(crate) const PROGRAMS: [Program; 4] = [
    Program { name: "mdbook", version: "0.5.4", args: "--no-default-features --features=search" },
    Program { name: "cargo-fuzz", version: "0.13.2", args: "" },
    Program { name: "cargo-mutants", version: "27.1.0", args: "" },
    Program { name: "cargo-semver-checks", version: "0.51.0", args: "" },
];

pub(crate) fn format(report: &mut Report) {
    // Each lock file belongs to a workspace. With `--all`, each would format kettle again.
    for lock in tree::files(&tree::root(), "Cargo.lock") {
        let folder = tree::from_root(lock.parent().unwrap_or(&lock));
        let name = if folder.is_empty() { "formatting" } else { &format!("formatting, {folder}") };
        check(report, name, elsewhere(&folder, &["fmt", "--check"]));
    }
    // These belong to no package, because each is compiled with an answer.
    let checks = tree::files(&tree::root().join("exercises"), "check.rs");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).args(checks);
    check(report, "formatting, the exercises' checks", rustfmt);
}

pub(crate) fn clippy(report: &mut Report) {
    check(report, "clippy", lint(&[EVERY_PACKAGE, ALL_FEATURES].concat()));
}

/// Clippy of builds that the part `clippy` doesn't see: of the tests of the API for tokio, and of
/// the library with each feature alone and with none.
pub(crate) fn features_alone(report: &mut Report) {
    check(report, "clippy of the tests, for tokio", lint(&["-p", JUDGED]));
    report.long_check(
        "clippy, with each feature alone, and with none",
        "cargo clippy -p kettle --lib --features …",
        || {
            let metadata = metadata()?;
            let mut packages = metadata.packages.iter();
            let kettle = packages.find(|it| it.name == "kettle").ok_or("has kettle moved?")?;
            let library = ["clippy", "-p", "kettle", "--lib", "--no-default-features"];
            let mut tally = Tally::default();
            for features in kettle.features.keys().map(String::as_str).chain([""]) {
                let last = ["--features", features, "--", "-D", "warnings"];
                succeed(&[&library[..], &last].concat())?;
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
    let args = [&["--lib", "--bins", "--tests"], EVERY_PACKAGE, ALL_FEATURES].concat();
    check(report, "unit and integration tests", test(&args));
}

/// Tests that take too long for every change.
pub(crate) fn long_tests(report: &mut Report) {
    let args = ["-p", "cargo-kettle", "--features", "long-tests", "--test", "projects", "built"];
    check(report, "projects that `cargo kettle` builds", test(&args));
}

/// Ignored doc tests don't count as skipped: a chapter ignores code that is compiled elsewhere.
pub(crate) fn doctests(report: &mut Report) {
    let args = [&["--doc"], EVERY_PACKAGE, ALL_FEATURES].concat();
    report.long_check("doc tests", &format!("cargo test {}", args.join(" ")), || {
        tally(&mut test(&args), "doc").map(|tally| Tally { ignored: 0, ..tally })
    });
}

/// The tests of the API, compiled for tokio, which has to pass them, too. A test of something that
/// only kettle does is marked `#[cfg_attr(on_tokio, ignore = "why")]`, and doesn't count as
/// skipped.
pub(crate) fn on_tokio(report: &mut Report) {
    let about = format!("cargo test -p {JUDGED}");
    report.long_check("the tests of the API, with tokio as the judge", &about, || {
        tally(&mut test(&["-p", JUDGED]), "judge").map(|tally| Tally { ignored: 0, ..tally })
    });
}

/// The package that compiles the tests of the API for tokio.
pub(crate) const JUDGED: &str = "kettle-on-tokio";

/// Builds the documentation; any warning is an error.
pub(crate) fn rustdoc(report: &mut Report) {
    let mut command = command(&[&["doc", "--no-deps"], ALL_FEATURES].concat());
    command.env("RUSTDOCFLAGS", "-D warnings");
    check(report, "rustdoc", command);
}

pub(crate) fn exercises(report: &mut Report) {
    prove(report, "every solution, and the answers that need no engine", &["prove", "--quick"]);
}

/// Here a copy of the engine is built for each starter and answer that replaces a file of it.
pub(crate) fn every_answer(report: &mut Report) {
    prove(report, "every exercise and each of its answers", &["prove"]);
}

/// Runs `exercises/checker/src/prove.rs`, which prints a last line like libtest's. (`cargo
/// exercise` would build its dependencies again, with other features.)
fn prove(report: &mut Report, what: &str, words: &[&str]) {
    report.long_check(what, &format!("cargo exercise {}", words.join(" ")), || {
        build(&["--bin", "exercise"])?;
        tally(Command::new(tree::profile_dir()?.join("exercise")).args(words), "exercises")
    });
}

/// Builds programs, with the same packages and features as the tests, so that the libraries are
/// built once.
pub(crate) fn build(chosen: &[&str]) -> Result<Finished, Trouble> {
    succeed(&[&["build"], EVERY_PACKAGE, ALL_FEATURES, chosen].concat())
}

/// Cargo, as if the command were typed in the folder of another workspace, except that it runs
/// programs under the watchdog.
pub(crate) fn elsewhere(folder: &str, args: &[&str]) -> Command {
    let folder = tree::root().join(folder);
    let mut command = command(&[&["--config", &under_watchdog(&[])][..], args].concat());
    command.env("CARGO_TARGET_DIR", folder.join("target")).current_dir(folder);
    // These would override the flags of that workspace.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

/// `cargo test`, which runs each test binary under the watchdog, also after a failure.
pub(crate) fn test(args: &[&str]) -> Command {
    let mut command = command(&["--config", &under_watchdog(&[]), "test", "--no-fail-fast"]);
    // Without the doctor, as in a release build: it has tests of its own, and with it a burst of
    // 100,000 tasks takes three times as long.
    command.args(args).env("KETTLE_DOCTOR", "off");
    command
}

/// `cargo test`, each test binary under strace with these options. strace writes to `log`.
pub(crate) fn test_under_strace(options: &[&str], log: &Path, args: &[&str]) -> Command {
    let log = log.display().to_string();
    let strace = [&["strace", "-f", "-qq", "-o", &log], options].concat();
    let mut command = command(&["--config", &with_runner(&strace), "test"]);
    command.args(args).args(ALL_FEATURES).env("KETTLE_DOCTOR", "off");
    command
}

/// The setting of Cargo's that runs programs under the watchdog, as arguments of this command.
pub(crate) fn under_watchdog(command: &[String]) -> String {
    let me = env::current_exe().expect("a program knows where it is").display().to_string();
    with_runner(&[&[me, "watchdog".to_owned()], command].concat())
}

/// The setting of Cargo's that starts programs as arguments of this command.
fn with_runner(command: &[impl Debug]) -> String {
    format!("target.'cfg(all())'.runner = {command:?}")
}

/// Is this subcommand of Cargo's installed? A minimal installation lacks some.
pub(crate) fn has(subcommand: &str) -> bool {
    finish(&mut command(&[subcommand, "--version"]), "version").is_ok()
}

/// The path of one of [`PROGRAMS`], if it is installed in this version.
pub(crate) fn installed(name: &str) -> Result<PathBuf, Trouble> {
    let program = PROGRAMS.iter().find(|program| program.name == name).ok_or("unknown")?;
    let path = program.root().join("bin").join(name);
    let path = path.with_extension(env::consts::EXE_EXTENSION);
    if path.exists() {
        return Ok(path);
    }
    let words =
        format!("no {name} {} here; `cargo xtask setup --full` fetches it", program.version);
    Err(Trouble::Skipped(words))
}

impl Program {
    /// The command that builds and installs it.
    pub(crate) fn install(&self) -> Command {
        let mut command = command(&["install", self.name, "--locked", "--version", self.version]);
        command.args(self.args.split_whitespace()).arg("--root").arg(self.root());
        // They run once or twice, and without optimisation the build takes half the time.
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        command
    }

    /// Where Cargo installs it. An older version stays where it is.
    fn root(&self) -> PathBuf {
        let folder = format!("{}-{}", self.name, self.version);
        tree::target().unwrap_or_default().join("tools").join(folder)
    }
}
