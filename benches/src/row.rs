//! What is a row of the bench?
//!
//! A small asynchronous program, its size, and on which runtimes it runs. No row may be slower than
//! tokio's runtime of one thread; a row that has to keep more says so.

use crate::sample::Sample;

/// A row as a function of its size: how many operations, or whatever `about` says.
pub type Run = fn(u64) -> Sample;

/// How the names of rows begin that are about a debug build, with the tools that watch a run.
pub const DEBUG: &str = "debug-";

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// As it is named on the command line; what stands before the first `:` is its family.
    pub name: &'static str,
    /// What one operation is, in words.
    pub about: &'static str,
    /// Of the row's own figure: less of it is better.
    pub unit: Unit,
    /// How much work one sample does: 0.1 to 1 s of it.
    pub size: u64,
    /// What kettle's share of tokio's figure may be, if less than all of it.
    pub most: Option<f64>,
    /// Does the whole process run on one core?
    pub pinned: bool,
    /// The runtimes it runs on.
    pub runs: &'static [(&'static str, Run)],
}

/// Of what a figure is.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Nanoseconds of CPU time for each operation.
    CpuNanos,
    /// Nanoseconds on the wall.
    WallNanos,
    /// Bytes for each task.
    Bytes,
}

impl Row {
    /// A row of CPU time on one core.
    pub(crate) const fn new(
        name: &'static str,
        size: u64,
        about: &'static str,
        runs: &'static [(&'static str, Run)],
    ) -> Row {
        let unit = Unit::CpuNanos;
        Row { name, about, unit, size, most: None, pinned: true, runs }
    }

    /// At most this share of tokio's figure.
    pub(crate) const fn at_most(self, most: f64) -> Row {
        Row { most: Some(most), ..self }
    }

    pub(crate) const fn in_unit(self, unit: Unit) -> Row {
        Row { unit, ..self }
    }

    pub(crate) const fn on_all_cores(self) -> Row {
        Row { pinned: false, ..self }
    }

    /// One line, its fields parted by tabs, for the driver.
    pub(crate) fn in_words(&self) -> String {
        let runtimes: Vec<&str> = self.runs.iter().map(|(runtime, _)| *runtime).collect();
        let most = self.most.map_or("-".to_owned(), |most| most.to_string());
        let unit = match self.unit {
            Unit::CpuNanos => "ns",
            Unit::WallNanos => "ns (wall)",
            Unit::Bytes => "B",
        };
        let runtimes = runtimes.join(",");
        [self.name, unit, &most, &runtimes, self.about].join("\t")
    }
}
