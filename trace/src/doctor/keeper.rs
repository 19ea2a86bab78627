//! Who is told what the doctor finds?
//!
//! The sink behind it, if it asks to be: a file keeps the verdicts beside the records.
//!
//! Interface: [`Keeper`].

use kettle_events::Sink;

use super::lint::Lint;

/// A sink that keeps the doctor's verdicts beside the records.
pub trait Keeper: Sink {
    /// Takes a verdict. It follows from the records up to [`Lint::after`], which it was given before.
    fn keep(&mut self, lint: &Lint) {
        let _ = lint;
    }

    /// Another way to it, for the doctor's own thread: to be told what that finds while the runtime's thread
    /// is stuck in a poll. `None`: it has no use for it.
    fn for_another_thread(&self) -> Option<Box<dyn Keeper>> {
        None
    }
}
