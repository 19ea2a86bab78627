//! What is wrong with this program, in words?
//!
//! The [`Doctor`] is a sink that looks for mistakes: a lost wake-up, a poll that blocks the thread,
//! a task that spins, a future that is never polled, a lock held too long, a deadlock. It prints
//! each verdict once per place, in rustc's form, on standard error. If it has a *next sink*, it
//! passes the records and the verdicts on to that.
//!
//! Interface: [`Doctor`], which has three constructors; [`around`] puts a doctor before a sink;
//! [`examine`] judges records afterwards.
//!
//! | constructor | prints | uses the doctor's thread (`watch.rs`) |
//! |---|---|---|
//! | [`Doctor::new`] | yes | yes |
//! | [`Doctor::silent`] | no | no |
//! | [`Doctor::for_search`] | no | yes |
//!
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
use crate::words::stderr::print_message;

/// A sink that looks for mistakes, and passes the records on.
pub struct Doctor {
    round: Arc<Mutex<Round>>,
    report: Arc<Report>,
    watcher: Option<Arc<Watcher>>,
}

impl Doctor {
    /// A doctor that prints what it finds. The records and the verdicts go on to `next_sink`.
    pub fn new(mode: Mode, next_sink: Option<Box<dyn Keeper>>) -> Doctor {
        Doctor::with_report(Report::printed(mode, next_sink))
    }

    /// A doctor that prints nothing, and gives its verdicts to `next_sink` alone.
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
    /// let doctor = Doctor::silent(Box::new(Strict));
    /// let runtime = Builder::new_current_thread().trace(doctor).build()?;
    /// runtime.block_on(async { kettle::task::yield_now().await });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn silent(next_sink: Box<dyn Keeper>) -> Doctor {
        Doctor::with_report(Report::silent(Mode::Warn, Some(next_sink))) // has no thread
    }

    /// A doctor for a run of a search, which prints nothing, but notices a poll that never ends.
    pub(crate) fn for_search(next_sink: Option<Box<dyn Keeper>>) -> Doctor {
        Doctor::with_report(Report::silent(Mode::Watch, next_sink)) // has a thread
    }

    fn with_report(report: Report) -> Doctor {
        let (round, report) = (Arc::new(Mutex::new(Round::live())), Arc::new(report));
        // The doctor's thread also prints the open waits after a `SIGQUIT`, in every mode.
        let needs_thread = report.mode.watches() || report.prints;
        let watcher = needs_thread.then(|| Watcher::start(round.clone(), report.clone()));
        Doctor { round, report, watcher }
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

    /// Turns on what the environment asks for besides the mode: the list of the dropped tasks if
    /// `KETTLE_DOCTOR` (`asked`) is `watch`, and the stacks.
    pub(crate) fn with_extras(mut self, asked: Option<Mode>, stacks: bool) -> Doctor {
        if asked == Some(Mode::Watch) {
            self = self.listing_the_dropped();
        }
        if stacks { self.showing_stacks() } else { self }
    }

    /// How much the doctor stores and does. Tests limit this.
    #[doc(hidden)]
    pub fn load(&self) -> Load {
        let round = self.round.lock();
        Load {
            stored_entries: round.size(),
            visited_entries: round.run.visited(),
            thread_counts: round.run.alone.times_counted.get(),
        }
    }

    /// The certain verdicts on tasks that hang, if `main` hangs, too: only another thread could end
    /// the sleep that begins with `last`, and none can act (`alone.rs`). Otherwise, no verdicts.
    pub(crate) fn proven_hangs(&self, last: &Record) -> Vec<Lint> {
        let hangs = self.report.hangs.lock().clone();
        let is_main_hanging =
            |round: &Round| round.has_recorded_sleep_for_good() && round.run.is_alone(last);
        if !hangs.is_empty() && is_main_hanging(&self.round.lock()) { hangs } else { Vec::new() }
    }

    /// Does a task wait for a socket (or the like) that another process may still write to?
    pub(crate) fn waits_outside(&self) -> bool {
        self.round.lock().run.coming(|coming| coming == Coming::Open)
    }

    /// Lets `ask` question the lints, and reports what they find.
    fn report_findings(&self, ask: impl FnOnce(&mut Round)) {
        let found = {
            let mut round = self.round.lock();
            ask(&mut round);
            std::mem::take(&mut round.found)
        };
        for lint in &found {
            self.report.add(lint);
        }
    }

    /// Says that records were lost, but only the first time: the fold isn't whole after that.
    fn report_first_loss(&self, last: &Record) {
        if let Event::Lost { records } = last.event
            && self.report.prints
            && self.round.lock().run.fold.is_whole()
        {
            print_message(format_args!(
                "{records} records were lost, because one poll made too many; from here on the \
                 doctor judges only what exists"
            ));
        }
    }
}

/// How much a doctor stores and does.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many entries (tasks, waits, names and so on) it stores.
    pub stored_entries: usize,
    /// How many entries its lints have visited so far.
    pub visited_entries: u64,
    /// How often it has asked the system how many threads there are.
    pub thread_counts: u64,
}

/// The runtime asks `wants`, `live` and `takes_stacks` when it is built. Its loop calls `record`
/// after each poll and before each sleep (if live, also within polls) or, if the doctor wants no
/// records, `look` now and then, with a snapshot of what exists. After each call it asks `veto`.
impl Sink for Doctor {
    fn record(&mut self, records: &[Record]) {
        self.report.with_next_sink(|next| next.record(records));
        self.watcher.iter().for_each(|watcher| watcher.learn_runtime());
        if let Some(last) = records.last() {
            self.report_first_loss(last);
        }
        self.report_findings(|round| round.judge_records(records));
    }

    fn look(&mut self, snapshot: &Snapshot) {
        self.watcher.iter().for_each(|watcher| watcher.learn_runtime());
        self.report_findings(|round| round.judge_look(snapshot));
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        // Not in one expression: the lock must be released before the next sink is called.
        let shows_stacks = self.round.lock().run.stacks.is_some();
        if shows_stacks {
            Some(stack::take)
        } else {
            self.report.with_next_sink(|next| next.takes_stacks()).flatten()
        }
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.report.with_next_sink(|next| next.stacks(stacks));
        let run = &mut self.round.lock().run;
        if let Some(all) = &mut run.stacks {
            all.add(stacks, &run.fold);
        }
    }

    fn wants(&self) -> bool {
        self.report.mode != Mode::State // in `State` it only looks
    }

    /// While the doctor's thread watches, it needs the records of a poll before the poll ends.
    fn live(&self) -> bool {
        self.report.mode.watches() || self.report.with_next_sink(|next| next.live()) == Some(true)
    }

    /// In [`Mode::Panic`], an error's message. There is none while `main`'s own panic ends the run:
    /// code that catches that panic must not get a second one.
    fn veto(&mut self) -> Option<String> {
        let veto = self.report.veto.lock().take();
        if thread::panicking() { None } else { veto }
    }
}

/// Drops the next sink here, so that it isn't dropped on the doctor's thread.
impl Drop for Doctor {
    fn drop(&mut self) {
        let next_sink = self.report.next_sink.lock().take();
        drop(next_sink);
    }
}

/// Puts the doctor before the sink of a trace (`next_sink`), unless the doctor is off. `asked` is
/// the mode that the environment asks for, and `stacks` says whether the doctor shows stacks. It
/// lists the tasks that the end drops only with `KETTLE_DOCTOR=watch`.
pub fn around(
    next_sink: Option<Box<dyn Keeper>>,
    asked: Option<Mode>,
    stacks: bool,
) -> Option<Box<dyn Sink>> {
    let needs_records = next_sink.is_some() || stacks;
    let mode = asked.unwrap_or_else(|| usual_mode(needs_records));
    if mode == Mode::Off {
        return next_sink.map(|sink| sink as Box<dyn Sink>);
    }
    Some(Box::new(Doctor::new(mode, next_sink).with_extras(asked, stacks)))
}

/// The mode if the environment asks for none. A debug build is for finding mistakes, so the doctor
/// is on, and its thread watches each poll (`Watch`). But it doesn't itself cause records to be
/// made: without a trace it looks at the runtime's state instead (`State`). A release build pays
/// for the doctor only if it pays for records already, and has no watch over each poll (`Warn`).
fn usual_mode(needs_records: bool) -> Mode {
    match (cfg!(debug_assertions), needs_records) {
        (true, true) => Mode::Watch,
        (true, false) => Mode::State,
        (false, true) => Mode::Warn,
        (false, false) => Mode::Off,
    }
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
    let (mut round, mut reported) = (Round::default(), Reported::default());
    round.judge_records(records);
    round.found.retain(|lint| reported.is_new(lint));
    round.found
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
