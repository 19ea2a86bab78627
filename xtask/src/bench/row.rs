//! How does the driver ask the bench for its rows and for a sample?
//!
//! The bench is a program of its own (`benches/`; its `row.rs` says what a row is). [`Bench::new`]
//! builds it. [`Bench::rows`] reads what `kettle-bench list` prints, a line for each row, and
//! [`chosen`] picks those that the user has named. [`Bench::sample`] and [`Bench::counts`] run one
//! row once, in a process of its own, and read the figures that it prints.

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
    #[serde(rename = "most")]
    pub(crate) max_ratio: Option<f64>,
    /// The runtimes that run it, kettle among them.
    #[serde(skip)]
    pub(crate) runtimes: Vec<String>,
    pub(crate) about: String,
}

/// The runtime that the bench measures, and the one that it is compared with.
pub(crate) const KETTLE: &str = "kettle";
pub(crate) const TOKIO: &str = "tokio";
/// Stands for a runtime in the figures: kettle with its doctor off.
pub(crate) const WITHOUT_DOCTOR: &str = "off";

/// The unit of a row about memory.
pub(crate) const BYTES: &str = "B";

/// The figures of a sample by name: the row's own, `value`, and further ones; or counts.
pub(crate) type Numbers = BTreeMap<String, f64>;

/// The bench's program, once it is built.
pub(crate) struct Bench {
    program: PathBuf,
}

impl Bench {
    /// Builds the bench with these arguments of Cargo's, which choose a profile. `directory` is
    /// where Cargo puts the programs of that profile.
    pub(crate) fn new(args: &[&str], directory: &str) -> Result<Bench, Trouble> {
        let mut command = cargo::command(&["build", "--package", "kettle-bench"]);
        cargo::finish(command.args(args), "bench")?;
        Ok(Bench { program: tree::target()?.join(directory).join("kettle-bench") })
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

    /// Instructions, atomic operations and system calls of one operation, with four decimals.
    pub(crate) fn counts(&self, row: &str, runtime: &str) -> Result<Numbers, Trouble> {
        let mut counts = self.printed(&["count", runtime, row])?;
        for count in counts.values_mut() {
            *count = (*count * 1e4).round() / 1e4;
        }
        Ok(counts)
    }

    /// The numbers that the bench prints. An error quotes the arguments and standard error.
    fn printed(&self, args: &[&str]) -> Result<Numbers, Trouble> {
        let mut command = Command::new(&self.program);
        command.args(args.iter().map(|arg| if *arg == WITHOUT_DOCTOR { KETTLE } else { arg }));
        command.env("KETTLE_DOCTOR", if args.contains(&WITHOUT_DOCTOR) { "off" } else { "" });
        let finished = process::run(command.env_remove("KETTLE_TRACE"))?;
        let numbers = finished.expect_success().and_then(|finished| read_numbers(&finished.stdout));
        Ok(numbers.map_err(|why| format!("`{}` did not pass: {}", args.join(" "), why.trim()))?)
    }
}

/// The rows whose names begin with one of `names`, in the bench's order; all rows if there are no
/// names.
pub(crate) fn chosen<'a>(names: &[String], known: &'a [Row]) -> Result<Vec<&'a Row>, String> {
    for name in names {
        if !known.iter().any(|row| row.name.starts_with(name)) {
            let all: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
            return Err(format!("no row is called {name:?}; there are: {}", all.join(", ")));
        }
    }
    let is_chosen =
        |row: &&Row| names.is_empty() || names.iter().any(|name| row.name.starts_with(name));
    Ok(known.iter().filter(is_chosen).collect())
}

impl Row {
    /// Is it measured in a debug build? (The prefix is `DEBUG` in `benches/src/row.rs`.)
    pub(crate) fn is_debug(&self) -> bool {
        self.name.starts_with("debug-")
    }

    /// Reads a line that the bench has written: five fields, separated by tabs.
    pub(crate) fn read(line: &str) -> Result<Row, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, unit, max_ratio, runtimes, about] = fields[..] else {
            return Err(format!("the bench's list has a line of another form: {line:?}"));
        };
        Ok(Row {
            name: name.to_owned(),
            unit: unit.to_owned(),
            max_ratio: max_ratio.parse().ok(),
            runtimes: runtimes.split(',').map(str::to_owned).collect(),
            about: about.to_owned(),
        })
    }
}

/// Reads lines of the form `name number`.
fn read_numbers(printed: &str) -> Result<Numbers, String> {
    let read_line = |line: &str| {
        let (name, number) = line.rsplit_once(' ')?;
        Some((name.to_owned(), number.parse().ok()?))
    };
    let numbers: Option<Numbers> = printed.lines().map(read_line).collect();
    numbers.ok_or_else(|| format!("the bench printed {printed:?}"))
}
