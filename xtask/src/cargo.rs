//! Which of the checks does Cargo do for us?
//!
//! Formatting, clippy, tests, documentation. All of them share one target directory and the dev
//! profile, so that nothing is built twice. Each test binary runs under our watchdog
//! ([`crate::process::watch`]).
//!
//! Interface: a function per part; [`command`] and [`run_tests`] for others who call Cargo.

use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::manifest;
use crate::process::{self, Finished};
use crate::report::{Outcome, Report, Trouble};
use crate::tally::{self, Tally};
use crate::tree;

/// No step may take longer, whatever happens: the whole test has 20 minutes.
const STEP: Duration = Duration::from_mins(15);
/// How long one test binary may take.
const BINARY_SECONDS: u32 = 300;
/// How much of a failure is shown; the whole stands in a file.
const SHOWN_LINES: usize = 200;

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

/// Builds the examples as they are run later: debug, with the dev profile.
pub(crate) fn build_examples() -> Result<Finished, Trouble> {
    succeed(&["build", "--examples"])
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

/// A Cargo command in the project's root, in the dev profile, with plain words.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(tree::root());
    command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    // Whoever watches programs of their own must not find our tests narrating.
    command.env_remove("KETTLE_TRACE");
    command
}

/// Runs a command of Cargo; its output, if it fails.
pub(crate) fn finish(command: &mut Command, log: &str) -> Result<Finished, Trouble> {
    let finished = process::run(command, STEP)?;
    if finished.success() { Ok(finished) } else { Err(told(&finished, log).into()) }
}

fn succeed(args: &[&str]) -> Result<Finished, Trouble> {
    finish(&mut command(args), args[0])
}

/// Is Cargo's subcommand there? It may not be: rustup leaves it out of a minimal installation.
fn needs(subcommand: &str, component: &str) -> Result<(), Trouble> {
    let finished = process::run(&mut command(&[subcommand, "--version"]), STEP)?;
    if finished.success() {
        return Ok(());
    }
    Err(Trouble::Skipped(format!("no {component} here; `cargo xtask setup` fetches it")))
}

/// How it ended and what of its output matters; all of it goes to a file.
fn told(finished: &Finished, log: &str) -> String {
    let lines: Vec<&str> = tally::without_passes(&finished.transcript).collect();
    let last = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
    let mut words = format!("cargo: {}\n{}", finished.ending(), last.join("\n"));
    if lines.len() < finished.transcript.lines().count() || last.len() < lines.len() {
        match keep(log, &finished.transcript) {
            Ok(path) => words = format!("{words}\n(the whole output: {path})"),
            Err(error) => words = format!("{words}\n(not kept: {error})"),
        }
    }
    words
}

fn keep(log: &str, text: &str) -> std::io::Result<String> {
    let name: String = log.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let directory = tree::target()?.join("xtask-logs");
    fs::create_dir_all(&directory)?;
    let path = directory.join(format!("{name}.log"));
    fs::write(&path, text)?;
    Ok(fs::canonicalize(path)?.display().to_string())
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

    #[test]
    fn a_long_failure_shows_its_end() {
        let transcript: String =
            (0..1000).fold(String::new(), |text, line| text + &format!("line {line}\n"));
        let finished = Finished { status: None, stdout: String::new(), transcript };
        let words = told(&finished, "unit-test");
        assert!(words.contains("line 999"), "{words}");
        assert!(!words.contains("line 10\n"), "{words}");
        assert!(words.contains("its time was up"), "{words}");
    }
}
