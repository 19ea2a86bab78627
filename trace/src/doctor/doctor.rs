//! What is wrong with this program, in words?
//!
//! The [`Doctor`] is a sink that looks for what a learner gets wrong and an expert forgets: a lost
//! wake-up, a poll that blocks the thread, a task that spins, a future that is never polled, a lock
//! held too long, a deadlock. It prints a verdict once per place, in rustc's form, on standard
//! error; the records go on to the sink behind it, and so do the [`Lint`]s if that one keeps them.
//!
//! Interface: [`Doctor`], [`examine`]; [`around`], which puts one before a sink; [`Mode`], which
//! `KETTLE_DOCTOR` chooses; [`Keeper`], a sink that wants to be told. Invariants: what the records
//! don't prove is not said, or is worded as what may be and never ends a program
//! ([`Lint::certain`]; `docs/doctor.md` tells what is proof, and what the doctor can't see). It
//! holds no records and takes no part in the run.
//!
//! tokio: the lints of tokio-console, which five are and which need a second program.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle_events::{Event, Record, Sink, Stack};
use parking_lot::Mutex;

use super::lint::{Keeper, Lint, LintKind};
use super::mode::Mode;
use super::report;
use super::round::{Hints, Round};
use super::stacks::Stacks;
use super::watch::Watcher;
use crate::words::stack;

/// Of what a look has found that didn't begin with the run.
const MIDWAY: &str =
    "only what is open now is known here. `KETTLE_DOCTOR=watch` records what led to it";

/// The look at the beginning of a run lasts so long at most.
const FIRST: Duration = Duration::from_millis(50);
/// If the loop doesn't sleep, another look lasts so long.
const LOOK: Duration = Duration::from_millis(1_500);

/// A sink that looks for mistakes, and passes the records on.
pub struct Doctor {
    mode: Mode,
    prints: bool,
    behind: Option<Box<dyn Keeper>>,
    round: Arc<Mutex<Round>>,
    watcher: Option<Watcher>,
    /// What the program is to end with.
    veto: Option<String>,
    /// Of a doctor that looks now and then: does it look now?
    looks: bool,
    /// And since when?
    since: Duration,
}

impl Doctor {
    /// A doctor that prints what it finds. The records go on to `behind`.
    pub fn new(mode: Mode, behind: Option<Box<dyn Keeper>>) -> Doctor {
        let round = Arc::new(Mutex::new(Round::new(true)));
        let afar = || behind.as_ref().and_then(|behind| behind.for_another_thread());
        let watcher = mode.watches().then(|| Watcher::start(mode, round.clone(), afar()));
        let (veto, looks, since) = (None, true, Duration::ZERO);
        Doctor { mode, prints: true, behind, round, watcher, veto, looks, since }
    }

    /// Of a program that hangs it also tells in which functions each task waits, as with
    /// `KETTLE_STACKS=1`. Taking the thread's stack at each wait costs some microseconds.
    #[must_use]
    pub fn showing_stacks(self) -> Doctor {
        stack::warm_up();
        self.round.lock().run.stacks = Some(Stacks::default());
        self
    }

    /// Also gives hints and notes: of what is only probably wrong (`leaked_tasks`,
    /// `growing_channel`), and of what a run has dropped (`lost_value`, `end`).
    #[must_use]
    pub fn hinting(self) -> Doctor {
        self.round.lock().hints = Some(Hints::default());
        self
    }

    /// A doctor that prints nothing, and tells `behind` alone.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    /// use kettle::trace::{Doctor, Lint, Record, Sink, doctor::Keeper};
    ///
    /// struct Strict;
    ///
    /// impl Sink for Strict {
    ///     fn record(&mut self, _: &[Record]) {}
    /// }
    ///
    /// impl Keeper for Strict {
    ///     fn keep(&mut self, lint: &Lint) {
    ///         eprintln!("{}: {}", lint.kind, lint.text);
    ///     }
    /// }
    ///
    /// let doctor = Doctor::telling(Box::new(Strict));
    /// let runtime = Builder::new_current_thread().trace(doctor).build()?;
    /// runtime.block_on(async { kettle::task::yield_now().await });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn telling(behind: Box<dyn Keeper>) -> Doctor {
        Doctor { prints: false, ..Doctor::new(Mode::Warn, Some(behind)) }
    }

    /// The same for a run of a search, and it watches: of a program that hangs it hears also later.
    pub(crate) fn watching(behind: Box<dyn Keeper>) -> Doctor {
        let doctor = Doctor::new(Mode::Watch, Some(behind));
        doctor.round.lock().run.searched = true;
        Doctor { prints: false, ..doctor }
    }

    /// How many entries it keeps, how many its lints have looked at, and how often it has asked the
    /// system for the threads.
    #[doc(hidden)]
    pub fn load(&self) -> (usize, u64, u64) {
        let round = self.round.lock();
        (round.kept(), round.run.looked(), round.run.alone.asks())
    }

    /// Has the runtime gone to sleep for good with this record, its last, so that `main` hangs,
    /// too?
    pub(crate) fn knows_that_all_sleep(&self, last: &Record) -> bool {
        let round = self.round.lock();
        round.sleeps().is_some() && !round.run.listens() && round.run.is_alone(last)
    }

    /// To the sink behind, whose time is not the program's.
    fn give(&mut self, what: impl FnOnce(&mut dyn Keeper)) {
        let Some(behind) = &mut self.behind else { return };
        let in_sink = |is| self.watcher.iter().for_each(|watcher| watcher.in_sink(is));
        in_sink(true);
        what(behind.as_mut());
        in_sink(false);
    }

    fn pronounce(&mut self, lint: &Lint) {
        let long = matches!(lint.kind, LintKind::BlockingPoll | LintKind::NeverYields);
        let told = long && self.watcher.as_ref().is_some_and(Watcher::has_told);
        if self.prints && !told && (self.mode == Mode::Panic || report::is_new(lint)) {
            report::print(lint, self.mode);
        }
        let kept = told && self.watcher.as_ref().is_some_and(Watcher::keeps);
        if !kept {
            self.give(|behind| behind.keep(lint));
        }
        if self.mode == Mode::Panic && lint.is_an_error() && self.veto.is_none() {
            self.veto = Some(lint.veto());
        }
    }
}

impl Sink for Doctor {
    fn record(&mut self, records: &[Record]) {
        self.give(|behind| behind.record(records));
        if self.mode == Mode::State {
            self.look(records);
        }
        self.look_at(records);
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        // Not in one expression: the guard would live while foreign code answers.
        let mine = self.round.lock().run.stacks.is_some();
        let behind = self.behind.as_ref().and_then(|behind| behind.takes_stacks());
        if mine { Some(stack::take) } else { behind }
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.give(|behind| behind.stacks(stacks));
        let run = &mut self.round.lock().run;
        if let Some(kept) = &mut run.stacks {
            kept.keep(stacks, &run.fold);
        }
    }

    /// A look lasts until the loop has woken from a sleep, or for `LOOK`.
    fn wants(&self) -> bool {
        self.mode != Mode::State || self.looks
    }

    fn live(&self) -> bool {
        self.watcher.is_some() || self.behind.as_ref().is_some_and(|behind| behind.live())
    }

    /// None while `main`'s own panic ends the run: code that catches that one is not to meet
    /// another.
    fn veto(&mut self) -> Option<String> {
        self.veto.take().filter(|_| !thread::panicking())
    }
}

impl Doctor {
    /// Each look begins with what is there.
    fn look(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        if !std::mem::replace(&mut self.looks, true) {
            let read = self.watcher.as_ref().and_then(Watcher::times);
            self.round.lock().begin(read);
            self.since = last.real.max(Duration::from_nanos(1));
        }
        let woke = records.iter().any(|it| matches!(it.event, Event::Unpark { .. }));
        let sleeps = matches!(last.event, Event::Park { .. });
        let most = if self.since.is_zero() { FIRST } else { LOOK };
        self.looks = sleeps || !woke && last.real.saturating_sub(self.since) < most;
    }

    fn look_at(&mut self, records: &[Record]) {
        let (found, goes_on) = {
            let mut round = self.round.lock();
            round.see(records);
            let polled = !round.run.fold.running().is_empty();
            let goes_on = self.watcher.is_some() && round.moment.goes_on(records, polled);
            (std::mem::take(&mut round.found), goes_on)
        };
        let midway = self.mode == Mode::State && !self.since.is_zero();
        for lint in found {
            let hangs = midway && lint.certain && lint.kind.hangs();
            self.pronounce(&if hangs { lint.note(MIDWAY) } else { lint });
        }
        if let Some(watcher) = self.watcher.as_ref().filter(|_| goes_on) {
            // Its end may be no verdict of its own, as where the timer that was due is gone.
            let told = watcher.veto();
            self.veto = self.veto.take().or(told);
            watcher.forget(); // (of the poll that it has told of, not before that ends)
        }
    }
}

/// Puts the doctor before a sink, if it is wanted: in the mode that was asked for, showing stacks
/// or not. `trace`: did the program ask for a trace? Hints are given only if `KETTLE_DOCTOR=watch`
/// asks for them.
pub fn around(
    behind: Option<Box<dyn Keeper>>,
    asked: Option<Mode>,
    stacks: bool,
    trace: bool,
) -> Option<Box<dyn Sink>> {
    let usual = match (cfg!(debug_assertions), trace || stacks) {
        (true, true) => Mode::Watch,
        (true, false) => Mode::State,
        (false, true) => Mode::Warn,
        (false, false) => Mode::Off,
    };
    let mode = asked.unwrap_or(usual);
    if mode == Mode::Off {
        return behind.map(|behind| behind as Box<dyn Sink>);
    }
    let mut doctor = Doctor::new(mode, behind);
    if asked == Some(Mode::Watch) {
        doctor = doctor.hinting();
    }
    if stacks {
        doctor = doctor.showing_stacks();
    }
    Some(Box::new(doctor))
}

/// What the doctor would say of these records: one run's, from its beginning.
///
/// Of a poll that took long, the records alone don't tell whether the thread slept or computed.
///
/// ```
/// use kettle::runtime::Builder;
/// use kettle::trace::{Recorder, doctor};
///
/// let (recorder, recording) = Recorder::new();
/// let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
/// runtime.block_on(async {
///     drop(kettle::time::sleep(std::time::Duration::from_secs(1))); // and no `.await`
/// });
/// let found = doctor::examine(&recording.records());
/// # if cfg!(debug_assertions) {
/// assert_eq!(found[0].kind, doctor::LintKind::Unpolled);
/// # }
/// ```
pub fn examine(records: &[Record]) -> Vec<Lint> {
    let mut round = Round::new(false);
    round.see(records);
    round.found
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
