//! Does the doctor see a mistake in a form that it was not made for, and nothing where there is none?
//!
//! Each lint was written with one program in view (`examples/oops`). Here are others, written when
//! it was done; and programs that come close to a mistake and make none. Programs that hang are
//! played by `tests/oops.rs`.

#[path = "doctor/blocked.rs"]
mod blocked;
#[path = "doctor/bounded.rs"]
mod bounded;
#[path = "doctor/cures.rs"]
mod cures;
#[path = "doctor/leaks.rs"]
mod leaks;
#[path = "doctor/limits.rs"]
mod limits;
#[path = "doctor/lost_value.rs"]
mod lost_value;
#[path = "doctor/none.rs"]
mod none;
#[path = "doctor/variants.rs"]
mod variants;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::trace::doctor::{Keeper, LintKind};
use kettle::trace::{Doctor, Lint, Record, Sink};

/// A descriptor of a program's own.
struct Device(std::io::PipeReader);

impl std::os::fd::AsRawFd for Device {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.0.as_raw_fd()
    }
}

type Tap = kettle::io::unix::AsyncFd<Device>;

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

/// What the doctor says of a program.
fn verdicts(program: impl FnOnce(&Runtime)) -> Vec<Lint> {
    verdicts_of(&mut Builder::new_current_thread(), |runtime, _| program(runtime))
}

/// The same in virtual time: whatever the machine does, timers are due one after the other.
fn verdicts_in_virtual_time(program: impl FnOnce(&Runtime)) -> Vec<Lint> {
    verdicts_of(Builder::new_current_thread().start_paused(true), |runtime, _| program(runtime))
}

/// The same of a program that is told of each verdict as it comes.
fn verdicts_of(builder: &mut Builder, program: impl FnOnce(&Runtime, &Verdicts)) -> Vec<Lint> {
    let verdicts = Verdicts::default();
    let doctor = Doctor::telling(Box::new(verdicts.clone()));
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

#[test]
#[should_panic(expected = "the sink has panicked")]
fn a_doctor_that_panics_is_noticed() {
    struct Dies(#[expect(dead_code, reason = "held, as by a doctor")] Verdicts);
    impl Sink for Dies {
        fn record(&mut self, _: &[Record]) {
            panic!("on purpose");
        }
    }
    let verdicts = Verdicts::default();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.trace(Dies(verdicts.clone())).build().unwrap();
    runtime.block_on(async {});
    drop(runtime);
    verdicts.all();
}

/// The doctor says this, and nothing else. Gives the first verdict.
fn check(kind: LintKind, future: impl Future<Output = ()>) -> Lint {
    only(kind, verdicts(|runtime| runtime.block_on(future)))
}

fn check_in_virtual_time(kind: LintKind, future: impl Future<Output = ()>) -> Lint {
    only(kind, verdicts_in_virtual_time(|runtime| runtime.block_on(future)))
}

fn only(kind: LintKind, found: Vec<Lint>) -> Lint {
    assert!(found.iter().all(|lint| lint.kind == kind), "{found:#?}");
    found.into_iter().next().unwrap_or_else(|| panic!("nothing was said of {kind}"))
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
