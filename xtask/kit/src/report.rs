//! How is the result of a check reported?
//!
//! A check is a function that returns an [`Outcome`]: a [`Tally`] of what passed, or [`Trouble`].
//! [`Report::check`] runs it and prints `name ... ok (1.2 s)`, FAILED with the output, or SKIPPED
//! with the reason. [`Report::close`] prints a summary whose last line is `N passed, N failed, N
//! skipped`. A check that runs tests counts each of them (`tally.rs`), any other counts as one.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use crate::tally::Tally;

pub type Outcome = Result<Tally, Trouble>;

/// Why a check didn't pass.
#[derive(Debug)]
pub enum Trouble {
    /// The check ran and found faults.
    Failed(String),
    /// The check couldn't run here; the text says what is missing.
    Skipped(String),
}

impl From<String> for Trouble {
    fn from(words: String) -> Trouble {
        Trouble::Failed(words)
    }
}

impl From<&str> for Trouble {
    fn from(words: &str) -> Trouble {
        Trouble::Failed(words.to_owned())
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Failed(error.to_string())
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (Trouble::Failed(words) | Trouble::Skipped(words)) = self;
        f.write_str(words)
    }
}

/// The outcome of a check that passes if something holds. Otherwise the words say what was found.
pub fn passes_if(holds: bool, otherwise: impl Into<String>) -> Outcome {
    if holds { Ok(Tally::success()) } else { Err(Trouble::Failed(otherwise.into())) }
}

/// The outcome of a check that found these faults: it passes if there are none.
pub fn none_of(faults: &[String]) -> Outcome {
    passes_if(faults.is_empty(), faults.join("\n"))
}

/// Ends a command that prints no report: without a word, or with the reason why it failed.
pub fn exit_code(done: Result<(), Trouble>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// The results of all checks so far.
pub struct Report {
    /// Does a skipped check count as a failure?
    strict: bool,
    /// The text that is still to be printed; `None` if this report prints at once.
    unprinted: Option<String>,
    /// The tests and checks that passed, and those that were skipped or ignored.
    sum: Tally,
    failed: usize,
    /// A line for each check that didn't pass, for the summary.
    not_passed: Vec<String>,
    begun: Instant,
}

impl Report {
    pub fn new(strict: bool) -> Report {
        let (sum, failed, not_passed) = (Tally::default(), 0, Vec::new());
        Report { strict, unprinted: None, sum, failed, not_passed, begun: Instant::now() }
    }

    /// A report for checks on another thread. It prints nothing until it is added.
    #[must_use]
    pub fn beside(&self) -> Report {
        Report { unprinted: Some(String::new()), ..Report::new(self.strict) }
    }

    /// Adds another report: prints its lines and adds its counts.
    pub fn add(&mut self, other: Report) {
        self.print(&other.unprinted.unwrap_or_default());
        self.sum.add(other.sum);
        self.failed += other.failed;
        self.not_passed.extend(other.not_passed);
    }

    /// Prints text, which may end in the middle of a line.
    fn print(&mut self, words: &str) {
        if let Some(unprinted) = &mut self.unprinted {
            *unprinted += words;
            return;
        }
        let mut out = io::stdout();
        // If nobody reads standard output any more, the exit status still counts.
        let _ = out.write_all(words.as_bytes()).and_then(|()| out.flush());
    }

    /// Runs one check and prints its result. Returns whether it passed.
    pub fn check(&mut self, name: &str, run: impl FnOnce() -> Outcome) -> bool {
        self.print(&format!("{name} ... "));
        let begun = Instant::now();
        let outcome = run();
        let passed = outcome.is_ok();
        let words = self.add_outcome(name, outcome, &seconds(begun));
        self.print(&words);
        passed
    }

    /// Like `check`, but first prints a line with the command, because the check takes long.
    pub fn long_check(&mut self, name: &str, command: &str, run: impl FnOnce() -> Outcome) -> bool {
        self.announce(name, command);
        self.check(name, run)
    }

    /// Runs a check that makes what later checks need. Returns that if the check passed.
    pub fn make<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T, Trouble>) -> Option<T> {
        let mut made = None;
        self.check(name, || {
            made = Some(run()?);
            Ok(Tally::success())
        });
        made
    }

    /// Prints which command is going to run for a check.
    pub fn announce(&mut self, name: &str, command: &str) {
        self.print(&format!("{name}: {command}\n"));
    }

    /// Prints text that isn't the result of a check.
    pub fn show(&mut self, words: &str) {
        self.print(&indented(words));
    }

    /// Prints the summary, and returns the exit status.
    pub fn close(mut self) -> ExitCode {
        let (words, is_good) = self.summary();
        self.print(&words);
        if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Adds an outcome, and returns the text about it.
    fn add_outcome(&mut self, name: &str, outcome: Outcome, took: &str) -> String {
        match outcome {
            Ok(tally) => {
                self.sum.add(tally);
                if tally.ignored > 0 {
                    self.not_passed.push(format!("{name}: {} tests ignored", tally.ignored));
                }
                format!("ok ({took}){}\n", tally.in_words())
            }
            Err(Trouble::Failed(words)) => {
                self.failed += 1;
                self.not_passed.push(format!("FAILED {name}: {}", gist(&words)));
                format!("FAILED ({took})\n{}\n", indented(&words))
            }
            Err(Trouble::Skipped(reason)) => {
                self.sum.ignored += 1;
                self.not_passed.push(format!("SKIPPED {name}: {reason}"));
                format!("SKIPPED: {reason}\n")
            }
        }
    }

    /// The summary, and whether everything passed.
    fn summary(&self) -> (String, bool) {
        let Tally { passed, ignored } = self.sum;
        let has_forbidden_skip = self.strict && ignored > 0;
        let mut lines = Vec::new();
        if !self.not_passed.is_empty() {
            lines.push(format!("\nnot passed:\n{}", indented(&self.not_passed.join("\n"))));
        }
        if has_forbidden_skip {
            lines.push("--strict forbids what is skipped or ignored".to_owned());
        }
        lines.push(format!("\n{} in all", seconds(self.begun)));
        lines.push(format!("{passed} passed, {} failed, {ignored} skipped\n", self.failed));
        (lines.join("\n"), self.failed == 0 && !has_forbidden_skip)
    }
}

fn seconds(begun: Instant) -> String {
    format!("{:.1} s", begun.elapsed().as_secs_f64())
}

/// The most informative line of an output: a test that failed, an error, or the first line.
fn gist(words: &str) -> &str {
    let lines = || words.lines().map(str::trim).filter(|line| !line.is_empty());
    let failed_test = lines().find(|line| line.starts_with("test ") && line.ends_with("FAILED"));
    let error = || lines().find(|line| line.starts_with("error"));
    failed_test.or_else(error).or_else(|| lines().next()).unwrap_or("no words")
}

fn indented(words: &str) -> String {
    words.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_good(strict: bool, outcome: Outcome) -> bool {
        let mut report = Report::new(strict);
        report.add_outcome("a check", outcome, "1 s");
        report.summary().1
    }

    #[test]
    fn a_skip_and_an_ignored_test_fail_only_when_strict() {
        let skip = || Err(Trouble::Skipped("no strace".into()));
        assert!(is_good(false, skip()) && !is_good(true, skip()));
        let ignored = Tally { passed: 3, ignored: 2 };
        assert!(is_good(false, Ok(ignored)) && !is_good(true, Ok(ignored)));
        assert!(is_good(true, Ok(Tally::success())) && !is_good(false, Err("no".into())));
    }

    #[test]
    fn the_sum_counts_tests_and_checks_and_is_the_last_line() {
        let mut report = Report::new(false);
        report.add_outcome("three tests", Ok(Tally { passed: 3, ignored: 0 }), "");
        let mut other = report.beside();
        other.add_outcome("one check", Ok(Tally::success()), "");
        other.add_outcome("a failure", Err("no".into()), "");
        report.add(other);
        let words = report.add_outcome("a skip", Err(Trouble::Skipped("no tool".into())), "");
        assert_eq!(words, "SKIPPED: no tool\n");
        let (words, _) = report.summary();
        assert!(words.contains("    SKIPPED a skip: no tool\n"), "{words}");
        assert!(words.ends_with("\n4 passed, 1 failed, 1 skipped\n"), "{words}");
    }
}
