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
        self.completes = None;
        self.trouble.has_gaps |= matches!(record.event, Event::Lost { .. });
        self.tasks.touched.clear();
        self.wheel.moved.clear();
        // After a sleep the wheel's hand has not been moved yet.
        let slept = matches!(self.loop_state.phase, Phase::Reactor | Phase::Parked);
        if matches!(record.event, Event::Park { .. } | Event::Turn { .. }) && !slept {
            self.wheel.move_hand_to(record.time);
        }
        let polling = !self.tasks.running.is_empty();
        self.loop_state.begin(record, polling, &mut self.trouble);
        self.primitives.forget_channels(&self.waits);
        self.check_running(record);
        self.apply(record);
        self.loop_state.end(record);
    }

    /// Checks that a record made by a task was made by the one that is polled, and notes the line.
    fn check_running(&mut self, record: &Record) {
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

    /// Checks the engine's counts, which may be older than what another thread has changed
    /// (`phase.rs`).
    pub(super) fn check_counts(&mut self, [tasks, timers, sources]: [usize; 3]) {
        let (alive, added) = (self.alive(), self.timer_count());
        let registered = self.things.registered_count;
        let (trouble, may_be_old) = (&mut self.trouble, self.loop_state.is_count_old);
        trouble.check(tasks == alive, || format!("{tasks} tasks are alive, it says, not {alive}"));
        trouble.check(may_be_old || timers == added, || {
            format!("{timers} timers wait, it says, not {added}")
        });
        trouble.check(may_be_old || sources == registered, || {
            format!("{sources} sources are registered, it says, not {registered}")
        });
    }
}
