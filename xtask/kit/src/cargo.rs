//! How is Cargo called, and which part of its output is shown when it fails?
//!
//! [`command`] makes a command, and [`finish`] runs it. [`tally`] also counts the tests that it
//! ran, and [`check`] reports all this as a check. A failure shows the tests that failed and the
//! last lines of the output, and names a file with all of it.

use std::env;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Artifact, Message, Metadata, MetadataCommand};

use crate::process::{self, Finished};
use crate::report::{Outcome, Report, Trouble};
use crate::tally::{self, Tally};
use crate::{files, tree};

/// How much of a failure's output is shown.
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

/// kettle's examples by their names, each with its file from the root.
pub fn examples() -> Result<Vec<(String, String)>, String> {
    let metadata = metadata()?;
    let targets = metadata.packages.iter().filter(|package| package.name == "kettle");
    let targets = targets.flat_map(|package| &package.targets).filter(|target| target.is_example());
    Ok(targets
        .map(|target| (target.name.clone(), tree::from_root(target.src_path.as_std_path())))
        .collect())
}

/// Runs a command as a check, which has to succeed.
pub fn check(report: &mut Report, name: &str, mut command: Command) -> bool {
    report.long_check(name, &as_typed(&command), || tally(&mut command, name))
}

/// Runs a command, which has to succeed, and counts the tests that it ran. `cargo test` has to run
/// at least one; for another command, success counts as one.
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

/// Runs a command of Cargo's, or another one that prints as libtest does. If it fails, the error
/// has the output that matters, and names the file `log` with the whole output.
pub fn finish(command: &mut Command, log: &str) -> Result<Finished, Trouble> {
    let finished = process::run(command)?;
    if finished.success() {
        return Ok(finished);
    }
    // This is all that rustup or Cargo prints where a minimal installation lacks a component.
    let lacks_component = |line: &&str| {
        line.starts_with("error: ")
            && (line.contains(" is not installed") || line.contains("no such command"))
    };
    match finished.transcript.lines().next().filter(lacks_component) {
        Some(line) => Err(Trouble::Skipped(format!("{line}; `cargo xtask setup` fetches it"))),
        None => Err(describe_failure(&finished, log).into()),
    }
}

/// Runs Cargo with these arguments.
pub fn succeed(args: &[&str]) -> Result<Finished, Trouble> {
    finish(&mut command(args), args[0])
}

/// What was built by a command with `--message-format=json`.
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
    shown.extend(&other_lines[other_lines.len().saturating_sub(SHOWN_LINES)..]);
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
