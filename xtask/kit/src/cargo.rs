//! How is Cargo called, and what of its words is shown when it fails?

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Artifact, Message, Metadata, MetadataCommand};

use crate::process::{self, Finished};
use crate::report::{Outcome, Report, Trouble};
use crate::tally::{self, Tally};
use crate::tree;

/// How much of a failure is shown; all of it is in a file.
const SHOWN_LINES: usize = 200;

/// A Cargo command in the project's root, in the dev profile, with plain words.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(tree::root());
    command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    // A reader who watches programs of their own must not find our tests narrating.
    command.env_remove("KETTLE_TRACE");
    command
}

/// What Cargo knows of the workspace.
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
        .map(|target| (target.name.clone(), tree::shown(target.src_path.as_std_path())))
        .collect())
}

/// Runs a command as a check, which has to succeed. If it runs tests, they are counted.
pub fn check(report: &mut Report, name: &str, mut command: Command) -> bool {
    report.long_check(name, &shown(&command), || tally(&mut command, name))
}

/// The same as a part of a check.
pub fn tally(command: &mut Command, log: &str) -> Outcome {
    let tally = Tally::read(&finish(command, log)?.transcript)?;
    let is_test = command.get_args().any(|arg| arg == "test");
    match tally.unwrap_or_else(|| if is_test { Tally::default() } else { Tally::success() }) {
        Tally { passed: 0, .. } => Err("no test ran".into()),
        tally => Ok(tally),
    }
}

/// A command as one would type it. (What Cargo is told for us alone is left out.)
fn shown(command: &Command) -> String {
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

/// Runs a command of Cargo, or another that prints as libtest does; its output, if it fails.
pub fn finish(command: &mut Command, log: &str) -> Result<Finished, Trouble> {
    let finished = process::run(command)?;
    if finished.success() {
        return Ok(finished);
    }
    // All that rustup and Cargo say where a minimal installation lacks a component.
    let lacks = |line: &&str| {
        line.starts_with("error: ")
            && (line.contains(" is not installed") || line.contains("no such command"))
    };
    match finished.transcript.lines().next().filter(lacks) {
        Some(line) => Err(Trouble::Skipped(format!("{line}; `cargo xtask setup` fetches it"))),
        None => Err(reason(&finished, log).into()),
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

/// How it ended and what of its output matters, the tests that failed first; all of it is in a
/// file.
fn reason(finished: &Finished, log: &str) -> String {
    let (failed, lines) = tally::without_passes(&finished.transcript);
    let failed: Vec<&str> = failed.into_iter().take(SHOWN_LINES).collect();
    let last = [&failed, &lines[lines.len().saturating_sub(SHOWN_LINES)..]].concat().join("\n");
    let kept = keep(log, &finished.transcript).unwrap_or_else(|error| format!("not kept: {error}"));
    format!("{}\n{last}\n(the whole output: {kept})", finished.ending())
}

fn keep(log: &str, text: &str) -> io::Result<String> {
    let name: String = log.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let directory = tree::target()?.join("xtask-logs");
    fs::create_dir_all(&directory)?;
    let path = fs::canonicalize(directory)?.join(format!("{name}.log"));
    fs::write(&path, text)?;
    Ok(path.display().to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_component_that_lacks_is_a_skip_and_any_other_failure_is_none() {
        let ends = |words: &str| {
            let mut command = Command::new("sh");
            finish(command.args(["-c", "echo \"$0\"; exit 1", words]), "unit-test").unwrap_err()
        };
        let lacks = "error: 'cargo-fmt' is not installed for the toolchain 'stable'";
        assert!(matches!(ends(lacks), Trouble::Skipped(_)));
        assert!(matches!(ends(&format!("test\n{lacks}")), Trouble::Failed(_)));
        let tests = |script| tally(Command::new("sh").args(["-c", script, "test"]), "unit-test");
        assert!(tests("true").is_err() && tests("echo running 1 test").is_err());
        assert_eq!(shown(&command(&["test", "--config", "x", "-p", "a"])), "cargo test -p a");
    }
}
