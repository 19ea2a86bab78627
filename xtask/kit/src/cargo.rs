//! How is Cargo called, and which part of its output is shown when it fails?
//!
//! [`command`] makes a command. [`finish`] runs one, which has to succeed, and [`succeed`] does
//! both. [`tally`] also counts the tests that ran, and [`check`] makes all this a line of a report
//! (`report.rs`). A failure shows the tests that failed and the last lines of the output, and names
//! a file with all of it. [`metadata`], [`examples`] and [`artifacts`] read what Cargo knows.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Artifact, Message, Metadata, MetadataCommand};

use crate::process::{self, Finished};
use crate::report::{Outcome, Report, Trouble};
use crate::tally::{self, Tally};
use crate::{files, tree};

/// How many lines are shown of the tests that failed, and of the other output.
const SHOWN_LINES: usize = 200;

/// Cargo with these arguments, in the project's root, without colours.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(tree::root());
    command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    // A user may have set it for a program of their own, and our tests would be recorded, too.
    command.env_remove("KETTLE_TRACE");
    command
}

/// The packages of the workspace, as Cargo describes them.
pub fn metadata() -> Result<Metadata, String> {
    let manifest = tree::root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    metadata.map_err(|error| error.to_string())
}

/// kettle's examples: their names, each with the path of its file from the project's root.
pub fn examples() -> Result<BTreeMap<String, String>, String> {
    let mut examples = BTreeMap::new();
    for package in metadata()?.packages.iter().filter(|package| package.name == "kettle") {
        for target in package.targets.iter().filter(|target| target.is_example()) {
            let file = tree::from_root(target.src_path.as_std_path());
            examples.insert(target.name.clone(), file);
        }
    }
    Ok(examples)
}

/// Runs a command as a check of this name. Returns whether it succeeded.
pub fn check(report: &mut Report, name: &str, mut command: Command) -> bool {
    report.long_check(name, &as_typed(&command), || tally(&mut command, name))
}

/// Runs a command as [`finish`] does, and counts the tests that it ran. `cargo test` has to run at
/// least one; for another command, success counts as one.
pub fn tally(command: &mut Command, log: &str) -> Outcome {
    let is_test = command.get_args().any(|arg| arg == "test");
    match Tally::read(&finish(command, log)?.transcript)? {
        Some(tally) if tally.passed > 0 => Ok(tally),
        None if !is_test => Ok(Tally::success()),
        _ => Err("no test ran".into()),
    }
}

/// A command as one would type it: without `--config` and its value.
fn as_typed(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let mut words = vec![program.display().to_string()];
    let mut args = command.get_args().map(|arg| arg.display().to_string());
    while let Some(arg) = args.next() {
        if arg == "--config" {
            args.next();
        } else {
            words.push(arg);
        }
    }
    words.join(" ")
}

/// Runs a command, which has to succeed. If it fails, the error has the output that matters, as of
/// Cargo or libtest (Rust's test harness), and names the file, called `log`, with all of it.
pub fn finish(command: &mut Command, log: &str) -> Result<Finished, Trouble> {
    let finished = process::run(command)?;
    if finished.success() {
        return Ok(finished);
    }
    // This is all that rustup or Cargo prints where a minimal installation lacks a component.
    let first_line = finished.transcript.lines().next().unwrap_or_default();
    let missing = ["is not installed", "no such command"];
    let lacks_component = missing.iter().any(|words| first_line.contains(words));
    if first_line.starts_with("error: ") && lacks_component {
        let words = format!("{first_line}; `cargo xtask setup` fetches it");
        return Err(Trouble::Skipped(words));
    }
    Err(describe_failure(&finished, log).into())
}

/// Runs Cargo with these arguments, which have to succeed.
pub fn succeed(args: &[&str]) -> Result<Finished, Trouble> {
    finish(&mut command(args), args[0])
}

/// The libraries and programs that a command with `--message-format=json` built.
pub fn artifacts(built: &Finished) -> impl Iterator<Item = Artifact> {
    let messages = Message::parse_stream(built.stdout.as_bytes()).flatten();
    messages.filter_map(|message| match message {
        Message::CompilerArtifact(artifact) => Some(artifact),
        _ => None,
    })
}

/// How a command ended, the tests that failed, and the last lines of the rest.
fn describe_failure(finished: &Finished, log: &str) -> String {
    let (mut shown, other_lines) = tally::without_passes(&finished.transcript);
    shown.truncate(SHOWN_LINES);
    let last_lines = other_lines.len().saturating_sub(SHOWN_LINES)..;
    shown.extend(&other_lines[last_lines]);
    let file = save_log(log, &finished.transcript).unwrap_or_else(|error| error);
    format!("{}\n{}\n(the whole output: {file})", finished.ending(), shown.join("\n"))
}

/// Saves the output of a command. Returns the path of the file.
fn save_log(log: &str, output: &str) -> Result<String, String> {
    let name: String = log.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let target = tree::target().map_err(|error| error.to_string())?;
    let path = tree::without_dots(&target.join("xtask-logs").join(format!("{name}.log")));
    files::put(&path, output)?;
    Ok(path.display().to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_missing_component_is_a_skip_and_any_other_failure_is_a_failure() {
        let fail_with = |words: &str| {
            let mut command = Command::new("sh");
            finish(command.args(["-c", "echo \"$0\"; exit 1", words]), "unit-test").unwrap_err()
        };
        let lacks = "error: 'cargo-fmt' is not installed for the toolchain 'stable'";
        assert!(matches!(fail_with(lacks), Trouble::Skipped(_)));
        assert!(matches!(fail_with(&format!("test\n{lacks}")), Trouble::Failed(_)));
    }

    #[test]
    fn a_command_that_should_run_tests_has_to_run_one() {
        let tests = |script| tally(Command::new("sh").args(["-c", script, "test"]), "unit-test");
        assert!(tests("true").is_err());
        assert!(tests("echo running 1 test").is_err());
    }

    #[test]
    fn a_command_is_shown_without_its_settings() {
        assert_eq!(as_typed(&command(&["test", "--config", "x", "-p", "a"])), "cargo test -p a");
    }
}
