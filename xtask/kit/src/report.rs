//! What became of a check, and what does the reader see of it?
//!
//! A check is a function that gives an [`Outcome`]: a [`Tally`] of what passed, or [`Trouble`].
//! [`Report::check`] runs it and prints `name ... ok (1.2 s)`, FAILED with the captured output, or
//! SKIPPED with the reason. [`Report::close`] sums up; its last line is
//! `N passed, N failed, N skipped`, where a run of tests counts each test and any other check one.
//!
//! Invariant: under `--strict` a skip is a failure, and so is a test that was ignored.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::tally::Tally;

pub type Outcome = Result<Tally, Trouble>;

/// Why a check did not pass.
#[derive(Debug)]
pub enum Trouble {
    /// It ran and found something: what, and how many tests passed and failed meanwhile.
    Failed(Tally, String),
    /// It could not run here: what is missing.
    Skipped(String),
}

impl From<String> for Trouble {
    fn from(words: String) -> Trouble {
        Trouble::Failed(Tally::failure(), words)
    }
}

impl From<&str> for Trouble {
    fn from(words: &str) -> Trouble {
        Trouble::from(words.to_owned())
    }
}

/// In words, whichever it is.
impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Failed(_, words) | Trouble::Skipped(words) => f.write_str(words),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::from(error.to_string())
    }
}

/// A list of faults as an outcome: none is a pass.
pub fn none_of(faults: &[String]) -> Outcome {
    if faults.is_empty() { Ok(Tally::success()) } else { Err(faults.join("\n").into()) }
}

/// Everything that was checked so far.
pub struct Report {
    strict: bool,
    sum: Tally,
    /// One line for each check that did not pass, repeated at the end.
    remember: Vec<String>,
    begun: Instant,
    out: Box<dyn Write>,
}

impl Report {
    pub fn new(strict: bool) -> Report {
        Report::on(Box::new(io::stdout()), strict)
    }

    fn on(out: Box<dyn Write>, strict: bool) -> Report {
        let (sum, remember) = (Tally::default(), Vec::new());
        Report { strict, sum, remember, begun: Instant::now(), out }
    }

    /// Runs one check, and says how it went; did it pass?
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> bool {
        self.say(&format!("{name} ... "));
        let begun = Instant::now();
        let outcome = work();
        self.enter(name, outcome, begun.elapsed())
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

    /// The last words, and the status for whoever called us.
    pub fn close(mut self) -> ExitCode {
        let Tally { passed, failed, ignored } = self.sum;
        if !self.remember.is_empty() {
            self.say("\nnot passed:\n");
            for line in std::mem::take(&mut self.remember) {
                self.say(&format!("  {line}\n"));
            }
        }
        self.say(&format!("\n{} in all\n", seconds(self.begun.elapsed())));
        self.say(&format!("{passed} passed, {failed} failed, {ignored} skipped\n"));
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn enter(&mut self, name: &str, outcome: Outcome, took: Duration) -> bool {
        let took = seconds(took);
        let outcome = self.judge(outcome);
        let passed = outcome.is_ok();
        match outcome {
            Ok(tally) => {
                self.say(&format!("ok ({took}){}\n", tally.in_words()));
                self.sum.add(tally);
                if tally.ignored > 0 {
                    self.remember.push(format!("{name}: {} tests ignored", tally.ignored));
                }
            }
            Err(Trouble::Failed(tally, words)) => {
                self.say(&format!("FAILED ({took}){}\n{}\n", tally.in_words(), indented(&words)));
                self.sum.add(tally);
                self.remember.push(format!("FAILED {name}: {}", gist(&words)));
            }
            Err(Trouble::Skipped(reason)) => {
                self.say(&format!("SKIPPED: {reason}\n"));
                self.sum.ignored += 1;
                self.remember.push(format!("SKIPPED {name}: {reason}"));
            }
        }
        passed
    }

    /// Prints at once, line or piece of a line.
    fn say(&mut self, words: &str) {
        // Whoever closed our standard output sees nothing, but still gets the exit status.
        let _ = self.out.write_all(words.as_bytes()).and_then(|()| self.out.flush());
    }

    /// What `--strict` makes of an outcome.
    fn judge(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Ok(tally) if self.strict && tally.ignored > 0 => {
                let words = format!("{} tests are ignored, and --strict forbids it", tally.ignored);
                let failed = tally.failed + tally.ignored;
                Err(Trouble::Failed(Tally { failed, ignored: 0, ..tally }, words))
            }
            Err(Trouble::Skipped(reason)) if self.strict => {
                Err(format!("skipped, and --strict forbids it: {reason}").into())
            }
            other => other,
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
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
    use std::sync::{Arc, Mutex};

    fn report(strict: bool) -> Report {
        Report::on(Box::new(io::sink()), strict)
    }

    /// An output that can be read afterwards.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_skip_fails_only_when_strict() {
        let skip = || Err(Trouble::Skipped("no strace".into()));
        assert!(matches!(report(false).judge(skip()), Err(Trouble::Skipped(_))));
        assert!(matches!(report(true).judge(skip()), Err(Trouble::Failed(..))));
    }

    #[test]
    fn an_ignored_test_counts_as_skipped_and_fails_when_strict() {
        let tally = Tally { passed: 3, failed: 0, ignored: 2 };
        assert_eq!(report(false).judge(Ok(tally)).unwrap(), tally);
        let Err(Trouble::Failed(strict, _)) = report(true).judge(Ok(tally)) else {
            panic!("--strict let ignored tests pass");
        };
        assert_eq!(strict, Tally { passed: 3, failed: 2, ignored: 0 });
    }

    #[test]
    fn the_gist_is_the_failed_test_or_the_error() {
        let errors = "cargo: exit status: 101\n  Compiling a\nerror[E1]: no\nerror: gave up";
        assert_eq!(gist(errors), "error[E1]: no");
        let tests = "running 2\ntest a ... ok\ntest b ... FAILED\nerror: test failed";
        assert_eq!(gist(tests), "test b ... FAILED");
        assert_eq!(gist("\nfirst\nsecond"), "first");
        assert_eq!(gist(""), "no words");
    }

    #[test]
    fn the_sum_counts_tests_and_checks_and_is_the_last_line() {
        let page = Page::default();
        let mut report = Report::on(Box::new(page.clone()), false);
        report.check("three tests", || Ok(Tally { passed: 3, failed: 0, ignored: 0 }));
        report.check("one check", || Ok(Tally::success()));
        report.check("a failure", || Err("no".into()));
        report.check("a skip", || Err(Trouble::Skipped("no tool".into())));
        assert_eq!(report.close(), ExitCode::FAILURE);
        let printed = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert!(printed.contains("a skip ... SKIPPED: no tool\n"), "{printed}");
        assert!(printed.ends_with("\n4 passed, 1 failed, 1 skipped\n"), "{printed}");
    }
}
