//! Which rows does the bench have, and how is one sample of them taken?
//!
//! The bench's own program knows: `kettle-bench list` prints a line for each row.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::figures::BASE;
use crate::cargo;
use crate::process;
use crate::report::Trouble;
use crate::tree;

/// Far more than any sample takes.
const LIMIT: Duration = Duration::from_mins(3);

/// One row of the bench.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The program that runs it.
    pub(super) program: String,
    pub(crate) unit: String,
    pub(crate) target: Option<f64>,
    /// The target is a part of this runtime's figure.
    pub(crate) beside: String,
    pub(crate) gated: bool,
    /// The runtimes that run it.
    pub(crate) runtimes: Vec<String>,
    pub(crate) about: String,
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
    pub(super) fn read(line: &str) -> Result<Row, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, program, unit, target, gated, runtimes, about] = fields[..] else {
            return Err(format!("the bench's list has a line of another form: {line:?}"));
        };
        let (target, beside) = target.split_once(" of ").unwrap_or((target, BASE));
        Ok(Row {
            name: name.to_owned(),
            program: program.to_owned(),
            unit: unit.to_owned(),
            target: target.parse().ok(),
            beside: beside.to_owned(),
            gated: gated == "gated",
            runtimes: runtimes.split(',').map(str::to_owned).collect(),
            about: about.to_owned(),
        })
    }

    /// Is this the row's name, or that of its family? The family of `growth-mpsc:100` is
    /// `growth-mpsc`, and that of `growth-mpsc` is `growth`.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let rest = self.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':']))
    }
}

/// Runs one row once on one runtime; `flags` are the bench's own.
pub(crate) fn sample(
    build: &Build,
    row: &Row,
    runtime: &str,
    flags: &[&str],
) -> Result<Sample, String> {
    let mut command = Command::new(build.program(&row.program));
    command.args([runtime, &row.name]).args(flags).env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, LIMIT).map_err(|error| error.to_string())?;
    let finished = finished
        .expect_success()
        .map_err(|words| format!("{} on {runtime} did not pass: {words}", row.name))?;
    Sample::read(&finished.stdout)
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
        let row = Row::read("growth-mpsc:100\tp\tns\t0.5\tgated\tkettle,tokio\ta b").unwrap();
        assert_eq!((row.target, row.gated), (Some(0.5), true));
        assert_eq!(row.runtimes, ["kettle", "tokio"]);
        assert!(["growth", "growth-mpsc", "growth-mpsc:100"].iter().all(|n| row.is_called(n)));
        assert!(!["growth-m", "mpsc", "growth-mpsc:1"].iter().any(|n| row.is_called(n)));
        assert_eq!(row.beside, "tokio");
        let row = Row::read("echo-64\tp\tns\t1.03 of raw\tgated\tkettle,tokio,raw\ta b").unwrap();
        assert_eq!((row.target, row.beside.as_str()), (Some(1.03), "raw"));
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
