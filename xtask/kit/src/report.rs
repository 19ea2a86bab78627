//! What became of a check, and what does the reader see of it?
//!
//! A check is a function that gives an [`Outcome`]: a [`Tally`] of what passed, or [`Trouble`].
//! [`Report::check`] runs it and prints `name ... ok (1.2 s)`, FAILED with the captured output, or
//! SKIPPED with the reason. [`Report::close`] sums up; its last line is `N passed, N failed, N
//! skipped`, where a run of tests counts each test that passed or was ignored, and any other check
//! one.
//!
//! Invariant: under `--strict` it fails if anything was skipped, or a test ignored.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use crate::tally::Tally;

pub type Outcome = Result<Tally, Trouble>;

/// Why a check did not pass.
#[derive(Debug)]
pub enum Trouble {
    /// It ran and found something.
    Failed(String),
    /// It could not run here: what is missing.
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

/// In words, whichever it is.
impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (Trouble::Failed(words) | Trouble::Skipped(words)) = self;
        f.write_str(words)
    }
}

/// A list of faults as an outcome: none is a pass.
pub fn none_of(faults: &[String]) -> Outcome {
    if faults.is_empty() { Ok(Tally::success()) } else { Err(faults.join("\n").into()) }
}

/// Everything that was checked so far.
pub struct Report {
    strict: bool,
    /// What was said, if it isn't printed at once.
    said: Option<String>,
    sum: Tally,
    failed: usize,
    /// One line for each check that did not pass, repeated at the end.
    remember: Vec<String>,
    begun: Instant,
}

impl Report {
    pub fn new(strict: bool) -> Report {
        let (sum, failed, remember) = (Tally::default(), 0, Vec::new());
        Report { strict, said: None, sum, failed, remember, begun: Instant::now() }
    }

    /// One for checks that go on beside this one's. It prints nothing until it is added.
    #[must_use]
    pub fn beside(&self) -> Report {
        Report { said: Some(String::new()), ..Report::new(self.strict) }
    }

    /// Prints and counts all that another one has checked.
    pub fn add(&mut self, other: Report) {
        self.say(&other.said.unwrap_or_default());
        self.sum.add(other.sum);
        self.failed += other.failed;
        self.remember.extend(other.remember);
    }

    /// Prints at once, line or piece of a line.
    fn say(&mut self, words: &str) {
        if let Some(said) = &mut self.said {
            *said += words;
            return;
        }
        let mut out = io::stdout();
        // A reader that closed our standard output sees nothing, but still gets the exit status.
        let _ = out.write_all(words.as_bytes()).and_then(|()| out.flush());
    }

    /// Runs one check, and says how it went; did it pass?
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> bool {
        self.say(&format!("{name} ... "));
        let begun = Instant::now();
        let outcome = work();
        let passed = outcome.is_ok();
        let words = self.enter(name, outcome, &seconds(begun));
        self.say(&words);
        passed
    }

    /// The same for a check that takes long: first a line of its own, with the command behind it.
    pub fn long_check(
        &mut self,
        name: &str,
        command: &str,
        work: impl FnOnce() -> Outcome,
    ) -> bool {
        self.say(&format!("{name}: {command}\n"));
        self.check(name, work)
    }

    /// Prints something to read, which is no check.
    pub fn show(&mut self, words: &str) {
        self.say(&indented(words));
    }

    /// The last words, and the status for the caller.
    pub fn close(mut self) -> ExitCode {
        let (words, good) = self.summary();
        self.say(&words);
        if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Counts an outcome; what is said of it.
    fn enter(&mut self, name: &str, outcome: Outcome, took: &str) -> String {
        match outcome {
            Ok(tally) => {
                self.sum.add(tally);
                if tally.ignored > 0 {
                    self.remember.push(format!("{name}: {} tests ignored", tally.ignored));
                }
                format!("ok ({took}){}\n", tally.in_words())
            }
            Err(Trouble::Failed(words)) => {
                self.failed += 1;
                self.remember.push(format!("FAILED {name}: {}", gist(&words)));
                format!("FAILED ({took})\n{}\n", indented(&words))
            }
            Err(Trouble::Skipped(reason)) => {
                self.sum.ignored += 1;
                self.remember.push(format!("SKIPPED {name}: {reason}"));
                format!("SKIPPED: {reason}\n")
            }
        }
    }

    /// The last words; is all as it should be?
    fn summary(&self) -> (String, bool) {
        let Tally { passed, ignored } = self.sum;
        let too_many = self.strict && ignored > 0;
        let mut lines = Vec::new();
        if !self.remember.is_empty() {
            lines.push(format!("\nnot passed:\n{}", indented(&self.remember.join("\n"))));
        }
        if too_many {
            lines.push("--strict forbids what is skipped or ignored".to_owned());
        }
        lines.push(format!("\n{} in all", seconds(self.begun)));
        lines.push(format!("{passed} passed, {} failed, {ignored} skipped\n", self.failed));
        (lines.join("\n"), self.failed == 0 && !too_many)
    }
}

fn seconds(begun: Instant) -> String {
    format!("{:.1} s", begun.elapsed().as_secs_f64())
}

/// The one line of an output that tells most: a test that failed, an error, or simply the first.
fn gist(words: &str) -> &str {
    let lines = || words.lines().map(str::trim).filter(|line| !line.is_empty());
    let failed = lines().find(|line| line.starts_with("test ") && line.ends_with("FAILED"));
    let error = || lines().find(|line| line.starts_with("error"));
    failed.or_else(error).or_else(|| lines().next()).unwrap_or("no words")
}

fn indented(words: &str) -> String {
    words.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_good(strict: bool, outcome: Outcome) -> bool {
        let mut report = Report::new(strict);
        report.enter("a check", outcome, "1 s");
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
        report.enter("three tests", Ok(Tally { passed: 3, ignored: 0 }), "");
        let mut other = report.beside();
        other.enter("one check", Ok(Tally::success()), "");
        other.enter("a failure", Err("no".into()), "");
        report.add(other);
        let said = report.enter("a skip", Err(Trouble::Skipped("no tool".into())), "");
        assert_eq!(said, "SKIPPED: no tool\n");
        let (words, _) = report.summary();
        assert!(words.contains("    SKIPPED a skip: no tool\n"), "{words}");
        assert!(words.ends_with("\n4 passed, 1 failed, 1 skipped\n"), "{words}");
    }
}
