//! When does a run hang, and why?
//!
//! When the thread goes to sleep for good, with `main` unfinished, and it is proven that nothing
//! can wake it: then waiting on would teach nothing. The judge is a sink around the doctor, which
//! tells it its verdicts; it objects, and so `block_on` panics. A verdict alone is no reason: a
//! task may be lost while the test goes on.
//!
//! The proof asks what other threads do, and the one that waits for this run may not have come to
//! its wait yet. So the loop is sent round again some times, each time after twice as long: a test
//! that waits for another thread does so at each wait, and the answer mostly comes soon. After that
//! the doctor's own thread does so, less often.
//!
//! It also notices that a run on a virtual clock waits for what goes by the machine's: a socket
//! whose other end isn't here, or a job of another thread. Then such a clock must not jump, and the
//! run ends: it has to be made again on the real clock.
//!
//! Interface: [`Judge`], [`Seen`], [`Clock`]; [`Heard`], the sink behind the doctor, which keeps
//! what it says.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle_events::{Event, Record, Sink, Stack};
use kettle_runtime::Handle;
use parking_lot::Mutex;

use crate::doctor::{Doctor, Keeper, Lint, Mode, rendered, stacks, threads};

/// How often the loop looks again at once: after this pause, then after twice as long, and so on.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_micros(20);

/// What a judge has noticed in its run.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The verdict, if it hangs.
    pub(super) hung: Option<String>,
    /// What hangs, and where: another hang has other words here.
    pub(super) hung_at: String,
    /// The run waits for a socket or a job.
    pub(super) outside: bool,
}

/// Which clock does a run have?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The one that the test asks for.
    Requested,
    /// A virtual one. Unless the run starts others, there are so many threads, if that is known.
    Virtual { threads: Option<usize> },
}

/// A doctor whose verdict of a hang ends the run.
pub struct Judge {
    doctor: Doctor,
    found: Arc<Mutex<Vec<Lint>>>,
    seen: Arc<Mutex<Seen>>,
    clock: Clock,
    /// The run goes on. What is dropped after its end may send messages, as another thread does.
    goes_on: bool,
    veto: Option<String>,
    /// How often the loop has gone to sleep for good since anything has happened.
    looks: u32,
}

impl Judge {
    pub(super) fn new(
        seen: Arc<Mutex<Seen>>,
        clock: Clock,
        behind: Option<Box<dyn Keeper>>,
    ) -> Judge {
        Judge::with(seen, clock, behind, Doctor::watching)
    }

    /// One for a test that runs once: its doctor says what it finds, as in a test that runs as
    /// usual.
    pub(super) fn printing(clock: Clock, behind: Option<Box<dyn Keeper>>) -> io::Result<Judge> {
        let (asked, stacks) = (Mode::from_env()?, stacks::wanted()?);
        let mode = asked.or(cfg!(debug_assertions).then_some(Mode::Watch));
        let doctor = |heard| match mode {
            None | Some(Mode::Off) => Doctor::watching(heard),
            Some(mode) => {
                let doctor = Doctor::new(mode, Some(heard));
                let lists = asked == Some(Mode::Watch);
                let doctor = if lists { doctor.listing_the_dropped() } else { doctor };
                if stacks { doctor.showing_stacks() } else { doctor }
            }
        };
        Ok(Judge::with(Arc::default(), clock, behind, doctor))
    }

    fn with(
        seen: Arc<Mutex<Seen>>,
        clock: Clock,
        behind: Option<Box<dyn Keeper>>,
        doctor: impl FnOnce(Box<dyn Keeper>) -> Doctor,
    ) -> Judge {
        let found = Arc::default();
        let doctor = doctor(Box::new(Heard::new(Arc::clone(&found), behind)));
        Judge { doctor, found, seen, clock, goes_on: false, veto: None, looks: 0 }
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
        let certain = |lint: &&Lint| lint.kind.hangs() && lint.certain;
        let hangs: Vec<&Lint> = found.iter().filter(certain).collect();
        if !hangs.is_empty() && self.doctor.knows_that_all_sleep(last) {
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
    fn goes_outside(&mut self, record: &Record) -> bool {
        match record.event {
            Event::RunStart { .. } => self.goes_on = true,
            Event::RunEnd { .. } => self.goes_on = false,
            _ => {}
        }
        let jumps = matches!(record.event, Event::Park { timeout: Some(_) });
        let is_open = || jumps && self.clock != Clock::Requested && self.doctor.waits_outside();
        self.goes_on && (self.clock.goes_outside(record) || is_open())
    }
}

/// The kind and the place of each, in an order that does not depend on the run.
fn places(lints: &[&Lint]) -> String {
    let place = |lint: &Lint| lint.place().map(|place| format!(" at {place}")).unwrap_or_default();
    let mut places: Vec<_> =
        lints.iter().map(|lint| format!("{}{}", lint.kind, place(lint))).collect();
    places.sort();
    places.dedup();
    places.join(", ")
}

impl Clock {
    /// Must it not jump over what this record tells of?
    fn goes_outside(self, record: &Record) -> bool {
        let Clock::Virtual { threads: usual } = self else { return false };
        match record.event {
            Event::BlockingStart { .. } | Event::Message { .. } => true,
            // It is about to jump.
            Event::Park { timeout: Some(_) } => usual.is_some() && threads() > usual,
            _ => false,
        }
    }
}

/// Keeps the verdicts, and passes everything on.
pub(super) struct Heard {
    found: Arc<Mutex<Vec<Lint>>>,
    behind: Option<Box<dyn Keeper>>,
}

impl Heard {
    pub(super) fn new(found: Arc<Mutex<Vec<Lint>>>, behind: Option<Box<dyn Keeper>>) -> Heard {
        Heard { found, behind }
    }
}

impl Sink for Heard {
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

impl Keeper for Heard {
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
    fn a_hang_is_told_from_another_by_its_kinds_and_places() {
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
