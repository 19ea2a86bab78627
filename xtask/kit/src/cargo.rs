//! How is Cargo called, and what of its words is shown when it fails?

use std::env;
use std::fs;
use std::io;
use std::process::Command;
use std::time::Duration;

use crate::process::{self, Finished};
use crate::report::Trouble;
use crate::tally;
use crate::tree;

/// No step may take longer, whatever happens: the whole test has 20 minutes.
pub const STEP: Duration = Duration::from_mins(15);
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

/// Runs a command of Cargo, or another that prints as libtest does; its output, if it fails.
pub fn finish(command: &mut Command, log: &str) -> Result<Finished, Trouble> {
    let finished = process::run(command, STEP)?;
    if finished.success() { Ok(finished) } else { Err(told(&finished, log).into()) }
}

/// Runs Cargo with these arguments.
pub fn succeed(args: &[&str]) -> Result<Finished, Trouble> {
    finish(&mut command(args), args[0])
}

/// Builds the examples as they are run later: debug, with the dev profile.
pub fn build_examples() -> Result<Finished, Trouble> {
    succeed(&["build", "--examples"])
}

/// How it ended and what of its output matters; all of it is in a file.
pub fn told(finished: &Finished, log: &str) -> String {
    let lines: Vec<&str> = tally::without_passes(&finished.transcript).collect();
    let last = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
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

#[cfg(test)]
mod tests {
    use super::*;

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
