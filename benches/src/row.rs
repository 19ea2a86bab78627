//! What is a row of the bench?
//!
//! A small asynchronous program, its size, and a function that runs it on one runtime. No row may
//! be slower than tokio's runtime of one thread; a row may ask for more (`most`).

use crate::sample::Sample;

/// Runs a row of this size: the number of operations, or whatever `about` says.
pub type Run = fn(u64) -> Sample;

/// The names of rows for a debug build, with its doctor, begin with this.
pub const DEBUG: &str = "debug-";

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// Its name on the command line. The part before the first `:` is its family.
    pub name: String,
    /// What one operation is, in words.
    pub about: String,
    /// The unit of its figure, of which less is better. By default, nanoseconds of CPU time.
    pub unit: &'static str,
    /// How much work one sample does: 0.1 to 1 s of it.
    pub size: u64,
    /// The highest allowed ratio of kettle's figure to tokio's, if it is less than 1.
    pub most: Option<f64>,
    /// Does the whole process run on one core?
    pub pinned: bool,
    /// The row itself.
    pub run: Run,
}

/// Nanoseconds by the wall clock.
pub(crate) const WALL: &str = "ns (wall)";
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

    /// Sets the highest allowed ratio to tokio's figure.
    pub(crate) fn at_most(self, most: f64) -> Row {
        Row { most: Some(most), ..self }
    }

    pub(crate) fn in_unit(self, unit: &'static str) -> Row {
        Row { unit, ..self }
    }

    pub(crate) fn on_all_cores(self) -> Row {
        Row { pinned: false, ..self }
    }

    /// A line for the driver (`xtask/src/bench`): its fields and its runtimes, separated by tabs.
    pub(crate) fn in_words(&self, runtimes: &[&str]) -> String {
        let most = self.most.map_or("-".to_owned(), |most| most.to_string());
        [&*self.name, self.unit, &most, &runtimes.join(","), &self.about].join("\t")
    }
}
