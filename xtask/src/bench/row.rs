//! Which rows does the bench have, and how is one sample of them taken?
//!
//! The bench's own program knows: `kettle-bench list` prints a line for each row. A sample is a
//! process of its own, which prints what it found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, process, tree};
use serde::{Deserialize, Serialize};

/// One row of the bench.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) unit: String,
    /// What kettle's share of tokio's figure may be, if less than all of it.
    pub(crate) most: Option<f64>,
    /// The runtimes that run it, kettle among them.
    #[serde(skip)]
    pub(crate) peers: Vec<String>,
    pub(crate) about: String,
}

/// kettle with its doctor off.
pub(crate) const OFF: &str = "off";

/// What one sample printed: the row's own figure, and others by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) value: f64,
    pub(crate) notes: Vec<(String, f64)>,
}

/// What one operation takes, by the name of what is counted.
pub(crate) type Counts = BTreeMap<String, f64>;

/// The program of the bench, built.
pub(crate) struct Build {
    program: PathBuf,
}

impl Build {
    /// Builds the bench in a profile; `directory` is where Cargo puts that.
    pub(crate) fn new(args: &[&str], directory: &str) -> Result<Build, Trouble> {
        let mut command = cargo::command(&["build", "--package", "kettle-bench"]);
        cargo::finish(command.args(args), "bench")?;
        Ok(Build { program: tree::target()?.join(directory).join("kettle-bench") })
    }

    /// All rows, in the bench's order.
    pub(crate) fn rows(&self) -> Result<Vec<Row>, Trouble> {
        let mut command = Command::new(&self.program);
        let listed = process::run(command.arg("list"))?.expect_success()?.stdout;
        Ok(listed.lines().map(Row::read).collect::<Result<Vec<_>, _>>()?)
    }

    /// Runs one row once on one runtime.
    pub(crate) fn sample(&self, row: &Row, runtime: &str) -> Result<Sample, Trouble> {
        self.printed(&[runtime, &row.name], Sample::read)
    }

    /// What one operation takes.
    pub(crate) fn counts(&self, row: &str, runtime: &str) -> Result<Counts, Trouble> {
        self.printed(&["count", runtime, row], |printed| {
            let counts = numbers(printed)?.into_iter();
            // Four digits behind the point.
            Ok(counts.map(|(name, count)| (name, (count * 1e4).round() / 1e4)).collect())
        })
    }

    /// What is read of what the bench prints. An error names the row, and has all that was said.
    fn printed<T>(
        &self,
        words: &[&str],
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Trouble> {
        let mut command = Command::new(&self.program);
        command.args(words.iter().map(|word| if *word == OFF { "kettle" } else { word }));
        command.env("KETTLE_DOCTOR", if words.contains(&OFF) { "off" } else { "" });
        let finished = process::run(command.env_remove("KETTLE_TRACE"))?;
        let read = finished.expect_success().and_then(|finished| read(&finished.stdout));
        Ok(read.map_err(|said| format!("`{}` did not pass: {}", words.join(" "), said.trim()))?)
    }
}

/// The rows whose names begin with one of these, in the bench's order; all, if there is no name.
pub(crate) fn chosen<'a>(names: &[String], known: &'a [Row]) -> Result<Vec<&'a Row>, String> {
    let is = |name: &String, row: &Row| row.name.starts_with(name.as_str());
    if let Some(name) = names.iter().find(|name| !known.iter().any(|row| is(name, row))) {
        let there: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
        return Err(format!("no row is called {name:?}; there are: {}", there.join(", ")));
    }
    let is_chosen = |row: &&Row| names.is_empty() || names.iter().any(|name| is(name, row));
    Ok(known.iter().filter(is_chosen).collect())
}

impl Row {
    /// Is it about a debug build?
    pub(crate) fn is_of_debug(&self) -> bool {
        self.name.starts_with("debug-")
    }

    pub(crate) fn read(line: &str) -> Result<Row, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, unit, most, peers, about] = fields[..] else {
            return Err(format!("the bench's list has a line of another form: {line:?}"));
        };
        Ok(Row {
            name: name.to_owned(),
            unit: unit.to_owned(),
            most: most.parse().ok(),
            peers: peers.split(',').map(str::to_owned).collect(),
            about: about.to_owned(),
        })
    }
}

impl Sample {
    /// What a sample printed: `value 12.5`, then a `name number` a line.
    fn read(printed: &str) -> Result<Sample, String> {
        match &numbers(printed)?[..] {
            [(name, value), notes @ ..] if name == "value" => {
                Ok(Sample { value: *value, notes: notes.to_vec() })
            }
            _ => Err(format!("a sample printed {printed:?}")),
        }
    }
}

/// A `name number` a line.
fn numbers(printed: &str) -> Result<Vec<(String, f64)>, String> {
    let number = |line: &str| {
        let (name, number) = line.rsplit_once(' ')?;
        Some((name.to_owned(), number.parse().ok()?))
    };
    let numbers: Option<Vec<_>> = printed.lines().map(number).collect();
    numbers.ok_or_else(|| format!("the bench printed {printed:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_from_its_line() {
        let row = Row::read("growth-mpsc:100\tns\t0.6\tkettle,tokio\ta b").unwrap();
        assert_eq!((row.peers.len(), row.most), (2, Some(0.6)));
        assert!(Row::read("a\tb").is_err());
    }

    #[test]
    fn a_sample_is_read_from_its_output() {
        let sample = Sample::read("value 12.5\np99 us 3\n").unwrap();
        assert_eq!(sample, Sample { value: 12.5, notes: vec![("p99 us".to_owned(), 3.0)] });
        assert!(Sample::read("p99 us 3\n").is_err());
        assert!(Sample::read("value 1\nnonsense\n").is_err());
    }
}
