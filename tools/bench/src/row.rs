//! Which rows does the bench have, and how is one sample of them taken?
//!
//! The bench's own program knows: `kettle-bench list` prints a line for each row.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use kettle_kit::cargo;
use kettle_kit::process::{self, Finished};
use kettle_kit::report::Trouble;
use kettle_kit::tree;
use serde::{Deserialize, Serialize};

/// Far more than any sample takes.
const LIMIT: Duration = Duration::from_mins(3);

/// One row of the bench.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The program that runs it.
    #[serde(skip)]
    pub(crate) program: String,
    pub(crate) unit: String,
    /// What kettle's share of tokio's figure may be, if less than all of it.
    pub(crate) most: Option<f64>,
    /// The most that one of the notes may be.
    pub(crate) limit: Option<Limit>,
    /// The runtimes that run it, kettle among them.
    #[serde(skip)]
    pub(crate) peers: Vec<String>,
    pub(crate) about: String,
}

/// The most that a count may be: one of the notes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(from = "(String, Most)", into = "(String, Most)")]
pub(crate) struct Limit {
    pub(crate) note: String,
    pub(crate) most: Most,
}

/// How much that count may be.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Most {
    Number(f64),
    /// As much as this runtime's.
    As(String),
}

impl From<(String, Most)> for Limit {
    fn from((note, most): (String, Most)) -> Limit {
        Limit { note, most }
    }
}

impl From<Limit> for (String, Most) {
    fn from(limit: Limit) -> (String, Most) {
        (limit.note, limit.most)
    }
}

/// What one sample printed: the row's own figure, and others by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    pub(crate) value: f64,
    pub(crate) notes: Vec<(String, f64)>,
}

/// The programs of the bench, built.
pub(crate) struct Build {
    directory: PathBuf,
}

/// Builds the bench in a profile; `directory` is where Cargo puts that.
pub(crate) fn build(args: &[&str], directory: &str) -> Result<Build, String> {
    let mut command = cargo::command(&["build", "--package", "kettle-bench"]);
    command.args(args);
    cargo::finish(&mut command, "bench").map_err(|trouble| match trouble {
        Trouble::Failed(_, words) | Trouble::Skipped(words) => words,
    })?;
    let target = tree::target().map_err(|error| error.to_string())?;
    Ok(Build { directory: target.join(directory) })
}

impl Build {
    /// All rows, in the bench's order.
    pub(crate) fn rows(&self) -> Result<Vec<Row>, String> {
        let mut command = Command::new(self.program("kettle-bench"));
        let finished = process::run(command.arg("list"), LIMIT).map_err(|e| e.to_string())?;
        finished.expect_success()?.stdout.lines().map(Row::read).collect()
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Row {
    pub(crate) fn read(line: &str) -> Result<Row, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, program, unit, most, limit, peers, about] = fields[..] else {
            return Err(format!("the bench's list has a line of another form: {line:?}"));
        };
        Ok(Row {
            name: name.to_owned(),
            program: program.to_owned(),
            unit: unit.to_owned(),
            most: most.parse().ok(),
            limit: Limit::read(limit),
            peers: peers.split(',').map(str::to_owned).collect(),
            about: about.to_owned(),
        })
    }

    /// Is this the row's name, or, if not `exact`, that of its family? The family of
    /// `growth-mpsc:100` is `growth-mpsc`, and that of `growth-mpsc` is `growth`.
    pub(crate) fn is_called(&self, name: &str, exact: bool) -> bool {
        if exact {
            return self.name == name;
        }
        let rest = self.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':']))
    }
}

impl Limit {
    /// From `note of 4.4`, `note of raw`, or `-`.
    fn read(words: &str) -> Option<Limit> {
        let (note, most) = words.rsplit_once(" of ")?;
        let number = most.parse().map(Most::Number);
        let most = number.unwrap_or_else(|_| Most::As(most.to_owned()));
        Some(Limit { note: note.to_owned(), most })
    }
}

/// Runs one row once on one runtime; `flags` are the bench's own. An error names both, and has all
/// that the sample said.
pub(crate) fn sample(
    build: &Build,
    row: &Row,
    runtime: &str,
    flags: &[&str],
) -> Result<Sample, String> {
    let mut command = Command::new(build.program(&row.program));
    command.args([runtime, &row.name]).args(flags).env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, LIMIT).map_err(|error| error.to_string());
    let sample = finished
        .and_then(Finished::expect_success)
        .and_then(|finished| Sample::read(&finished.stdout));
    sample.map_err(|words| format!("{} on {runtime} did not pass: {}", row.name, words.trim_end()))
}

impl Sample {
    /// What a sample printed: `value 12.5`, then a `name number` a line.
    fn read(printed: &str) -> Result<Sample, String> {
        let mut sample = Sample::default();
        let mut valued = false;
        for line in printed.lines() {
            let pair = line.rsplit_once(' ');
            let pair = pair.and_then(|(name, number)| Some((name, number.parse().ok()?)));
            match pair {
                Some(("value", number)) => (sample.value, valued) = (number, true),
                Some((name, number)) => sample.notes.push((name.to_owned(), number)),
                None => return Err(format!("a sample printed {line:?}")),
            }
        }
        if valued { Ok(sample) } else { Err(format!("a sample without a value: {printed:?}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_from_its_line() {
        let row = Row::read("growth-mpsc:100\tp\tns\t-\t-\tkettle,tokio\ta b").unwrap();
        assert_eq!(row.peers, ["kettle", "tokio"]);
        let called = |name: &&str| row.is_called(name, false);
        assert!(["growth", "growth-mpsc", "growth-mpsc:100"].iter().all(called));
        assert!(!["growth-m", "mpsc", "growth-mpsc:1"].iter().any(called));
        assert!(row.is_called("growth-mpsc:100", true) && !row.is_called("growth", true));
        assert_eq!(row.limit, None);
        let line = "echo-64\tp\tns\t0.6\tsystem calls of raw\tkettle,raw\ta b";
        let row = Row::read(line).unwrap();
        assert_eq!(row.most, Some(0.6));
        let most = Most::As("raw".to_owned());
        assert_eq!(row.limit, Some(Limit { note: "system calls".to_owned(), most }));
        let Limit { most, .. } = Limit::read("system calls of 4.4").unwrap();
        assert_eq!(most, Most::Number(4.4));
        assert!(Row::read("a\tb").is_err());
    }

    #[test]
    fn a_sample_is_read_from_its_output() {
        let sample = Sample::read("value 12.5\np99 us 3\n").unwrap();
        assert_eq!(sample, Sample { value: 12.5, notes: vec![("p99 us".to_owned(), 3.0)] });
        assert!(Sample::read("p99 us 3\n").is_err());
        assert!(Sample::read("nonsense\n").is_err());
    }
}
