//! What is a row of the bench?
//!
//! A small asynchronous program, its size, on which runtimes it runs, and what kettle's share of
//! tokio's figure is to be.

use crate::sample::Sample;

/// A row as a function of its size: how many operations, or whatever `about` says.
pub type Run = fn(u64) -> Sample;

/// One line of the table.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the table")]
pub struct Row {
    /// As it is named on the command line; what stands before the first `:` is its family.
    pub name: &'static str,
    /// What one operation is, in words.
    pub about: &'static str,
    /// Of the row's own figure: less of it is better.
    pub unit: Unit,
    /// How much work one sample does: 0.1 to 1 s of it.
    pub size: u64,
    /// The target: kettle's figure divided by that of [`beside`](Row::beside) is to be no more than
    /// this.
    pub target: Option<f64>,
    /// The target is a part of whose figure?
    pub beside: &'static str,
    /// Does the project fail when the target is missed?
    pub gated: bool,
    /// Does the whole process run on one core?
    pub pinned: bool,
    /// A second target, which counts as one of its own: for one of the sample's notes.
    pub limit: Option<(&'static str, Most)>,
    /// Are its system calls and instructions worth counting?
    pub counts_calls: bool,
    /// Does it need to know how many bytes are allocated? Then it runs in `kettle-bench-live`.
    pub counts_bytes: bool,
    /// The runtimes it runs on.
    pub runs: &'static [(&'static str, Run)],
}

/// How much kettle's note may be: never a part of a time, always a count.
#[derive(Clone, Copy, Debug)]
pub enum Most {
    Number(f64),
    /// As much as this runtime's.
    As(&'static str),
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
        Row {
            name,
            about,
            unit,
            size,
            target: None,
            beside: "tokio",
            gated: false,
            limit: None,
            pinned: true,
            counts_calls: false,
            counts_bytes: false,
            runs,
        }
    }

    /// A target that the project stands for.
    pub(crate) const fn promised(self, target: f64) -> Row {
        Row { target: Some(target), gated: true, ..self }
    }

    /// A target that may be missed.
    pub(crate) const fn hoped(self, target: f64) -> Row {
        Row { target: Some(target), ..self }
    }

    /// The target is a part of that runtime's figure, not of tokio's.
    pub(crate) const fn beside(self, beside: &'static str) -> Row {
        Row { beside, ..self }
    }

    /// A promise about one of the sample's notes.
    pub(crate) const fn limited(self, note: &'static str, most: Most) -> Row {
        Row { limit: Some((note, most)), ..self }
    }

    pub(crate) const fn counting_calls(self) -> Row {
        Row { counts_calls: true, ..self }
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
        let target = match (self.target, self.beside) {
            (None, _) => "-".to_owned(),
            (Some(target), "tokio") => target.to_string(),
            (Some(target), beside) => format!("{target} of {beside}"),
        };
        let limit = match self.limit {
            None => "-".to_owned(),
            Some((note, Most::Number(most))) => format!("{note} of {most}"),
            Some((note, Most::As(runtime))) => format!("{note} of {runtime}"),
        };
        let gated = if self.gated { "gated" } else { "reported" };
        let program = if self.counts_bytes { "kettle-bench-live" } else { "kettle-bench" };
        let unit = match self.unit {
            Unit::CpuNanos => "ns",
            Unit::WallNanos => "ns (wall)",
            Unit::Bytes => "B",
            Unit::Polls => "polls",
        };
        let runtimes = runtimes.join(",");
        [self.name, program, unit, &target, gated, &limit, &runtimes, self.about].join("\t")
    }
}
