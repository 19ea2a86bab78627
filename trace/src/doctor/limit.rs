//! Has a test failed at its time limit, because nothing could happen before?
//!
//! `timeout(limit, case)` and `select! { () = sleep(limit) => … }` put a timer beside a wait, and so the program
//! never sleeps for good. With the clock paused, a hang is certain all the same: no task is ready, and the clock
//! has to jump to go on, to a timer that only limits a wait.
//!
//! A timer limits a wait if its task also waits for something else. If *each* timer does, and without the timers
//! the program would hang (`deadlock.rs`, `lost_wakeup.rs`), then nothing but the end of a limit can happen. That
//! may be what is wanted, as where a test looks whether a limit is kept. So it is told only when `main` panics at
//! that very moment of the virtual clock, before any task has got on: then the limit was a failure. It is certain
//! if `main` does so in the poll that the timer has led to. (Another thread might have come: the paused clock
//! waits for none. Where one can run, the verdict says what may be.)
//!
//! Interface: [`Limits`]. Invariant: what it costs is O(1) a record, since it looks at all tasks only once in as
//! many records as there are tasks, and where a jump is twice as long as any before.

use std::time::Duration;

use kettle_events::{Act, Cause, Event, Kind, Outcome, Record, Resource, SyncKind};

use super::lint::{Lint, span};
use super::run::Run;
use super::threads::Others;
use super::{deadlock, lost_wakeup};

/// With more timers than these, some task will do something of its own.
const MOST_TIMERS: usize = 8;

/// The last jump of the clock over which nothing could happen.
#[derive(Debug, Default)]
pub(super) struct Limits {
    paused: bool,
    found: Option<Found>,
    /// The record after which all tasks were last looked at, and the longest jump so far.
    looked: u64,
    longest: Duration,
}

#[derive(Debug)]
struct Found {
    /// What would be said.
    lint: Lint,
    /// The time to which the clock jumped.
    until: Duration,
    /// Has a timer that fired since led to `main`'s latest poll?
    is_mains: bool,
}

impl Run {
    /// As it would be if there were no timers.
    pub(super) fn without_timers<R>(&self, look: impl FnOnce() -> R) -> R {
        self.without_timers.set(true);
        let result = look();
        self.without_timers.set(false);
        result
    }

    /// What is said of timers, where nothing can happen.
    pub(super) fn of_timers(&self) -> &'static str {
        match self.without_timers.get() {
            true => "each timer only limits a wait",
            false if self.is_frozen() => {
                "the paused clock stands still until the blocking jobs have ended, so no timer fires"
            }
            false => "no timer is set",
        }
    }

    /// Where nothing can happen: is there a timer that a paused clock keeps, because a blocking job is out?
    pub(super) fn is_frozen(&self) -> bool {
        !self.without_timers.get() && self.fold.timer_count() > 0
    }

    /// What comes of it that nothing can happen.
    pub(super) fn of_the_end(&self) -> &'static str {
        if self.without_timers.get() {
            "only such a limit could end this"
        } else {
            "this program hangs forever"
        }
    }
}

impl Limits {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { paused } => (self.paused, self.found) = (paused, None),
            Event::Advance { auto: false, .. } => self.paused = true,
            Event::Park { timeout: Some(jump) } if self.paused && !jump.is_zero() => {
                let until = record.time + jump;
                let found = self.look(run, record, jump);
                self.found = found.map(|lint| Found { lint, until, is_mains: false });
            }
            Event::PollStart { task } => {
                let main = run.main().filter(|main| main.id == task);
                if let Some((found, main)) = self.found.as_mut().zip(main) {
                    let woken = main.woken_by.filter(|wake| wake.by == Cause::Timer);
                    found.is_mains = woken.is_some_and(|wake| wake.seq > found.lint.after);
                }
            }
            Event::PollEnd { task, outcome: Outcome::Panicked, .. }
                if run.fold.task(task).is_none_or(|task| task.kind == Kind::Main) =>
            {
                let Found { mut lint, until, is_mains } = self.found.take()?;
                lint.certain &= is_mains;
                return (record.time <= until + TICK).then_some(lint);
            }
            event if self.found.is_some() && gets_on(event) => self.found = None,
            _ => {}
        }
        None
    }

    /// What is wrong, if all timers only limit waits and it is time to look.
    fn look(&mut self, run: &Run, record: &Record, jump: Duration) -> Option<Lint> {
        if !run.now || run.fold.timer_count() > MOST_TIMERS || run.listens() {
            return None;
        }
        let certain = limits(run)?;
        let due = record.seq - self.looked >= run.fold.alive() as u64 || jump >= 2 * self.longest;
        if !due {
            return None;
        }
        (self.looked, self.longest) = (record.seq, self.longest.max(jump));
        let mut lint = run.without_timers(|| hangs(run, record))?;
        lint.certain &= certain;
        // The whole limit, also if the jump is only the rest of it.
        let ends = record.time + jump;
        let timers = run.fold.timers().filter(|(_, timer)| timer.due <= ends + TICK);
        let limit = timers.map(|(_, timer)| timer.due.saturating_sub(timer.since)).max();
        let limit = limit.map_or(jump, |limit| limit.max(jump));
        lint.text = format!("{}; only a limit of {} has ended that", lint.text, span(limit));
        Some(lint)
    }
}

/// Does more come of a limit than its end? What ends only gives back, and what waited looks again.
fn gets_on(event: Event) -> bool {
    use SyncKind::{Mutex, OnceCell, RwLock, Semaphore};
    match event {
        // A wait that is dropped hands on the permit that it was given, and that is no headway.
        Event::SyncAct { kind: Mutex | OnceCell | RwLock | Semaphore, act: Act::Put, .. } => false,
        Event::SyncAct { act, .. } => matches!(act, Act::Take | Act::Put | Act::Get | Act::Open),
        Event::Wait { on, .. } => !matches!(on, Resource::Timer(_)),
        Event::Spawn { .. } | Event::BlockingStart { .. } | Event::TimerAdd { .. } => true,
        _ => false,
    }
}

/// A timer fires in the tick in which it is due.
const TICK: Duration = Duration::from_millis(1);

/// Does each timer belong to a task that waits for something else, too? Of wakers outside kettle it is not
/// known whether the task still waits there, so that is nothing certain.
fn limits(run: &Run) -> Option<bool> {
    let mut certain = true;
    for (_, timer) in run.fold.timers() {
        let waiter = timer.waiter?;
        let task = run.fold.task(waiter.task?)?;
        // If the timer is as old as this poll, a wait that is older may have been given up in it: what is dropped
        // at the end of one limit can leave its waker behind.
        let began = task.woken_by.map_or(0, |wake| wake.seq);
        let fresh = waiter.since < began || task.polls == 1;
        let mut awaits = run.without_timers(|| run.few_awaits(task)).into_iter();
        let awaits = awaits.any(|wait| fresh || wait.waiter.since > began);
        if !awaits && (!fresh || task.clones == 0) {
            return None;
        }
        certain &= awaits;
    }
    Some(certain)
}

/// What would be wrong if there were no timers?
fn hangs(run: &Run, record: &Record) -> Option<Lint> {
    let look = |others| {
        let lost = lost_wakeup::without_timers(run, record.seq);
        lost.or_else(|| deadlock::without_timers(run, others, record.seq))
    };
    look(Some(Others::NONE))?; // so it is worth to ask
    let others = run.others(record);
    let mut lint = look(others)?;
    lint.certain &= others.is_some();
    Some(lint)
}
