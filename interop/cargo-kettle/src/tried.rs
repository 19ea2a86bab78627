//! What becomes of one test, under many schedules?
//!
//! A test of `#[tokio::test]` tries them itself, in processes of its own, shrinks what fails and
//! writes the page (`trace/src/search`): it is asked to by `KETTLE_SEEDS` or `KETTLE_EXPLORE`, and
//! appends to the file of `KETTLE_REPORT` what came of it. A test without a line there makes its
//! own runtime, or has none: it has run as usual.
//!
//! Interface: [`Test`], [`Wanted`], [`Test::try_out`], [`Verdict`].

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
    /// What may go wrong in it, as `KETTLE_FAULTS` takes it.
    pub(crate) faults: Option<String>,
}

pub(crate) const FAULTS: &str = "KETTLE_FAULTS";

/// What is tried with each test.
pub enum Wanted {
    /// One run, plain or under what the environment says.
    Once,
    /// One run under this seed.
    Seed(u64),
    /// First branch, first task, and so many seeds.
    Seeds(u64),
    /// All schedules with at most so many decisions.
    Explore(u64),
}

pub enum Verdict {
    /// In words, what passed.
    Passed(String),
    Failed(Failure),
}

#[derive(Default)]
pub struct Failure {
    /// In words, at what.
    pub say: String,
    pub seed: Option<u64>,
    /// The decisions that matter, as `KETTLE_SCHEDULE` takes them.
    pub schedule: Option<String>,
    /// It was found on the machine's clock, though a search prefers a virtual one.
    pub on_real_clock: bool,
    pub page: Option<PathBuf>,
    /// What the test printed.
    pub text: String,
}

/// A search ends a run that gets no further for a minute (`MAX_SILENCE` in
/// `trace/src/search/program.rs`), and may meet two before it can say so.
const SEARCH: Duration = Duration::from_mins(3);

/// What decides in every runtime of a process.
const ONE_SCHEDULE: [&str; 2] = ["KETTLE_SEED", "KETTLE_SCHEDULE"];

impl Test<'_> {
    /// Tries it. No run may take longer than `limit`; a search watches over its runs itself.
    /// What it writes is in `folder`, which is emptied before.
    pub fn try_out(&self, wanted: &Wanted, limit: Duration, folder: &Path) -> io::Result<Verdict> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        // With one schedule it is quick, and says whether it tries them itself.
        let (variable, first, all) = match *wanted {
            Wanted::Once => return self.once(limit),
            Wanted::Seed(seed) => {
                let (number, page) = (seed.to_string(), folder.join("run.html"));
                let told =
                    [("KETTLE_SEED", &*number), ("KETTLE_TRACE", &page.display().to_string())];
                let finished = self.run(&told, limit)?;
                let page = Some(page).filter(|page| page.exists());
                return Ok(verdict(&finished, &format!("under seed {seed}"), page));
            }
            Wanted::Seeds(seeds) => ("KETTLE_SEEDS", 1, seeds),
            Wanted::Explore(most) => ("KETTLE_EXPLORE", 0, most),
        };
        let report = folder.join("report.jsonl");
        let ask = |number: u64, search: Duration| -> io::Result<(Finished, Option<Value>)> {
            let _ = fs::remove_file(&report);
            // Once its report is there it runs as usual.
            let (begun, mut reported) = (Instant::now(), None);
            let go_on = || {
                if reported.is_none() && fs::metadata(&report).is_ok_and(|file| file.len() > 0) {
                    reported = Some(Instant::now());
                }
                reported.map_or(begun.elapsed() < search, |since| since.elapsed() < limit)
            };
            let told = [
                (variable, &*number.to_string()),
                ("KETTLE_REPORT", &report.display().to_string()),
            ];
            let finished = process::run_while(&mut self.command(&told), go_on)?;
            let text = fs::read_to_string(&report).unwrap_or_default();
            let line = text.lines().next().and_then(|line| serde_json::from_str(line).ok());
            Ok((finished, line))
        };
        let (first, line) = ask(first, limit.max(SEARCH))?;
        let Some(line) = line else {
            return Ok(match verdict(&first, USUAL, None) {
                Verdict::Passed(words) => Verdict::Passed(words + NOT_SEARCHED),
                failed @ Verdict::Failed(_) => failed,
            });
        };
        // If it has failed as usual, a search may yet tell why.
        if !line["failed"].is_null() {
            return Ok(searched(&first, &line));
        }
        let (all, line) = ask(all, Duration::MAX)?;
        let silent = || failed("ended without a word on its search".to_owned(), None, &all);
        Ok(line.as_ref().map_or_else(silent, |line| searched(&all, line)))
    }

    /// Plain, or under what the environment says.
    fn once(&self, limit: Duration) -> io::Result<Verdict> {
        let said = |name: &&str| env::var_os(name).filter(|value| !value.is_empty());
        let variables: Vec<_> =
            ONE_SCHEDULE.into_iter().filter_map(|name| Some((name, said(&name)?))).collect();
        let mut command = self.command(&[]);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        if let Some(page) = said(&"KETTLE_TRACE") {
            command.env("KETTLE_TRACE", page);
        }
        let order = match &variables[..] {
            [(name, _), ..] => format!("under the schedule of {name}"),
            [] => USUAL.to_owned(),
        };
        Ok(verdict(&process::run_within(&mut command, limit)?, &order, None))
    }

    fn run(&self, variables: &[(&str, &str)], limit: Duration) -> io::Result<Finished> {
        process::run_within(&mut self.command(variables), limit)
    }

    /// Alone in a process, with these variables and none of ours that ask for schedules otherwise.
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
    /// Its tests with this in their names, or with this name, but for those that are ignored.
    /// `Err`: it doesn't tell them.
    pub fn tests(&self, filter: Option<&str>, exact: bool) -> io::Result<Vec<Test<'_>>> {
        /// No list takes longer: a program that takes no notice of the question is ended.
        const LIMIT: Duration = Duration::from_secs(20);
        let list = |more: &[&str]| -> io::Result<Vec<String>> {
            let mut command = self.command();
            let finished = process::run_within(command.arg("--list").args(more), LIMIT)?;
            listed(&finished).map_err(|words| {
                let program = self.path.display();
                io::Error::other(format!("its tests are not known: {program} --list: {words}"))
            })
        };
        let names = list(&[])?;
        let ignored = list(&["--ignored"]).unwrap_or_default();
        let is_meant = |name: &String| {
            let fits = |it: &str| if exact { name == it } else { name.contains(it) };
            filter.is_none_or(fits) && !ignored.contains(name)
        };
        let names = names.into_iter().filter(is_meant);
        Ok(names.map(|name| Test { program: self, name, faults: None }).collect())
    }
}

/// The tests that a program has told. One with a `main` of its own may take no notice of the
/// question.
fn listed(finished: &Finished) -> Result<Vec<String>, String> {
    let lines = || finished.stdout.lines();
    let is_sum = |line: &str| line.contains(" tests, ") || line.contains(" test, ");
    let names: Vec<_> = lines().filter_map(|line| line.strip_suffix(": test")).collect();
    if !finished.success() {
        return Err(finished.failure());
    }
    if names.is_empty() && !lines().any(is_sum) {
        return Err("it is no list as Rust's own harness makes it (`harness = false`?)".to_owned());
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

const USUAL: &str = "in a plain run";
const NOT_SEARCHED: &str = ", not searched: it makes its own runtime, or none";

/// Of a process that ran the test once.
fn verdict(finished: &Finished, order: &str, page: Option<PathBuf>) -> Verdict {
    if finished.success() {
        return Verdict::Passed("passes".to_owned());
    }
    let how = if finished.status.is_none() { "did not end in time" } else { "fails" };
    let say = format!("{how} {order}");
    failed(say, page, finished)
}

/// Not by a schedule.
fn failed(say: String, page: Option<PathBuf>, finished: &Finished) -> Verdict {
    Verdict::Failed(Failure { say, page, text: finished.failure(), ..Failure::default() })
}

/// Of a process that tried the schedules itself, with what it has told.
fn searched(finished: &Finished, line: &Value) -> Verdict {
    if line["failed"].is_null() {
        let passed = line["note"].as_str().unwrap_or("all schedules pass");
        if finished.success() {
            return Verdict::Passed(passed.to_owned());
        }
        // After its search it ran as usual.
        let how = if finished.status.is_none() { "did not end in time" } else { "fails" };
        let say = format!("{how} as usual, but in a search {passed}");
        return failed(say, None, finished);
    }
    let seed = line["failed"].as_u64().filter(|seed| *seed > 0);
    Verdict::Failed(Failure {
        say: line["say"].as_str().unwrap_or("fails").to_owned(),
        seed,
        schedule: line["schedule"].as_str().map(str::to_owned),
        on_real_clock: line["clock"] == "real",
        page: line["page"].as_str().map(PathBuf::from),
        text: finished.failure(),
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
        let passed = searched(&ended(true, ""), &line);
        assert!(matches!(passed, Verdict::Passed(words) if words == "30 seeds pass"));
        let killed = Finished { status: None, ..ended(true, "") };
        for (end, how) in [(ended(false, ""), "fails"), (killed, "did not end in time")] {
            let Verdict::Failed(Failure { say, .. }) = searched(&end, &line) else { panic!() };
            assert_eq!(say, format!("{how} as usual, but in a search 30 seeds pass"));
        }
    }

    #[test]
    fn a_program_that_lists_no_tests_is_told_from_one_that_has_none() {
        let list = "a::b: test\nc: bench\n\n1 test, 1 benchmark\n";
        assert_eq!(listed(&ended(true, list)).unwrap(), ["a::b"]);
        assert!(listed(&ended(true, "0 tests, 0 benchmarks\n")).unwrap().is_empty());
        assert!(listed(&ended(true, "a: test\n")).is_ok(), "other harnesses tell no sum");
        assert!(listed(&ended(true, "all is well\n")).unwrap_err().contains("harness"));
        assert!(listed(&ended(false, list)).is_err());
    }
}
