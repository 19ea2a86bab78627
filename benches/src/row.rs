//! What is a row of the bench?
//!
//! A small asynchronous program, its size, and how it runs on one runtime. No row may be slower
//! than tokio's runtime of one thread; a row that has to keep more says so.

use crate::sample::Sample;

/// A row as a function of its size: how many operations, or whatever `about` says.
pub type Run = fn(u64) -> Sample;

/// How the names of rows begin that are about a debug build, with the tools that watch a run.
pub const DEBUG: &str = "debug-";

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// As it is named on the command line; what stands before the first `:` is its family.
    pub name: String,
    /// What one operation is, in words.
    pub about: String,
    /// Of the row's own figure: less of it is better. By default, nanoseconds of CPU time.
    pub unit: &'static str,
    /// How much work one sample does: 0.1 to 1 s of it.
    pub size: u64,
    /// What kettle's share of tokio's figure may be, if less than all of it.
    pub most: Option<f64>,
    /// Does the whole process run on one core?
    pub pinned: bool,
    /// The row itself.
    pub run: Run,
}

/// Nanoseconds on the wall.
pub(crate) const WALL: &str = "ns (wall)";
/// Bytes for each task.
pub(crate) const BYTES: &str = "B";

impl Row {
    /// A row of CPU time on one core.
    pub(crate) fn new(name: &str, size: u64, run: Run) -> Row {
        let (name, about) = (name.to_owned(), String::new());
        Row { name, about, unit: "ns", size, most: None, pinned: true, run }
    }

    pub(crate) fn about(self, about: &str) -> Row {
        Row { about: about.to_owned(), ..self }
    }

    /// At most this share of tokio's figure.
    pub(crate) fn at_most(self, most: f64) -> Row {
        Row { most: Some(most), ..self }
    }

    pub(crate) fn in_unit(self, unit: &'static str) -> Row {
        Row { unit, ..self }
    }

    pub(crate) fn on_all_cores(self) -> Row {
        Row { pinned: false, ..self }
    }

    /// One line, its fields parted by tabs, for the driver; with the runtimes that it runs on.
    pub(crate) fn in_words(&self, runtimes: &[&str]) -> String {
        let most = self.most.map_or("-".to_owned(), |most| most.to_string());
        [&*self.name, self.unit, &most, &runtimes.join(","), &self.about].join("\t")
    }
}
