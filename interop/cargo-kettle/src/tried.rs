//! How does one test do under many schedules?
//!
//! A test marked `#[tokio::test]` searches by itself (`trace/src/search`): if `KETTLE_SEEDS` or
//! `KETTLE_EXPLORE` is set, it runs under many schedules, each in a process of its own, makes a
//! failing schedule shorter, records it as a page, and appends a line of JSON to the file that
//! `KETTLE_REPORT` names. Then it runs once more as usual. [`Test::try_out`] starts such a test and
//! reads that line. A test that writes no line makes its own runtime, or needs none, so it has only
//! run as usual.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kettle_kit::process::{self, Finished};
use serde_json::Value;

use crate::built::Program;

/// A test of a program that was built.
pub struct Test<'a> {
    pub(crate) program: &'a Program,
    /// Its path, as the program lists it.
    pub name: String,
    /// The faults that kettle puts into its run: the value of `KETTLE_FAULTS`.
    pub(crate) faults: Option<String>,
}

pub(crate) const FAULTS: &str = "KETTLE_FAULTS";

/// Under which schedules a test runs.
pub enum Mode {
    /// One run, under the schedule that our own environment names, or the usual one.
    Once,
    /// One run under this seed.
    Seed(u64),
    /// A search: always the first branch, always the first task, and this many seeds.
    Seeds(u64),
    /// A search through all schedules with at most this many decisions.
    Explore(u64),
}

/// How a test did.
pub enum Verdict {
    /// The words say what passed.
    Passed(String),
    Failed(Failure),
}

#[derive(Default)]
pub struct Failure {
    /// How it failed, such as `fails under seed 7`.
    pub words: String,
    pub seed: Option<u64>,
    /// The decisions because of which it fails: a value for `KETTLE_SCHEDULE`.
    pub schedule: Option<String>,
    /// Was it found on the machine's clock? (A search prefers a virtual one.)
    pub on_real_clock: bool,
    /// The recorded run.
    pub page: Option<PathBuf>,
    /// What the test printed.
    pub output: String,
}

/// How long the smallest search may take. It ends a run that makes no progress for a minute
/// (`MAX_SILENCE` in `trace/src/search/program.rs`), and may meet two such runs.
const MAX_SMALLEST_SEARCH: Duration = Duration::from_mins(3);

/// The variables that set one schedule for every runtime of a process.
const ONE_SCHEDULE: [&str; 2] = ["KETTLE_SEED", "KETTLE_SCHEDULE"];

/// The end of a process that was to search.
struct Searched {
    finished: Finished,
    /// The line that it wrote about its search.
    line: Option<Value>,
}

impl Test<'_> {
    /// Runs the test in its mode. No run may take longer than `limit`, except that a search watches
    /// over its runs by itself. What the test writes goes to `folder`, which is emptied first.
    pub fn try_out(&self, mode: &Mode, limit: Duration, folder: &Path) -> io::Result<Verdict> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let (variable, smallest, whole) = match *mode {
            Mode::Once => return self.run_once(limit),
            Mode::Seed(seed) => return self.run_under_seed(seed, limit, folder),
            Mode::Seeds(seeds) => ("KETTLE_SEEDS", 1, seeds),
            Mode::Explore(decisions) => ("KETTLE_EXPLORE", 0, decisions),
        };
        let report = folder.join("report.jsonl");
        let search = |size, max_time| self.search(variable, size, &report, max_time, limit);
        // The smallest search shows quickly whether the test searches at all.
        let Searched { finished, line } = search(smallest, limit.max(MAX_SMALLEST_SEARCH))?;
        let Some(line) = line else {
            return Ok(match verdict(&finished, USUAL, None) {
                Verdict::Passed(words) => Verdict::Passed(words + NOT_SEARCHED),
                failed @ Verdict::Failed(_) => failed,
            });
        };
        if !line["failed"].is_null() {
            return Ok(verdict_on_search(&finished, &line));
        }
        // If only the usual run has failed, the whole search may still show why.
        let Searched { finished, line } = search(whole, Duration::MAX)?;
        Ok(match line {
            Some(line) => verdict_on_search(&finished, &line),
            None => failure("ended without a word on its search".to_owned(), None, &finished),
        })
    }

    fn run_once(&self, limit: Duration) -> io::Result<Verdict> {
        let value = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let mut command = self.command(&[]);
        let mut schedule = USUAL.to_owned();
        for name in ONE_SCHEDULE.into_iter().rev() {
            if let Some(value) = value(name) {
                command.env(name, value);
                schedule = format!("under the schedule of {name}");
            }
        }
        if let Some(page) = value("KETTLE_TRACE") {
            command.env("KETTLE_TRACE", page);
        }
        Ok(verdict(&process::run_within(&mut command, limit)?, &schedule, None))
    }

    fn run_under_seed(&self, seed: u64, limit: Duration, folder: &Path) -> io::Result<Verdict> {
        let (number, page) = (seed.to_string(), folder.join("run.html"));
        let variables = [("KETTLE_SEED", &*number), ("KETTLE_TRACE", &page.display().to_string())];
        let finished = process::run_within(&mut self.command(&variables), limit)?;
        let page = Some(page).filter(|page| page.exists());
        Ok(verdict(&finished, &format!("under seed {seed}"), page))
    }

    /// Runs the test in a process that searches, if it can. The search may take `max_time`, and the
    /// usual run after it `limit`.
    fn search(
        &self,
        variable: &str,
        size: u64,
        report: &Path,
        max_time: Duration,
        limit: Duration,
    ) -> io::Result<Searched> {
        let _ = fs::remove_file(report);
        let begun = Instant::now();
        let mut search_ended = None;
        let go_on = || {
            let has_report = || fs::metadata(report).is_ok_and(|file| file.len() > 0);
            if search_ended.is_none() && has_report() {
                search_ended = Some(Instant::now());
            }
            search_ended.map_or(begun.elapsed() < max_time, |end| end.elapsed() < limit)
        };
        let (size, file) = (size.to_string(), report.display().to_string());
        let variables = [(variable, &*size), ("KETTLE_REPORT", &file)];
        let finished = process::run_while(&mut self.command(&variables), go_on)?;
        let text = fs::read_to_string(report).unwrap_or_default();
        let line = text.lines().next().and_then(|line| serde_json::from_str(line).ok());
        Ok(Searched { finished, line })
    }

    /// The command that runs this test alone, with these variables, and without those of our own
    /// environment that set schedules.
    fn command(&self, variables: &[(&str, &str)]) -> Command {
        let mut command = self.program.command();
        command.args([&*self.name, "--exact", "--nocapture"]);
        let others = ["KETTLE_SEEDS", "KETTLE_EXPLORE", "KETTLE_REPORT", "KETTLE_TRACE"];
        for other in ONE_SCHEDULE.into_iter().chain(others) {
            command.env_remove(other);
        }
        command.envs(self.faults.iter().map(|kind| (FAULTS, kind)));
        command.envs(variables.iter().copied());
        command
    }
}

impl Program {
    /// Its tests, except the ignored ones: those whose names contain the filter or, if it has to be
    /// `exact`, the one of this name.
    pub fn tests(&self, filter: Option<&str>, exact: bool) -> io::Result<Vec<Test<'_>>> {
        let names = self.list(&[])?;
        let ignored = self.list(&["--ignored"]).unwrap_or_default();
        let is_chosen = |name: &String| {
            let fits = |filter: &str| if exact { name == filter } else { name.contains(filter) };
            filter.is_none_or(fits) && !ignored.contains(name)
        };
        let chosen = names.into_iter().filter(is_chosen);
        Ok(chosen.map(|name| Test { program: self, name, faults: None }).collect())
    }

    /// The names that the program lists.
    fn list(&self, args: &[&str]) -> io::Result<Vec<String>> {
        /// A program that ignores `--list`, and does its own work, is ended after this time.
        const LIMIT: Duration = Duration::from_secs(20);
        let mut command = self.command();
        let finished = process::run_within(command.arg("--list").args(args), LIMIT)?;
        listed(&finished).map_err(|words| {
            let program = self.path.display();
            io::Error::other(format!("its tests are not known: {program} --list: {words}"))
        })
    }
}

/// Reads a list as libtest prints it. A program with a `main` of its own may print anything.
fn listed(finished: &Finished) -> Result<Vec<String>, String> {
    if !finished.success() {
        return Err(finished.failure());
    }
    let lines = || finished.stdout.lines();
    let names: Vec<_> = lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let is_sum = |line: &str| line.contains(" tests, ") || line.contains(" test, ");
    if names.is_empty() && !lines().any(is_sum) {
        return Err("it is no list as Rust's own harness makes it (`harness = false`?)".to_owned());
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

const USUAL: &str = "in a plain run";
const NOT_SEARCHED: &str = ", not searched: it makes its own runtime, or none";

/// The verdict on a process that ran the test once, under this schedule.
fn verdict(finished: &Finished, schedule: &str, page: Option<PathBuf>) -> Verdict {
    if finished.success() {
        return Verdict::Passed("passes".to_owned());
    }
    failure(format!("{} {schedule}", how_it_failed(finished)), page, finished)
}

/// A failure that no search has found.
fn failure(words: String, page: Option<PathBuf>, finished: &Finished) -> Verdict {
    Verdict::Failed(Failure { words, page, output: finished.failure(), ..Failure::default() })
}

fn how_it_failed(finished: &Finished) -> &'static str {
    if finished.status.is_none() { "did not end in time" } else { "fails" }
}

/// The verdict on a process that searched and wrote this line. (`failed` in it is the seed, or 0.)
fn verdict_on_search(finished: &Finished, line: &Value) -> Verdict {
    if line["failed"].is_null() {
        let passed = line["note"].as_str().unwrap_or("all schedules pass");
        if finished.success() {
            return Verdict::Passed(passed.to_owned());
        }
        // The usual run after the search has failed.
        let how = how_it_failed(finished);
        return failure(format!("{how} as usual, but in a search {passed}"), None, finished);
    }
    Verdict::Failed(Failure {
        words: line["say"].as_str().unwrap_or("fails").to_owned(),
        seed: line["failed"].as_u64().filter(|seed| *seed > 0),
        schedule: line["schedule"].as_str().map(str::to_owned),
        on_real_clock: line["clock"] == "real",
        page: line["page"].as_str().map(PathBuf::from),
        output: finished.failure(),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::ExitStatus;

    use serde_json::json;

    use super::*;

    fn ended(success: bool, stdout: &str) -> Finished {
        let program = if success { "true" } else { "false" };
        let status: ExitStatus = Command::new(program).status().unwrap();
        Finished { status: Some(status), stdout: stdout.to_owned(), transcript: String::new() }
    }

    #[test]
    fn a_test_whose_search_passes_fails_if_it_fails_as_usual() {
        let line = json!({ "runs": 31, "failed": null, "note": "30 seeds pass" });
        let passed = verdict_on_search(&ended(true, ""), &line);
        assert!(matches!(passed, Verdict::Passed(words) if words == "30 seeds pass"));
        let killed = Finished { status: None, ..ended(true, "") };
        for (end, how) in [(ended(false, ""), "fails"), (killed, "did not end in time")] {
            let verdict = verdict_on_search(&end, &line);
            let Verdict::Failed(Failure { words, .. }) = verdict else { panic!() };
            assert_eq!(words, format!("{how} as usual, but in a search 30 seeds pass"));
        }
    }

    #[test]
    fn a_program_that_lists_no_tests_is_told_from_one_that_has_none() {
        let list = "a::b: test\nc: bench\n\n1 test, 1 benchmark\n";
        assert_eq!(listed(&ended(true, list)).unwrap(), ["a::b"]);
        assert!(listed(&ended(true, "0 tests, 0 benchmarks\n")).unwrap().is_empty());
        assert!(listed(&ended(true, "a: test\n")).is_ok(), "other harnesses print no sum");
        assert!(listed(&ended(true, "all is well\n")).unwrap_err().contains("harness"));
        assert!(listed(&ended(false, list)).is_err());
    }
}
