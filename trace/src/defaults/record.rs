//! How does a program watch runtimes that it does not build itself?
//!
//! It builds them inside [`record`]. A runtime that is given no sink asks [`default_sink`] for one,
//! which first looks at a thread-local: while `record` runs, that holds a list of recordings. So
//! `#[kettle::main]` can be watched without a change to it.
//!
//! Interface: [`record`] runs a closure and gives its records, for programs and tests;
//! [`default_sink`] gives the sink of a runtime, for `Builder::build`.
//!
//! Invariant: a `record` leaves the thread-local as it found it, even if it panics.

use std::cell::RefCell;
use std::io;

use kettle_events::{Record, Sink};

use crate::defaults::env;
use crate::defaults::panics::note_panics;
use crate::defaults::recorder::{Recorder, Recording};
use crate::doctor::{self, Keeper};

thread_local! {
    /// One recording per runtime built inside the innermost `record` on this thread.
    static RECORDINGS: RefCell<Option<Vec<Recording>>> = const { RefCell::new(None) };
}

/// Calls `f` and returns, beside its value, the records of every runtime that was built inside it,
/// on this thread and without a sink of its own.
///
/// If several runtimes were built, their records follow each other in the order of building, and
/// each runtime counts [`Record::seq`] from 1. Only its last 262,144 records are kept; an
/// [`Event::Lost`](crate::Event::Lost) says how many older ones there were. What a runtime does
/// after `f` has returned isn't recorded. In a nested `record`, only the inner one records.
///
/// # Panics
///
/// If `f` does; its records are lost.
///
/// ```
/// use std::time::Duration;
///
/// let (tea, records) = kettle::trace::record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
///     runtime.block_on(async {
///         kettle::time::sleep(Duration::from_millis(5)).await;
///         "Earl Grey"
///     })
/// });
/// assert_eq!(tea, "Earl Grey");
/// assert_eq!(kettle::trace::Ledger::from_records(&records).of("timers", "fired"), 1);
/// ```
pub fn record<R>(f: impl FnOnce() -> R) -> (R, Vec<Record>) {
    let restore = Restore { outer: RECORDINGS.replace(Some(Vec::new())) };
    let value = f();
    let recordings = RECORDINGS.take().unwrap_or_default();
    drop(restore);
    let records = recordings.iter().flat_map(Recording::records).collect();
    (value, records)
}

/// The sink of a runtime that was built without one: the recorder of a [`record`] on this thread,
/// else what [`from_env`](crate::from_env) finds. The [`doctor`](crate::doctor) comes before it, if
/// that is in.
///
/// # Errors
///
/// As [`from_env`](crate::from_env) and [`Mode::from_env`](crate::doctor::Mode::from_env).
pub fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    // These come first because `env::wanted` overwrites the trace of an earlier run, which must not
    // be lost to a misspelt variable.
    let (mode, stacks) = (doctor::Mode::from_env()?, doctor::stacks::wanted()?);
    let recorder = RECORDINGS.with_borrow_mut(|recordings| {
        recordings.as_mut().map(|recordings| {
            let (recorder, recording) = Recorder::new();
            recordings.push(recording);
            Box::new(recorder) as Box<dyn Keeper>
        })
    });
    if recorder.is_some() {
        return Ok(doctor::around(recorder, mode, stacks));
    }
    let trace = env::wanted()?;
    if trace.is_some() {
        note_panics(); // not in a `record`, which has the program's events and no more
    }
    Ok(doctor::around(trace, mode, stacks))
}

/// Puts back what was asked for before.
struct Restore {
    outer: Option<Vec<Recording>>,
}

impl Drop for Restore {
    fn drop(&mut self) {
        RECORDINGS.set(self.outer.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, turn};
    use kettle_events::Event;

    /// Stands for a runtime: takes the default sink and leaves one record there.
    fn run(queued: usize) {
        let mut sink = default_sink().unwrap().expect("inside a record");
        sink.record(&Script::new().write(turn(queued)).records);
    }

    fn queued(records: &[Record]) -> Vec<usize> {
        let queued = |record: &Record| match record.event {
            Event::Turn { queued, .. } => queued,
            other => panic!("{other:?}"),
        };
        records.iter().map(queued).collect()
    }

    #[test]
    fn only_the_innermost_record_records() {
        let (inner, outer) = record(|| {
            run(1);
            let ((), inner) = record(|| run(2));
            run(3);
            inner
        });
        assert_eq!(queued(&inner), [2]);
        assert_eq!(queued(&outer), [1, 3]);
    }

    #[test]
    fn a_panic_leaves_nothing_behind() {
        let ((), outer) = record(|| {
            let result = std::panic::catch_unwind(|| record(|| panic!("the tea is cold")));
            assert!(result.is_err());
            run(1);
        });
        assert_eq!(queued(&outer), [1]);
        assert!(RECORDINGS.with_borrow(Option::is_none));
    }
}
