//! How does a check come to a verdict, whatever the answer does?
//!
//! [`run`] runs it in a process of its own, whose status and last words report what it found. A
//! process that hangs ends itself (`exercises/judge/src/watchdog.rs`). Only what is between
//! [`MARK`]s is the judge's reason, and a pass needs one, too: an answer may print, and may end its
//! process. [`list`] asks a program for its checks, and [`record`] makes a replay.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kettle_kit::process;

use crate::protocol::{MARK, PASSED, status};

/// A check, as a program lists it.
pub(crate) struct Listed {
    pub(crate) name: String,
    /// What is claimed, as a sentence for the learner.
    pub(crate) claim: String,
}

/// What was seen in one run of a check.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) verdict: Verdict,
    /// Why: the words of the judge.
    pub(crate) reason: String,
    /// What the answer, or its runtime, had printed by then.
    pub(crate) printed: String,
}

/// The verdict on one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// A `todo!()` was reached.
    Todo,
    /// It waits for something that never comes.
    Hangs,
    /// Something is polled again and again.
    Spins,
    /// Code of the answer was called and did not return.
    NoReturn,
    /// The claim is false.
    Wrong,
}

impl Verdict {
    /// Did the watchdog end the check?
    pub(crate) fn is_endless(self) -> bool {
        matches!(self, Verdict::Hangs | Verdict::Spins | Verdict::NoReturn)
    }
}

/// All checks that a program has. `before` are arguments that precede the judge's: a program with
/// several answers has one that chooses among them.
pub(crate) fn list(program: &Path, before: &[&str]) -> Result<Vec<Listed>, String> {
    let output = Command::new(program).args(before).arg("list").output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    let listed = |(name, claim): (&str, &str)| Listed { name: name.into(), claim: claim.into() };
    let checks: Vec<Listed> = pairs.map(listed).collect();
    // Without a check nothing would fail.
    if checks.is_empty() || !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{} names no checks ({})\n{words}", program.display(), output.status));
    }
    Ok(checks)
}

/// How many bytes of an output are read. Only a loop prints more.
const MAX_OUTPUT: u64 = 1 << 20;

/// Runs the check `name`.
pub(crate) fn run(program: &Path, before: &[&str], name: &str) -> Result<Seen, String> {
    let mut command = Command::new(program);
    command.args(before).args(["run", name]).env_remove("KETTLE_TRACE");
    run_to_end(command).map_err(|error| format!("{}: {error}", program.display()))
}

fn run_to_end(mut command: Command) -> io::Result<Seen> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn()?;
    drop(command); // which has the other end of the pipe, too
    let mut output = Vec::new();
    reader.take(MAX_OUTPUT).read_to_end(&mut output)?; // and then nobody reads: printing fails
    let is_too_long = output.len() as u64 == MAX_OUTPUT;
    let ended = child.wait()?;
    let (printed, reason) = split_output(&String::from_utf8_lossy(&output));
    if is_too_long {
        let reason = "it printed more than 1 MB: which loop prints that?".to_owned();
        return Ok(Seen { verdict: Verdict::Wrong, reason, printed });
    }
    let verdict = match ended.code().and_then(|code| u8::try_from(code).ok()) {
        Some(status::PASSED) if reason == PASSED => Verdict::Passed,
        Some(status::TODO) => Verdict::Todo,
        Some(status::HANGS) => Verdict::Hangs,
        Some(status::SPINS) => Verdict::Spins,
        Some(status::NO_RETURN) => Verdict::NoReturn,
        Some(status::WRONG) => Verdict::Wrong,
        _ => {
            let reason = format!("its process ended before the check did ({ended})\n{reason}");
            return Ok(Seen { verdict: Verdict::Wrong, reason, printed });
        }
    };
    Ok(Seen { verdict, reason, printed })
}

/// Splits an output into what the answer printed, and the judge's last words.
fn split_output(output: &str) -> (String, String) {
    // Every second part is between two marks.
    let parts: Vec<&str> = output.split(MARK).collect();
    let printed: String = parts.iter().step_by(2).copied().collect();
    let reason = parts.iter().skip(1).step_by(2).next_back().copied().unwrap_or_default();
    (printed.trim().to_owned(), reason.trim().to_owned())
}

/// A program that is recorded may sleep for some seconds. After this time it is hanging.
const HANGS_AFTER: Duration = Duration::from_secs(30);

/// Records what a program does as a page. Returns false if no runtime of kettle's ran in it.
pub(crate) fn record(command: &mut Command, page: &Path) -> Result<bool, String> {
    let failed = |error: io::Error| format!("{}: {error}", page.display());
    for old in further_pages(page).into_iter().chain([page.to_owned()]).filter(|old| old.exists()) {
        fs::remove_file(old).map_err(failed)?;
    }
    // A browser gets slow if a page is larger.
    command.env("KETTLE_TRACE", page).env("KETTLE_TRACE_LIMIT", "8M").stdin(Stdio::null());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(failed)?;
    let begun = Instant::now();
    process::wait_while(&mut child, || Ok(begun.elapsed() < HANGS_AFTER)).map_err(failed)?;
    // Each runtime of the process has its own page; what failed was in the last.
    if let Some((last, others)) = further_pages(page).split_last() {
        fs::rename(last, page).map_err(failed)?;
        others.iter().try_for_each(fs::remove_file).map_err(failed)?;
    }
    Ok(page.exists())
}

/// The pages of a process's further runtimes: `replay.2.html`, `replay.3.html`, in their order.
fn further_pages(page: &Path) -> Vec<PathBuf> {
    let numbered = |number: usize| page.with_extension(format!("{number}.html"));
    (2..usize::MAX).map(numbered).take_while(|page| page.exists()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_prints_is_no_reason() {
        let (printed, reason) = split_output("one\ntwo\u{1e}got: 1\nexpected: 2\u{1e}\nthree\n");
        assert_eq!((printed.as_str(), reason.as_str()), ("one\ntwo\nthree", "got: 1\nexpected: 2"));
        assert_eq!(split_output("a panic\n"), ("a panic".to_owned(), String::new()));
        assert_eq!(split_output("x\u{1e}early\u{1e}\u{1e}late\u{1e}").1, "late");
    }
}
