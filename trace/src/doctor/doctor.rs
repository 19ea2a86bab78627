//! What is wrong with this program, in words?
//!
//! The [`Doctor`] is a sink that looks for mistakes: a lost wake-up, a poll that blocks the thread,
//! a task that spins, a future that is never polled, a lock held too long, a deadlock. It prints
//! each verdict once per place, in rustc's form, on standard error. The records and the verdicts
//! also go to the sink behind it.
//!
//! Interface: [`Doctor`]; [`around`] puts one before a sink; [`examine`] judges records afterwards.
//! Invariants: a verdict is proven, or its words say that it may be wrong, and then it never ends a
//! program ([`Lint::certain`]; `docs/doctor.md` explains what is a proof). The doctor stores no
//! records, and doesn't change the run.
//!
//! tokio: the lints of tokio-console, which has five of these and needs a second program.

use std::sync::Arc;
use std::thread;

use kettle_events::{Coming, Event, Record, Sink, Snapshot, Stack};
use parking_lot::Mutex;

use super::end::End;
use super::lint::{Keeper, Lint};
use super::mode::Mode;
use super::report::{Report, Reported};
use super::round::Round;
use super::stacks::Stacks;
use super::watch::Watcher;
use crate::words::stack;

/// A sink that looks for mistakes, and passes the records on.
pub struct Doctor {
    mode: Mode,
    round: Arc<Mutex<Round>>,
    report: Arc<Report>,
    watcher: Option<Arc<Watcher>>,
}

impl Doctor {
    /// A doctor that prints what it finds. The records go on to `behind`.
    pub fn new(mode: Mode, behind: Option<Box<dyn Keeper>>) -> Doctor {
        Doctor::with(mode, true, behind)
    }

    fn with(mode: Mode, prints: bool, behind: Option<Box<dyn Keeper>>) -> Doctor {
        let round = Arc::new(Mutex::new(Round::new(true)));
        let report = Arc::new(Report::new(mode, prints, behind));
        let begin = || Watcher::start(mode, round.clone(), report.clone());
        let watcher = (mode.watches() || prints).then(begin);
        Doctor { mode, round, report, watcher }
    }

    /// In the verdict on a program that hangs it also names the functions in which each task waits,
    /// as with `KETTLE_STACKS=1`. Taking the thread's stack at each wait costs some microseconds.
    #[must_use]
    pub fn showing_stacks(self) -> Doctor {
        stack::warm_up();
        self.round.lock().run.stacks = Some(Stacks::default());
        self
    }

    /// Also lists the tasks that the end of a run has dropped, which most programs mean.
    #[must_use]
    pub fn listing_the_dropped(self) -> Doctor {
        self.round.lock().end = Some(End::default());
        self
    }

    /// A doctor that prints nothing, and gives its verdicts to `behind` alone.
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
        Doctor::with(Mode::Warn, false, Some(behind))
    }

    /// A doctor for a run of a search: it prints nothing, and its thread watches.
    pub(crate) fn watching(behind: Box<dyn Keeper>) -> Doctor {
        Doctor::with(Mode::Watch, false, Some(behind))
    }

    /// With what `KETTLE_DOCTOR` (`asked`) and `KETTLE_STACKS` ask for in addition.
    pub(crate) fn adjusted(mut self, asked: Option<Mode>, stacks: bool) -> Doctor {
        if asked == Some(Mode::Watch) {
            self = self.listing_the_dropped();
        }
        if stacks { self.showing_stacks() } else { self }
    }

    /// How many entries it has, how many its lints have visited, and how often it has asked the
    /// system for the threads.
    #[doc(hidden)]
    pub fn load(&self) -> (usize, u64, u64) {
        let round = self.round.lock();
        (round.size(), round.run.visited(), round.run.alone.times_counted.get())
    }

    /// With this record, the last, has the runtime gone to sleep for good, so that `main` hangs?
    pub(crate) fn has_proof_of_hang(&self, last: &Record) -> bool {
        let round = self.round.lock();
        round.sleeps_for_good(0) && round.run.is_alone(last)
    }

    /// Does a task wait for a socket that another process may end?
    pub(crate) fn waits_outside(&self) -> bool {
        self.round.lock().run.coming(|coming| coming == Coming::Open)
    }
}

impl Doctor {
    fn judge(&self, judge: impl FnOnce(&mut Round)) {
        let found = {
            let mut round = self.round.lock();
            judge(&mut round);
            std::mem::take(&mut round.found)
        };
        for lint in &found {
            self.report.add(lint);
        }
    }
}

impl Sink for Doctor {
    fn record(&mut self, records: &[Record]) {
        self.report.behind(|behind| behind.record(records));
        if let Some(watcher) = &self.watcher {
            watcher.learn_runtime();
        }
        if let Some(Event::Lost { records }) = records.last().map(|last| last.event)
            && self.round.lock().run.fold.is_whole()
        {
            self.report.say(&format!(
                "kettle: {records} records were lost, because one poll made too many; from here on \
                 the doctor judges only what exists"
            ));
        }
        self.judge(|round| round.take(records));
    }

    fn look(&mut self, now: &Snapshot) {
        if let Some(watcher) = &self.watcher {
            watcher.learn_runtime();
        }
        self.judge(|round| round.look(now));
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        // Not in one expression: the lock must be released before the sink behind is called.
        let shows_stacks = self.round.lock().run.stacks.is_some();
        if shows_stacks {
            Some(stack::take)
        } else {
            self.report.behind(|it| it.takes_stacks()).flatten()
        }
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.report.behind(|behind| behind.stacks(stacks));
        let run = &mut self.round.lock().run;
        if let Some(all) = &mut run.stacks {
            all.add(stacks, &run.fold);
        }
    }

    fn wants(&self) -> bool {
        self.mode != Mode::State
    }

    fn live(&self) -> bool {
        self.mode.watches() || self.report.behind(|behind| behind.live()) == Some(true)
    }

    /// Nothing while `main`'s own panic ends the run: code that catches that panic must not get a
    /// second one.
    fn veto(&mut self) -> Option<String> {
        self.report.veto.lock().take().filter(|_| !thread::panicking())
    }
}

/// Drops the sink behind it here, so that this doesn't happen on the doctor's thread.
impl Drop for Doctor {
    fn drop(&mut self) {
        let behind = self.report.behind.lock().take();
        drop(behind);
    }
}

/// Puts the doctor before a sink, unless it is off. `asked` is the mode that the environment asks
/// for, `stacks` whether it shows stacks, `trace` whether the program asked for a trace. The tasks
/// that the end drops are listed only with `KETTLE_DOCTOR=watch`.
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
    Some(Box::new(Doctor::new(mode, behind).adjusted(asked, stacks)))
}

/// The doctor's verdicts on these records, which must be of one run, from its beginning.
///
/// Records alone don't show whether the thread slept or computed in a long poll.
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
    let (mut round, mut reported) = (Round::new(false), Reported::default());
    round.take(records);
    round.found.retain(|lint| reported.is_new(lint));
    round.found
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
