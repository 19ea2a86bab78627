//! When does a run hang, or wait for something outside, and what ends it then?
//!
//! A run hangs if the loop sleeps, `main` hasn't ended, and the doctor has proven that nothing can
//! wake the loop. The [`Judge`] is a sink with a doctor in it. It ends a run that hangs by a veto,
//! which makes `block_on` panic. A verdict alone isn't enough, since a task may be lost while the
//! test goes on.
//!
//! The proof counts other threads, and the thread that waits for this run may not have reached its
//! wait yet. So if there is no proof, the judge wakes the loop [`LOOKS`] times, after longer and
//! longer pauses. After that the doctor's own thread does it, less often.
//!
//! The judge also ends a run on a virtual clock that waits for a socket whose other end isn't in
//! this process, or for another thread: these go by the machine's clock, so a virtual clock must
//! not jump ahead of them. The run is then made again on the real clock (`search.rs`).
//!
//! Interface: [`Judge`] notes what it has noticed in a [`Seen`]; [`Clock`] is the clock of the run;
//! [`Verdicts`] is a sink behind a doctor, which stores the verdicts.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle_events::{Event, Record, Sink, Stack};
use kettle_runtime::Handle;
use parking_lot::Mutex;

use crate::doctor::{Doctor, Keeper, Lint, Mode, rendered, stacks, threads};

/// How often the loop is woken to look again: after [`PAUSE`], then after twice as long, and so on.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_micros(20);

/// What a judge has noticed in its run.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The verdict, if the run hangs.
    pub(super) hung: Option<String>,
    /// The kinds and places of the verdicts, which distinguish this hang from others.
    pub(super) hung_at: String,
    /// Does the run wait for another process or another thread?
    pub(super) outside: bool,
}

/// Which clock does a run have?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The one that the test asks for.
    Requested,
    /// A virtual one. `threads`: how many threads the process has if the run starts none, if known.
    Virtual { threads: Option<usize> },
}

/// A sink with a doctor, which ends a run that hangs.
pub struct Judge {
    doctor: Doctor,
    found: Arc<Mutex<Vec<Lint>>>,
    seen: Arc<Mutex<Seen>>,
    clock: Clock,
    /// Is a `block_on` in progress? (Later, drops may send messages as another thread does.)
    is_driven: bool,
    veto: Option<String>,
    /// How often the loop was woken since something else has happened.
    looks: u32,
}

impl Judge {
    /// A judge for a test that runs once under a schedule: its doctor prints what it finds.
    pub(super) fn printing(clock: Clock, behind: Option<Box<dyn Keeper>>) -> io::Result<Judge> {
        let (asked, stacks) = (Mode::from_env()?, stacks::wanted()?);
        let mode = asked.or(cfg!(debug_assertions).then_some(Mode::Watch));
        let doctor = |verdicts| match mode {
            None | Some(Mode::Off) => Doctor::for_search(verdicts),
            Some(mode) => Doctor::new(mode, Some(verdicts)).with_extras(asked, stacks),
        };
        Ok(Judge::new(Arc::default(), clock, behind, doctor))
    }

    /// `doctor` makes the judge's doctor, with the sink behind it.
    pub(super) fn new(
        seen: Arc<Mutex<Seen>>,
        clock: Clock,
        behind: Option<Box<dyn Keeper>>,
        doctor: impl FnOnce(Box<dyn Keeper>) -> Doctor,
    ) -> Judge {
        let found = Arc::default();
        let doctor = doctor(Box::new(Verdicts::new(Arc::clone(&found), behind)));
        Judge { doctor, found, seen, clock, is_driven: false, veto: None, looks: 0 }
    }
}

impl Sink for Judge {
    fn record(&mut self, records: &[Record]) {
        self.doctor.record(records);
        if records.iter().any(|record| self.goes_outside(record)) {
            self.seen.lock().outside = true;
            self.veto = Some("this test waits for a socket or another thread".to_owned());
            return;
        }
        let idle = |record: &Record| {
            matches!(record.event, Event::Park { .. } | Event::Unpark { .. } | Event::Turn { .. })
        };
        if !records.iter().all(idle) {
            self.looks = 0;
        }
        let Some(last) = records.last() else { return };
        if !matches!(last.event, Event::Park { timeout: None }) {
            return;
        }
        let found = self.found.lock();
        let certain = |lint: &&Lint| lint.kind.is_a_hang() && lint.certain;
        let hangs: Vec<&Lint> = found.iter().filter(certain).collect();
        if !hangs.is_empty() && self.doctor.has_proof_of_hang(last) {
            let hung_at = places(&hangs);
            let verdicts: Vec<String> = hangs.into_iter().map(rendered).collect();
            let verdict = verdicts.join("\n");
            self.veto = Some(format!("this test hangs\n\n{verdict}"));
            let mut seen = self.seen.lock();
            (seen.hung, seen.hung_at) = (Some(verdict), hung_at);
        } else if self.looks < LOOKS
            && let Ok(runtime) = Handle::try_current()
        {
            thread::sleep(PAUSE * 2_u32.pow(self.looks));
            self.looks += 1;
            runtime.inspector().unpark();
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
    fn goes_outside(&mut self, record: &Record) -> bool {
        match record.event {
            Event::RunStart { .. } => self.is_driven = true,
            Event::RunEnd { .. } => self.is_driven = false,
            _ => {}
        }
        let Clock::Virtual { threads: usual } = self.clock else { return false };
        let is_outside = match record.event {
            Event::BlockingStart { .. } | Event::Message { .. } => true,
            // The clock is about to jump to the deadline.
            Event::Park { timeout: Some(_) } => {
                usual.is_some() && threads() > usual || self.doctor.waits_outside()
            }
            _ => false,
        };
        self.is_driven && is_outside
    }
}

/// The kinds and places of these verdicts, sorted, so that the same hang has the same words.
fn places(lints: &[&Lint]) -> String {
    let place = |lint: &Lint| lint.place().map(|place| format!(" at {place}")).unwrap_or_default();
    let mut places: Vec<_> =
        lints.iter().map(|lint| format!("{}{}", lint.kind, place(lint))).collect();
    places.sort();
    places.dedup();
    places.join(", ")
}

/// Stores the verdicts, and passes verdicts and records on.
pub(super) struct Verdicts {
    found: Arc<Mutex<Vec<Lint>>>,
    behind: Option<Box<dyn Keeper>>,
}

impl Verdicts {
    pub(super) fn new(found: Arc<Mutex<Vec<Lint>>>, behind: Option<Box<dyn Keeper>>) -> Verdicts {
        Verdicts { found, behind }
    }
}

impl Sink for Verdicts {
    fn record(&mut self, records: &[Record]) {
        if let Some(behind) = &mut self.behind {
            behind.record(records);
        }
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.behind.as_ref().and_then(|behind| behind.takes_stacks())
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        if let Some(behind) = &mut self.behind {
            behind.stacks(stacks);
        }
    }

    fn live(&self) -> bool {
        self.behind.as_ref().is_some_and(|behind| behind.live())
    }
}

impl Keeper for Verdicts {
    fn keep(&mut self, lint: &Lint) {
        self.found.lock().push(lint.clone());
        if let Some(behind) = &mut self.behind {
            behind.keep(lint);
        }
    }
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
        let (one, other) = (lint(here), lint(there));
        assert_eq!(places(&[&one]), format!("deadlock at {here}"));
        assert_ne!(places(&[&one]), places(&[&other]));
        assert_eq!(places(&[&one, &other]), places(&[&other, &one, &one]));
    }
}
