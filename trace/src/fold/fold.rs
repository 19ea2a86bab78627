//! What is the runtime's state after these events?
//!
//! A [`Fold`] takes records one by one and rebuilds what the engine and the primitives hold: which
//! tasks are queued and in which order, which is polled and what woke it, which waits where and at
//! which place in line, timers and their slots, sources, channels, locks and other primitives,
//! blocking jobs. What it knows it has from the events. Where a record says something that the
//! records before it exclude, it says so ([`Fold::contradictions`]); so whether the events tell all
//! is a question with an answer, and tests ask it of every example and of random programs.
//!
//! Invariants: the cost of a record does not grow with the number of tasks; what is over is
//! forgotten, also when a main future ends by a panic, so that a program that runs for days can be
//! folded as it runs.
//!
//! Not here: what to make of it: a deadlock (`doctor`), a picture (`replay`).

use kettle_events::{Event, Record};

use super::course::{Course, Phase};
use super::primitive::Primitives;
use super::scopes::Scopes;
use super::tasks::Tasks;
use super::things::Things;
use super::trouble::Trouble;
use super::waiting::Waits;
use super::wheel::Wheel;

/// A runtime's state, rebuilt from its records.
///
/// A record with number 1 begins another runtime: the state is empty again, the contradictions
/// stay.
///
/// # What it can't know
///
/// Where everything is done by tasks, the state is exact. What no event tells is not in it:
///
/// - What code between two `block_on`s does, and what other threads do but to timers, sources,
///   blocking jobs and channels: it shows in the next count, as a contradiction.
/// - Which task has an owned permit or guard by now: [`Holder`](super::Holder) names the one that
///   took it.
/// - In which local set a task is queued, and where there.
///
/// ```
/// use kettle::sync::Mutex;
/// use kettle::trace::{fold::Fold, record};
///
/// let ((), records) = record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
///     runtime.block_on(async {
///         let lock = std::sync::Arc::new(Mutex::new(()));
///         let guard = lock.lock().await;
///         kettle::spawn({ let lock = lock.clone(); async move { drop(lock.lock().await) } });
///         kettle::task::yield_now().await; // the task finds the lock held
///         drop(guard);
///     });
/// });
/// let mut fold = Fold::new();
/// let mut most = 0;
/// for record in &records {
///     fold.step(record);
///     most = most.max(fold.primitives().map(|(id, _)| fold.line(id).count()).max().unwrap_or(0));
/// }
/// assert_eq!(most, 1);
/// assert!(fold.contradictions().is_empty(), "{:?}", fold.contradictions());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fold {
    pub(super) course: Course,
    pub(super) tasks: Tasks,
    pub(super) wheel: Wheel,
    pub(super) things: Things,
    pub(super) primitives: Primitives,
    /// The waits that are open.
    pub(super) waits: Waits,
    /// Combinators that are polled.
    pub(super) scopes: Scopes,
    /// The record that the last one goes back to: the put of a value that is got, the taking of
    /// what is given back, the act that has served a wait, the spawn of a task that is queued for
    /// the first time.
    pub(crate) back: Option<u64>,
    /// The end that a wait was served by last: of a task or job.
    pub(super) ended: Option<u64>,
    pub(super) trouble: Trouble,
    /// How many entries were looked at by events that look at more than one.
    pub(crate) looked: u64,
}

impl Fold {
    /// Nothing has happened yet.
    pub fn new() -> Fold {
        Fold::default()
    }

    /// The state after these records.
    pub fn of(records: &[Record]) -> Fold {
        let mut fold = Fold::new();
        for record in records {
            fold.step(record);
        }
        fold
    }

    /// Takes one more record, the next.
    pub fn step(&mut self, record: &Record) {
        if record.seq == 1 && self.course.seq > 0 {
            let trouble = Trouble { blind: false, ..std::mem::take(&mut self.trouble) };
            *self = Fold { trouble, ..Fold::new() };
        }
        self.trouble.seq = record.seq;
        self.back = None;
        self.trouble.blind |= matches!(record.event, Event::Lost { .. });
        self.tasks.touched.clear();
        self.wheel.moved.clear();
        // After a sleep the hand has still to move.
        let behind = matches!(self.course.phase, Phase::Reactor | Phase::Parked);
        if matches!(record.event, Event::Park { .. } | Event::Turn { .. }) && !behind {
            self.wheel.reach(record.time);
        }
        let polling = !self.tasks.running.is_empty();
        self.course.begin(record, polling, &mut self.trouble);
        self.primitives.forget_channels(&self.waits);
        self.check_who(record);
        self.apply(record);
        self.course.end(record);
    }

    /// Is it the running task that did this?
    fn check_who(&mut self, record: &Record) {
        let running = match record.event {
            Event::PollStart { task } => Some(task),
            _ => self.tasks.running.last().copied(),
        };
        let fits = record.task.is_none() || record.task == running;
        self.trouble.check(fits, || format!("{running:?} is polled, not {:?}", record.task));
        if let Some(task) = record.task.and_then(|id| self.tasks.all.get_mut(&id)) {
            task.at = record.at.place().or(task.at);
        }
    }

    /// Does the engine count the same? What other threads do to timers and sources is recorded
    /// before a count that may not have it yet.
    pub(super) fn compare(&mut self, [tasks, timers, sources]: [usize; 3]) {
        let (alive, added, registered) = (self.alive(), self.timer_count(), self.things.registered);
        let (t, known) = (&mut self.trouble, !self.course.is_behind);
        t.check(tasks == alive, || format!("{tasks} tasks are alive, it says, not {alive}"));
        t.check(!known || timers == added, || {
            format!("{timers} timers wait, it says, not {added}")
        });
        t.check(!known || sources == registered, || {
            format!("{sources} sources are registered, it says, not {registered}")
        });
    }
}
