//! What is the runtime's state after these events?
//!
//! A [`Fold`] takes records one by one and rebuilds the state of the engine and the primitives: the
//! run queue in its order, what is polled and what woke it, every wait with its place in line, the
//! timers and their slots, sources, channels, locks, blocking jobs. It knows only what the events
//! say. A record that contradicts the earlier ones is noted ([`Fold::contradictions`]), so tests on
//! every example and on random programs can check that the events leave nothing out.
//!
//! Interface: [`Fold::step`] takes the next record, [`Fold::of`] takes many; the methods in
//! `view.rs` answer questions about the state.
//!
//! Invariants: the cost of a record doesn't grow with the number of tasks. What has ended is
//! forgotten, even when a main future panics, so a program that runs for days can be folded.
//!
//! Elsewhere: what follows from the state, such as a deadlock (`doctor/`) or a picture (`page/`).

use kettle_events::{Event, Record};

use super::phase::{LoopState, Phase};
use super::primitive::Primitives;
use super::scopes::Scopes;
use super::tasks::Tasks;
use super::things::Things;
use super::trouble::Trouble;
use super::waiting::Waits;
use super::wheel::Wheel;

/// A runtime's state, rebuilt from its records.
///
/// A record with number 1 begins another runtime: the state is empty again, and the contradictions
/// stay.
///
/// # What it can't know
///
/// If tasks do everything, the state is exact. What has no event is missing:
///
/// - What code between two `block_on`s does, and what other threads do, except to timers, sources,
///   blocking jobs and channels. The next count then contradicts the state.
/// - Which task an owned permit or guard has been moved to: [`Holder`](super::Holder) names the
///   task that took it.
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
/// let (mut fold, mut longest_line) = (Fold::new(), 0);
/// for record in &records {
///     fold.step(record);
///     let lines = fold.primitives().map(|(id, _)| fold.line(id).count());
///     longest_line = longest_line.max(lines.max().unwrap_or(0));
/// }
/// assert_eq!(longest_line, 1);
/// assert!(fold.contradictions().is_empty(), "{:?}", fold.contradictions());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fold {
    pub(super) loop_state: LoopState,
    pub(super) tasks: Tasks,
    pub(super) wheel: Wheel,
    pub(super) things: Things,
    pub(super) primitives: Primitives,
    /// The waits that are open.
    pub(super) waits: Waits,
    /// The `select!`s, `join!`s and the like that are open.
    pub(super) scopes: Scopes,
    /// The earlier record that the last one completes: for a value that is got, the record that
    /// put it; for units given back, the one that took them; for a served wait, the act that served
    /// it; for a task queued for the first time, its spawn; for a poll, the wake before it.
    pub(crate) completes: Option<u64>,
    /// The record of the last end of a task or job that served a wait.
    pub(super) serving_end: Option<u64>,
    pub(super) trouble: Trouble,
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
        if record.seq == 1 && self.loop_state.seq > 0 {
            let trouble = Trouble { has_gaps: false, ..std::mem::take(&mut self.trouble) };
            *self = Fold { trouble, ..Fold::new() };
        }
        self.trouble.seq = record.seq;
        self.trouble.has_gaps |= matches!(record.event, Event::Lost { .. });
        // What the record before has completed, and changed without naming it.
        self.completes = None;
        self.tasks.touched.clear();
        self.wheel.moved.clear();
        // The loop has turned the wheel to the present time, except after a sleep.
        let has_slept = matches!(self.loop_state.phase, Phase::Reactor | Phase::Parked);
        if matches!(record.event, Event::Park { .. } | Event::Turn { .. }) && !has_slept {
            self.wheel.move_hand_to(record.time);
        }
        let is_polling = !self.tasks.running.is_empty();
        self.loop_state.begin(record, is_polling, &mut self.trouble);
        self.primitives.forget_channels(&self.waits);
        self.check_running(record);
        self.apply(record);
        self.loop_state.end(record);
    }

    /// Checks that a record made by a task was made by the one that is polled, and notes the line
    /// at which that task is now.
    fn check_running(&mut self, record: &Record) {
        let polled = match record.event {
            Event::PollStart { task } => Some(task),
            _ => self.tasks.running.last().copied(),
        };
        let fits = record.task.is_none() || record.task == polled;
        self.trouble.check(fits, || format!("{polled:?} is polled, not {:?}", record.task));
        if let Some(task) = record.task.and_then(|id| self.tasks.all.get_mut(&id)) {
            task.at = record.at.place().or(task.at);
        }
    }

    /// Checks the engine's counts. Those of timers and sources may be older than what another
    /// thread has changed (`phase.rs`).
    pub(super) fn check_counts(&mut self, tasks: usize, timers: usize, sources: usize) {
        let (alive, in_wheel) = (self.alive(), self.timer_count());
        self.trouble.check_count(tasks, alive, "tasks are alive");
        if !self.loop_state.is_count_old {
            let registered = self.things.registered_count;
            self.trouble.check_count(timers, in_wheel, "timers wait");
            self.trouble.check_count(sources, registered, "sources are registered");
        }
    }
}
