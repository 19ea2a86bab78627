//! What is a row of the bench?
//!
//! A small asynchronous program, which [`Row::run`] runs on one runtime, and what the table in
//! `docs/performance.md` says of it. No row may be slower than on tokio's runtime of one thread; a
//! row may set a stricter limit (`max_ratio`). `rows/table.rs` lists the rows. The driver,
//! `xtask/src/bench`, reads each as a line of text ([`Row::to_line`]).

use crate::sample::Sample;

/// Runs one sample of a size: the number of operations, or of the tasks, timers or clients that the
/// row's `about` names.
pub type Run = fn(u64) -> Sample;

/// The names of rows for a debug build, with its doctor, begin with this.
pub const DEBUG: &str = "debug-";

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// Its name on the command line. The part before the first `:` is its family.
    pub name: String,
    /// What one operation is, in words.
    pub about: String,
    /// The unit of its figure. A lower figure is better. By default, nanoseconds of CPU time.
    pub unit: &'static str,
    /// How much work one sample does. Chosen so that it takes 0.1 to 1 s.
    pub size: u64,
    /// The highest allowed ratio of kettle's figure to tokio's. `None`: 1.
    pub max_ratio: Option<f64>,
    /// Does the whole process run on one core?
    pub is_pinned: bool,
    /// Runs one sample.
    pub run: Run,
}

/// Units: nanoseconds by the wall clock, and bytes.
pub(crate) const WALL: &str = "ns (wall)";
pub(crate) const BYTES: &str = "B";

impl Row {
    /// A row that measures CPU time on one core. The methods below change one field each.
    pub(crate) fn new(name: &str, size: u64, run: Run) -> Row {
        let (name, about) = (name.to_owned(), String::new());
        Row { name, about, unit: "ns", size, max_ratio: None, is_pinned: true, run }
    }

    pub(crate) fn about(self, about: &str) -> Row {
        Row { about: about.to_owned(), ..self }
    }

    pub(crate) fn with_max_ratio(self, max_ratio: f64) -> Row {
        Row { max_ratio: Some(max_ratio), ..self }
    }

    pub(crate) fn in_unit(self, unit: &'static str) -> Row {
        Row { unit, ..self }
    }

    pub(crate) fn on_all_cores(self) -> Row {
        Row { is_pinned: false, ..self }
    }

    /// A line for the driver: its fields and the runtimes that run it, separated by tabs.
    pub(crate) fn to_line(&self, runtimes: &[&str]) -> String {
        let max_ratio = self.max_ratio.map_or("-".to_owned(), |max_ratio| max_ratio.to_string());
        [&*self.name, self.unit, &max_ratio, &runtimes.join(","), &self.about].join("\t")
    }
}
