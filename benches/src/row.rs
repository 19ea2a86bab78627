//! What is a row of the bench?
//!
//! A small asynchronous program, its size, on which runtimes it runs, and what kettle's share of
//! tokio's figure is to be.

use crate::sample::Sample;

/// A row as a function of its size: how many operations, or whatever `about` says.
pub type Run = fn(u64) -> Sample;

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
    /// The target: kettle's figure divided by tokio's is to be no more than this.
    pub target: Option<f64>,
    /// Does the project fail when the target is missed?
    pub gated: bool,
    /// Does the whole process run on one core?
    pub pinned: bool,
    /// Does it need to know how many bytes are allocated? Then it runs in `kettle-bench-live`.
    pub counts_bytes: bool,
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
    /// Polls of other tasks.
    Polls,
}

impl Row {
    /// A row of CPU time on one core, without a target.
    pub(crate) const fn new(
        name: &'static str,
        size: u64,
        about: &'static str,
        runs: &'static [(&'static str, Run)],
    ) -> Row {
        let unit = Unit::CpuNanos;
        let (target, gated, pinned, counts_bytes) = (None, false, true, false);
        Row { name, about, unit, size, target, gated, pinned, counts_bytes, runs }
    }

    /// A target that the project stands for.
    pub(crate) const fn promised(self, target: f64) -> Row {
        Row { target: Some(target), gated: true, ..self }
    }

    /// A target that may be missed.
    pub(crate) const fn hoped(self, target: f64) -> Row {
        Row { target: Some(target), ..self }
    }

    pub(crate) const fn in_unit(self, unit: Unit) -> Row {
        Row { unit, ..self }
    }

    pub(crate) const fn on_all_cores(self) -> Row {
        Row { pinned: false, ..self }
    }

    pub(crate) const fn counting_bytes(self) -> Row {
        Row { counts_bytes: true, ..self }
    }

    /// One line, its fields parted by tabs, for the driver.
    pub(crate) fn in_words(&self) -> String {
        let runtimes: Vec<&str> = self.runs.iter().map(|(runtime, _)| *runtime).collect();
        let target = self.target.map_or("-".to_owned(), |target| target.to_string());
        let gated = if self.gated { "gated" } else { "reported" };
        let program = if self.counts_bytes { "kettle-bench-live" } else { "kettle-bench" };
        let unit = match self.unit {
            Unit::CpuNanos => "ns",
            Unit::WallNanos => "ns (wall)",
            Unit::Bytes => "B",
            Unit::Polls => "polls",
        };
        [self.name, program, unit, &target, gated, &runtimes.join(","), self.about].join("\t")
    }
}
