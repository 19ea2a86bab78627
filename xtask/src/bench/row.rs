//! Which rows does the bench have, and how is a sample of them taken?
//!
//! `kettle-bench list` prints a line for each row. A sample is a process of its own, which prints
//! its figures.

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
    /// The highest allowed ratio of kettle's figure to tokio's, if it is less than 1.
    pub(crate) most: Option<f64>,
    /// The runtimes that run it, kettle among them.
    #[serde(skip)]
    pub(crate) peers: Vec<String>,
    pub(crate) about: String,
}

/// kettle with its doctor off.
pub(crate) const OFF: &str = "off";

/// The output of a sample, by name: the row's own `value` and notes, or counts.
pub(crate) type Numbers = BTreeMap<String, f64>;

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
    pub(crate) fn sample(&self, row: &str, runtime: &str) -> Result<Numbers, Trouble> {
        let sample = self.printed(&[runtime, row])?;
        let no_value = || format!("`{runtime} {row}` printed no value").into();
        if sample.contains_key("value") { Ok(sample) } else { Err(no_value()) }
    }

    /// A figure for one operation, with four digits after the point.
    pub(crate) fn counts(&self, row: &str, runtime: &str) -> Result<Numbers, Trouble> {
        let mut counts = self.printed(&["count", runtime, row])?;
        for count in counts.values_mut() {
            *count = (*count * 1e4).round() / 1e4;
        }
        Ok(counts)
    }

    /// The numbers that the bench prints. An error names the row, and has all that was said.
    fn printed(&self, words: &[&str]) -> Result<Numbers, Trouble> {
        let mut command = Command::new(&self.program);
        command.args(words.iter().map(|word| if *word == OFF { "kettle" } else { word }));
        command.env("KETTLE_DOCTOR", if words.contains(&OFF) { "off" } else { "" });
        let finished = process::run(command.env_remove("KETTLE_TRACE"))?;
        let read = finished.expect_success().and_then(|finished| numbers(&finished.stdout));
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

/// A `name number` a line.
fn numbers(printed: &str) -> Result<Numbers, String> {
    let number = |line: &str| {
        let (name, number) = line.rsplit_once(' ')?;
        Some((name.to_owned(), number.parse().ok()?))
    };
    let numbers: Option<Numbers> = printed.lines().map(number).collect();
    numbers.ok_or_else(|| format!("the bench printed {printed:?}"))
}
