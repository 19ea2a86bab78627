//! When does a run hang, or wait for something outside, and what ends it then?
//!
//! A run hangs if the loop sleeps, `main` hasn't ended, and the doctor has proven that nothing can
//! wake the loop. The [`Judge`] is the run's sink: it gets all records, and passes them to a doctor
//! (`doctor/`), which finds mistakes in them. The judge ends a run that hangs by a *veto*, a text
//! with which `block_on` panics. It doesn't do so for a mistake of any kind, because the test may
//! go on although one of its tasks can never be woken.
//!
//! The proof counts the threads that could act. The thread that has started this run (`run.rs`) is
//! one of these until it waits for the run's end. So if there is no proof yet, the judge sleeps a
//! little and wakes the loop, which then gets to its next sleep and judges again: [`MAX_LOOKS`]
//! times, after longer and longer pauses. After that the doctor's thread does it, less often.
//!
//! The judge also ends a run on a virtual clock that waits for a socket whose other end isn't in
//! this process, or for another thread: these go by the machine's clock, so a virtual clock must
//! not jump ahead of them. The run is then made again on the real clock (`search.rs`).
//!
//! Interface: [`Judge`] gives a [`Failure`] to a run that it ends; [`Clock`] is the run's clock.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle_events::{Event, Record, Sink, Stack};
use kettle_runtime::Handle;
use parking_lot::Mutex;

use super::failure::{Failure, FailureKind};
use crate::doctor::{Doctor, Keeper, Lint, Mode, rendered, stacks, threads};

/// How often the loop is woken to look again: after [`FIRST_PAUSE`], then twice as long, and so on.
const MAX_LOOKS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_micros(20);

/// Which clock does a run have?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The one that the test asks for.
    Requested,
    /// A virtual one. `usual_threads`: how many threads the process has if the run starts none.
    Virtual { usual_threads: Option<usize> },
}

/// A sink with a doctor, which ends a run that hangs or waits for something outside.
pub struct Judge {
    doctor: Doctor,
    /// Why the judge has ended the run, if it has. `run.rs` reads this after the run.
    failure: Arc<Mutex<Option<Failure>>>,
    clock: Clock,
    /// Is a `block_on` in progress? (Later, drops may send messages as another thread does.)
    is_driven: bool,
    /// What `block_on` will panic with.
    veto: Option<String>,
    /// How often the loop was woken to look again, since anything else has happened.
    looks: u32,
}

impl Judge {
    /// A judge for a test that runs once under a schedule. Its doctor prints what it finds, unless
    /// `KETTLE_DOCTOR` turns that off, or isn't set in a release build. Even then a silent doctor
    /// proves hangs. `next_sink` also gets all records, and what the doctor finds.
    pub(super) fn printing(clock: Clock, next_sink: Option<Box<dyn Keeper>>) -> io::Result<Judge> {
        let (requested, stacks) = (Mode::from_env()?, stacks::wanted()?);
        let default = cfg!(debug_assertions).then_some(Mode::Watch);
        let doctor = match requested.or(default) {
            None | Some(Mode::Off) => Doctor::for_search(next_sink),
            Some(mode) => Doctor::new(mode, next_sink).with_extras(requested, stacks),
        };
        Ok(Judge::new(doctor, clock, Arc::default()))
    }

    pub(super) fn new(doctor: Doctor, clock: Clock, failure: Arc<Mutex<Option<Failure>>>) -> Judge {
        Judge { doctor, failure, clock, is_driven: false, veto: None, looks: 0 }
    }
}

impl Sink for Judge {
    fn record(&mut self, records: &[Record]) {
        self.doctor.record(records);
        for record in records {
            match record.event {
                Event::RunStart { .. } => self.is_driven = true,
                Event::RunEnd { .. } => self.is_driven = false,
                _ => {}
            }
            if self.is_driven && self.waits_outside(record) {
                let outside = Failure::without_fingerprint(FailureKind::Outside, "");
                self.end_run(outside, "this test waits for a socket or another thread".to_owned());
                return;
            }
        }
        // Only the loop itself has done something, such as looking again.
        let is_idle = |record: &Record| {
            matches!(record.event, Event::Park { .. } | Event::Unpark { .. } | Event::Turn { .. })
        };
        if !records.iter().all(is_idle) {
            self.looks = 0;
        }
        if let Some(park) = records.last()
            && matches!(park.event, Event::Park { timeout: None })
        {
            self.judge_sleep(park);
        }
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.doctor.takes_stacks()
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.doctor.stacks(stacks);
    }

    fn live(&self) -> bool {
        self.doctor.live()
    }

    fn veto(&mut self) -> Option<String> {
        self.veto.take().or_else(|| self.doctor.veto())
    }
}

impl Judge {
    /// On a virtual clock: with this record, does the run wait for another process or thread?
    fn waits_outside(&self, record: &Record) -> bool {
        let Clock::Virtual { usual_threads } = self.clock else { return false };
        match record.event {
            Event::BlockingStart { .. } | Event::Message { .. } => true,
            // The clock is about to jump to the deadline.
            Event::Park { timeout: Some(_) } => {
                usual_threads.is_some() && threads() > usual_threads || self.doctor.waits_outside()
            }
            _ => false,
        }
    }

    /// The loop is about to sleep without a deadline: ends the run if it hangs, or wakes the loop.
    fn judge_sleep(&mut self, park: &Record) {
        let hangs = self.doctor.proven_hangs(park);
        if !hangs.is_empty() {
            let (kind, fingerprint) = (FailureKind::Hang, kinds_and_places(&hangs));
            let text = hangs.iter().map(rendered).collect::<Vec<_>>().join("\n");
            let veto = format!("this test hangs\n\n{text}");
            self.end_run(Failure { kind, fingerprint, text }, veto);
        } else if self.looks < MAX_LOOKS
            && let Ok(runtime) = Handle::try_current()
        {
            thread::sleep(FIRST_PAUSE * 2_u32.pow(self.looks));
            self.looks += 1;
            runtime.inspector().unpark();
        }
    }

    /// The first reason counts, since the run may go on for a little, and give others.
    fn end_run(&mut self, failure: Failure, veto: String) {
        self.failure.lock().get_or_insert(failure);
        self.veto.get_or_insert(veto);
    }
}

/// The kinds and places of these verdicts, sorted, so that the same hang has the same words.
fn kinds_and_places(lints: &[Lint]) -> String {
    let words = |lint: &Lint| match lint.place() {
        Some(place) => format!("{} at {place}", lint.kind),
        None => lint.kind.to_string(),
    };
    let words: BTreeSet<String> = lints.iter().map(words).collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::*;
    use crate::doctor::LintKind;

    #[test]
    fn hangs_are_distinguished_by_their_kinds_and_places() {
        let here = Location::caller();
        let there = Location::caller();
        let lint = |place| {
            Lint::new(LintKind::Deadlock, None, String::new(), 0).spot(Some(place), "waits")
        };
        let (one, other) = (|| lint(here), || lint(there));
        assert_eq!(kinds_and_places(&[one()]), format!("deadlock at {here}"));
        assert_ne!(kinds_and_places(&[one()]), kinds_and_places(&[other()]));
        let in_another_order = kinds_and_places(&[other(), one(), one()]);
        assert_eq!(kinds_and_places(&[one(), other()]), in_another_order);
    }

    #[test]
    fn a_run_keeps_the_first_reason_for_its_end() {
        let failure = Arc::default();
        let (doctor, clock) = (Doctor::for_search(None), Clock::Requested);
        let mut judge = Judge::new(doctor, clock, Arc::clone(&failure));
        for kind in [FailureKind::Outside, FailureKind::Hang] {
            judge.end_run(Failure::without_fingerprint(kind, ""), kind.word());
        }
        let first = failure.lock().take().map(|failure| failure.kind);
        assert_eq!((first, judge.veto()), (Some(FailureKind::Outside), Some("Outside".to_owned())));
    }
}
