//! Which of the checks does Cargo do for us?
//!
//! Formatting, clippy, tests, documentation. All of them share one target directory and the dev
//! profile, so that nothing is built twice. Each test binary runs under our watchdog
//! ([`process::watch`]).
//!
//! Interface: a function per part; [`command`] and [`run_tests`] for others who call Cargo.

use std::env;

use kettle_kit::cargo::{STEP, succeed, told};
use kettle_kit::process::{self, Finished};
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;

use crate::manifest;

pub(crate) use kettle_kit::cargo::{build_examples, command, finish};

/// How long one test binary may take.
const BINARY_SECONDS: u32 = 300;

pub(crate) fn format(report: &mut Report) {
    report.check("formatting", || {
        needs("fmt", "rustfmt")?;
        succeed(&["fmt", "--all", "--check"]).map(|_| Tally::success())
    });
}

pub(crate) fn clippy(report: &mut Report) {
    lint(report, "clippy", &["clippy", "--workspace", "--all-targets"]);
    let args = ["clippy", "-p", "kettle-trace", "--features", "tracing", "--all-targets"];
    lint(report, "clippy, with the feature `tracing`", &args);
    let args = ["clippy", "-p", "kettle", "--no-default-features", "--lib"];
    lint(report, "clippy, without the tools that watch a run", &args);
}

fn lint(report: &mut Report, name: &str, args: &[&str]) {
    let args = [args, &["--", "-D", "warnings"]].concat();
    report.long_check(name, &shown(&args), || {
        needs("clippy", "clippy")?;
        succeed(&args).map(|_| Tally::success())
    });
}

pub(crate) fn tests(report: &mut Report) {
    let args = ["--lib", "--bins", "--tests"];
    report.long_check("unit and integration tests", "cargo test", || run_tests(&args));
    let args = ["-p", "kettle-trace", "--features", "tracing"];
    let about = format!("cargo test {}", args.join(" "));
    report.long_check("what tokio-console needs", &about, || run_tests(&args));
}

pub(crate) fn doctests(report: &mut Report) {
    report.long_check("doc tests", "cargo test --doc", || run_tests(&["--doc"]));
}

/// A check for each package that plain `cargo test` leaves out.
pub(crate) fn outside(report: &mut Report) {
    let packages = match manifest::outside_the_default() {
        Ok(packages) => packages,
        Err(words) => {
            report.check("packages outside", || Err(words.into()));
            return;
        }
    };
    for package in packages {
        let name = format!("tests of {}", package.directory);
        let about = format!("cargo test -p {}", package.name);
        report.long_check(&name, &about, || run_tests(&["-p", &package.name]));
    }
}

pub(crate) fn rustdoc(report: &mut Report) {
    report.long_check("rustdoc", "cargo doc --no-deps", || {
        document()?;
        Ok(Tally::success())
    });
}

/// Builds the documentation; any warning is an error.
pub(crate) fn document() -> Result<Finished, Trouble> {
    let mut command = command(&["doc", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    finish(&mut command, "doc")
}

/// `cargo test` with `args`, each test binary under the watchdog; counts the tests.
pub(crate) fn run_tests(args: &[&str]) -> Outcome {
    run_tests_with(args, &[])
}

/// The same with some variables in the environment.
pub(crate) fn run_tests_with(args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let me = env::current_exe()?;
    let runner = format!(
        "target.'cfg(all())'.runner = [{}, 'watch', '{BINARY_SECONDS}']",
        toml_string(&me.to_string_lossy())
    );
    let mut command = command(&["test", "--no-fail-fast", "--config", &runner]);
    // Unwatched, as in a release build: what the doctor does has tests of its own, and it makes a
    // burst of 100,000 tasks three times as long.
    command.args(args).env("KETTLE_DOCTOR", "off").envs(variables.iter().copied());
    let finished = process::run(&mut command, STEP)?;
    let mut tally = Tally::read(&finished.transcript);
    if finished.success() && tally.failed == 0 {
        return Ok(tally);
    }
    // It may not even have compiled.
    tally.failed = tally.failed.max(1);
    let log = format!("test{}", args.concat());
    Err(Trouble::Failed(tally, told(&finished, &log)))
}

/// Is Cargo's subcommand there? It may not be: rustup leaves it out of a minimal installation.
fn needs(subcommand: &str, component: &str) -> Result<(), Trouble> {
    let finished = process::run(&mut command(&[subcommand, "--version"]), STEP)?;
    if finished.success() {
        return Ok(());
    }
    Err(Trouble::Skipped(format!("no {component} here; `cargo xtask setup` fetches it")))
}

fn shown(args: &[&str]) -> String {
    format!("cargo {}", args.join(" "))
}

/// A string as TOML has it.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_toml_string() {
        assert_eq!(toml_string(r#"C:\a "b""#), r#""C:\\a \"b\"""#);
    }
}
