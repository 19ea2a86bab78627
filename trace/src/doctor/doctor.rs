//! What is wrong with this program, in words?
//!
//! The [`Doctor`] is a sink that looks for what a learner gets wrong and an expert forgets: a lost
//! wake-up, a poll that blocks the thread, a task that spins, a future that is never polled, a lock
//! held too long, a deadlock. It prints a verdict once per place, in rustc's form, on standard error;
//! the records go on to the sink behind it, and so do the [`Lint`]s if that one keeps them.
//!
//! Interface: [`Doctor`], [`examine`]; [`Mode`], which `KETTLE_DOCTOR` chooses; [`Keeper`], a sink
//! that wants to be told. Invariants: what the records don't prove is not said, or is worded as what may be
//! and never ends a program ([`Lint::certain`]; `docs/doctor.md` tells what is proof, and what the doctor
//! can't see). It holds no records and takes no part in the run.
//!
//! tokio: the lints of tokio-console, which five are and which need a second program.

use std::collections::HashSet;

use kettle_events::{Place, Record, Sink};

use super::keeper::Keeper;
use super::lint::{Lint, LintKind};
use super::mode::Mode;
use super::run::Run;
use super::watch::Watcher;
use super::{
    blocking_poll, busy_loop, deadlock, guard_across_await, leaked_tasks, lost_wakeup, report,
    unpolled,
};

/// A sink that looks for mistakes, and passes the records on.
pub struct Doctor {
    mode: Mode,
    prints: bool,
    behind: Option<Box<dyn Keeper>>,
    round: Round,
    watcher: Option<Watcher>,
    /// What the program is to end with.
    objection: Option<String>,
}

impl Doctor {
    /// A doctor who prints what it finds. The records go on to `behind`.
    pub fn new(mode: Mode, behind: Option<Box<dyn Keeper>>) -> Doctor {
        let watcher = mode.watches().then(|| Watcher::start(mode));
        Doctor { mode, prints: true, behind, round: Round::new(true), watcher, objection: None }
    }

    /// Also gives hints: of what is only probably wrong (`leaked_tasks`).
    #[must_use]
    pub fn hinting(mut self) -> Doctor {
        self.round.lines = Some(leaked_tasks::Lines::default());
        self
    }

    /// A doctor who prints nothing, and tells `behind` alone.
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

    /// How many entries it keeps, and how many its lints have looked at.
    #[doc(hidden)]
    pub fn load(&self) -> (usize, u64) {
        let Round { run, lost, guards, circles, .. } = &self.round;
        (run.kept() + lost.len() + guards.len() + circles.len(), run.looked())
    }

    fn pronounce(&mut self, lint: &Lint) {
        let long = matches!(lint.kind, LintKind::BlockingPoll | LintKind::NeverYields);
        let told = long && self.watcher.as_ref().is_some_and(Watcher::has_told);
        if self.prints && !told && (self.mode == Mode::Panic || report::is_new(lint)) {
            let mode = if lint.is_an_error() { self.mode } else { Mode::Warn };
            report::print(lint, mode);
        }
        if let Some(behind) = &mut self.behind {
            behind.keep(lint);
        }
        if self.mode == Mode::Panic && lint.is_an_error() && self.objection.is_none() {
            self.objection = Some(format!("kettle's doctor: {}", lint.text));
        }
    }
}

impl Sink for Doctor {
    fn record(&mut self, records: &[Record]) {
        if let Some(behind) = &mut self.behind {
            behind.record(records);
        }
        self.look_at(records);
    }

    fn live(&self) -> bool {
        self.watcher.is_some() || self.behind.as_ref().is_some_and(|behind| behind.live())
    }

    fn objection(&mut self) -> Option<String> {
        self.objection.take()
    }
}

impl Doctor {
    fn look_at(&mut self, records: &[Record]) {
        self.round.see(records);
        if !self.round.found.is_empty() {
            for lint in std::mem::take(&mut self.round.found) {
                self.pronounce(&lint);
            }
        }
        if let (Some(watcher), Some(last)) = (&mut self.watcher, records.last()) {
            watcher.note(&self.round.run, last);
        }
    }
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

/// The lints, and what they look at.
struct Round {
    run: Run,
    lost: lost_wakeup::Suspects,
    blocking: blocking_poll::Watch,
    busy: busy_loop::Spin,
    unpolled: unpolled::Dropped,
    guards: guard_across_await::Contended,
    circles: deadlock::Circles,
    /// `None`: no hints are wanted.
    lines: Option<leaked_tasks::Lines>,
    /// What was said, and whether it was certain.
    said: HashSet<(LintKind, Option<Place>, bool)>,
    found: Vec<Lint>,
}

impl Round {
    /// `now`: the records are fresh, and the system may be asked about this moment.
    fn new(now: bool) -> Round {
        Round {
            run: Run::new(now),
            lost: lost_wakeup::Suspects::default(),
            blocking: blocking_poll::Watch::new(),
            busy: busy_loop::Spin::default(),
            unpolled: unpolled::Dropped::default(),
            guards: guard_across_await::Contended::default(),
            circles: deadlock::Circles::default(),
            lines: None,
            said: HashSet::new(),
            found: Vec::new(),
        }
    }

    fn see(&mut self, records: &[Record]) {
        for record in records {
            self.run.step(record);
            // With records missing, nothing is proven any more.
            if self.run.fold.is_whole() {
                self.ask(record);
            }
        }
        if self.run.now
            && let Some(last) = records.last()
        {
            self.blocking.take_time(last.real);
        }
    }

    fn ask(&mut self, record: &Record) {
        let run = &self.run;
        let mut say = |lint: Lint| {
            if self.said.insert((lint.kind, lint.place(), lint.certain)) {
                self.found.push(lint);
            }
        };
        self.blocking.see(run, record).map(&mut say);
        self.unpolled.see(run, record).into_iter().for_each(&mut say);
        self.guards.see(run, record).map(&mut say);
        self.lost.see(run, record).into_iter().for_each(&mut say);
        self.circles.see(run, &mut self.guards, record).map(&mut say);
        self.busy.see(run, record).map(&mut say);
        if let Some(lines) = &mut self.lines {
            lines.see(run, record).map(&mut say);
        }
    }
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
