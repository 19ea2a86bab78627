//! Does the doctor see what is wrong, and say nothing where nothing is?
//!
//! Each `examples/oops_*.rs` is a program with a mistake, which `tests/oops.rs` plays. Here are
//! other mistakes, and programs that come close to a mistake and make none.

#[path = "doctor/bounded.rs"]
mod bounded;
#[path = "doctor/silent.rs"]
mod silent;
#[path = "doctor/told.rs"]
mod told;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::trace::doctor::{Keeper, LintKind};
use kettle::trace::{Doctor, Lint, Record, Sink};

/// Keeps the verdicts.
#[derive(Clone, Default)]
struct Verdicts(Arc<Mutex<Vec<Lint>>>);

impl Sink for Verdicts {
    fn record(&mut self, _: &[Record]) {}
}

impl Keeper for Verdicts {
    fn keep(&mut self, lint: &Lint) {
        self.0.lock().unwrap().push(lint.clone());
    }
}

/// What the doctor says of a program in virtual time: whatever the machine does, timers are due one
/// after the other.
fn verdicts_in_virtual_time(program: impl FnOnce(&Runtime)) -> Vec<Lint> {
    verdicts_of(Builder::new_current_thread().start_paused(true), |runtime, _| program(runtime))
}

/// What it says of a program that is told of each verdict as it comes.
fn verdicts_of(builder: &mut Builder, program: impl FnOnce(&Runtime, &Verdicts)) -> Vec<Lint> {
    let verdicts = Verdicts::default();
    let doctor = Doctor::silent(Box::new(verdicts.clone()));
    program(&builder.trace(doctor).build().unwrap(), &verdicts);
    verdicts.all()
}

impl Verdicts {
    /// All that was found in a run that is over.
    #[track_caller]
    fn all(&self) -> Vec<Lint> {
        assert_saw_all(&self.0);
        self.0.lock().unwrap().clone()
    }
}

/// Has the sink that held this seen the whole run? One that panics is neither called again nor
/// dropped.
#[track_caller]
fn assert_saw_all<T>(held: &Arc<T>) {
    assert_eq!(Arc::strong_count(held), 1, "the sink has panicked, and saw only how the run began");
}

/// The doctor says this, and nothing else.
#[track_caller]
fn only(kind: LintKind, found: &[Lint]) {
    let is_this = found.iter().all(|lint| lint.kind == kind);
    assert!(!found.is_empty() && is_this, "not {kind}, and no other: {found:#?}");
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
