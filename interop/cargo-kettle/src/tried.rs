//! What becomes of one test, under many schedules?
//!
//! A test of `#[tokio::test]` tries them itself, in processes of its own, shrinks what fails and writes the
//! page (`trace/src/search`): it is asked to by `KETTLE_SEEDS` or `KETTLE_EXPLORE`, and appends to the file of
//! `KETTLE_REPORT` what came of it. A test without a line there makes its own runtime, or has none. If
//! it has one, it is run again and again as a whole process, under `KETTLE_SEED=1`, 2 and so on, and
//! a seed that fails has to fail twice.
//!
//! Interface: [`Test`], [`Wanted`], [`Test::try_out`], [`Verdict`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kettle_kit::process::{self, Finished};
use serde_json::Value;

use crate::built::Program;

/// A test of a program that was built.
pub(crate) struct Test<'a> {
    pub(crate) program: &'a Program,
    /// Its path, as the program lists it.
    pub(crate) name: String,
}

/// What is tried with each test.
pub(crate) enum Wanted {
    /// One run, in the usual order or in what the environment says.
    Once,
    /// One run under this seed.
    Seed(u64),
    /// The usual order and so many seeds.
    Seeds(u64),
    /// All schedules with at most so many decisions. Where they can't be counted, so many seeds.
    Explore(u64, u64),
}

pub(crate) enum Verdict {
    /// In words, what passed.
    Passed(String),
    Failed {
        /// In words, at what.
        say: String,
        seed: Option<u64>,
        page: Option<PathBuf>,
        /// What the test printed.
        text: String,
    },
}

impl Test<'_> {
    /// Tries it. No process may take longer than `limit`, but for one that tells how it gets on itself;
    /// `go_on` is told how many seeds were tried. What it writes is in `folder`.
    pub(crate) fn try_out(
        &self,
        wanted: &Wanted,
        limit: Duration,
        folder: &Path,
        go_on: impl Fn(u64),
    ) -> io::Result<Verdict> {
        let (seeds, explore) = match *wanted {
            Wanted::Once => return Ok(verdict(&self.run(&[], limit)?, "passes")),
            Wanted::Seed(seed) => {
                let finished = self.run(&[("KETTLE_SEED", &seed.to_string())], limit)?;
                return Ok(verdict(&finished, "passes"));
            }
            Wanted::Seeds(seeds) => (seeds, None),
            Wanted::Explore(most, seeds) => (seeds, Some(most)),
        };
        fs::create_dir_all(folder)?;
        let report = folder.join("report.jsonl");
        // With one schedule it is quick, and says whether it tries them itself.
        let variable = if explore.is_some() { "KETTLE_EXPLORE" } else { "KETTLE_SEEDS" };
        let ask = |number: u64, limit| -> io::Result<(Finished, Option<Value>)> {
            let _ = fs::remove_file(&report);
            let told = [
                (variable, &*number.to_string()),
                ("KETTLE_REPORT", &report.display().to_string()),
            ];
            let finished = self.run(&told, limit)?;
            let text = fs::read_to_string(&report).unwrap_or_default();
            let line = text.lines().next().and_then(|line| serde_json::from_str(line).ok());
            Ok((finished, line))
        };
        let (first, line) = ask(explore.map_or(1, |_| 0), limit)?;
        let Some(line) = line else { return self.repeat(seeds, limit, folder, &first, go_on) };
        if !line["failed"].is_null() {
            return Ok(searched(&first, &line));
        }
        let (all, line) = ask(explore.unwrap_or(seeds), Duration::MAX)?;
        Ok(line.map_or_else(|| verdict(&all, "passes"), |line| searched(&all, &line)))
    }

    /// As whole processes.
    fn repeat(
        &self,
        seeds: u64,
        limit: Duration,
        folder: &Path,
        first: &Finished,
        go_on: impl Fn(u64),
    ) -> io::Result<Verdict> {
        if !first.success() {
            return Ok(verdict(first, ""));
        }
        let page = folder.join("run.html");
        self.run(&[("KETTLE_TRACE", &page.display().to_string())], limit)?;
        if !page.exists() {
            return Ok(Verdict::Passed("passes; it has no runtime".to_owned()));
        }
        for seed in 1..=seeds {
            go_on(seed);
            let number = seed.to_string();
            let finished = self.run(&[("KETTLE_SEED", &number)], limit)?;
            if finished.success() {
                continue;
            }
            let again = [("KETTLE_SEED", &*number), ("KETTLE_TRACE", &page.display().to_string())];
            let confirmed = !self.run(&again, limit)?.success();
            let (text, page) = (finished.failure(), Some(page));
            let say = if confirmed {
                format!("fails at seed {seed}, as a whole process")
            } else {
                format!(
                    "failed once at seed {seed}, and passed then: it depends on more than the schedule"
                )
            };
            return Ok(Verdict::Failed { say, seed: Some(seed), page, text });
        }
        Ok(Verdict::Passed(format!("{seeds} seeds pass, as whole processes")))
    }

    /// Alone in a process, with these variables.
    fn run(&self, variables: &[(&str, &str)], limit: Duration) -> io::Result<Finished> {
        let mut command = self.program.command();
        command.args([&*self.name, "--exact", "--nocapture"]);
        command.envs(variables.iter().copied());
        process::run(&mut command, limit)
    }
}

impl Program {
    /// Its tests, but for those that are ignored.
    pub(crate) fn tests(&self, filter: Option<&str>) -> io::Result<Vec<Test<'_>>> {
        /// No list takes longer: a program that takes no notice of the question is ended.
        const LIMIT: Duration = Duration::from_secs(20);
        let list = |more: &[&str]| -> io::Result<Vec<String>> {
            let mut command = self.command();
            command.args(filter).args(["--list", "--format", "terse"]).args(more);
            let finished = process::run(&mut command, LIMIT)?;
            let names = finished.stdout.lines().filter_map(|line| line.strip_suffix(": test"));
            Ok(names.map(str::to_owned).collect())
        };
        let ignored = list(&["--ignored"])?;
        let names = list(&[])?.into_iter().filter(|name| !ignored.contains(name));
        Ok(names.map(|name| Test { program: self, name }).collect())
    }
}

/// Of a process that ran the test once.
fn verdict(finished: &Finished, passes: &str) -> Verdict {
    if finished.success() {
        return Verdict::Passed(passes.to_owned());
    }
    let say = if finished.status.is_none() {
        "did not end in time in the usual order".to_owned()
    } else {
        "fails in the usual order".to_owned()
    };
    Verdict::Failed { say, seed: None, page: None, text: finished.failure() }
}

/// Of a process that tried the schedules itself, with what it has told.
fn searched(finished: &Finished, line: &Value) -> Verdict {
    let runs = line["runs"].as_u64().unwrap_or_default();
    if line["failed"].is_null() {
        return Verdict::Passed(format!("{runs} schedules pass"));
    }
    let seed = line["failed"].as_u64().filter(|seed| *seed > 0);
    Verdict::Failed {
        say: line["say"].as_str().unwrap_or("fails").to_owned(),
        seed,
        page: line["page"].as_str().map(PathBuf::from),
        text: finished.failure(),
    }
}
