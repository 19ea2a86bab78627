//! Which tasks are alive, what state is each in, and what changes it?
//!
//! A [`Scheduler`] is a slab of all live tasks, with their run queue and the wakers to be called
//! later. Since only the runtime's thread touches it, a task's state is a plain value in its slot.
//!
//! ```text
//!         1 insert
//!            │
//!            ▼   2 check_out           5 remove
//!     ┌─▶ Queued ────────▶ Running ─────────────────▶ (no slot)
//!     │      ▲               │   │                        ▲
//!     │ 3 wake  6 check_in   │   │ 4 wake                 │
//!     │      │   (Pending)   ▼   ▼          7 remove      │
//!     │    Idle ◀────────────┘  RunningWoken ─────────────┘
//!     │                          │
//!     └──────────────────────────┘ 8 check_in (Pending)
//!
//!     any state ─ ─ ─ remove_main ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▶ (no slot)
//! ```
//!
//! - `Idle`: the future returned `Pending`, and its waker has not been called since. The future is
//!   in the slot, and the task isn't in a queue. Only a wake changes that (3).
//! - `Queued`: the task is in the run queue exactly once. Further wakes change nothing, so a
//!   thousand wakes lead to one poll.
//! - `Running`: the task is being polled. Its future and header are checked out to the executor.
//! - `RunningWoken`: code that runs inside this very poll has woken the task. (A wake from another
//!   thread is a message, which is received between polls.) If the poll returns `Pending`, another
//!   one follows (8); if it ends the task, the wake was for nothing (7).
//!
//! | edge | caused by |
//! |---|---|
//! | 1 | `spawn`, or its message from another thread; `block_on` for its own future |
//! | 3, 4 | a waker called on this thread, the end of a joined task, an abort |
//! | 3, never 4 | a wake or an abort on another thread, when its message is received |
//! | 2; 5 to 8 | the executor, before and after each poll |
//! | without a number | the end of `block_on`, also by a panic: its own future is removed |
//!
//! An aborted task is woken like any other, but the executor then drops its future unpolled.
//!
//! Invariants: a slot is freed only when its task ends, or when `block_on` ends with its own
//! future, so no number in the queue is stale, and a header knows its slot for as long as it has
//! one. No user code runs here (`current.rs`): what has to be dropped is returned.
//!
//! tokio: the state is one atomic word of flags and a reference count in the task's own allocation
//! (`runtime/task/state.rs`), because any thread may touch it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Waker;

use kettle_events::{Cause, Effect, Event, Id, RowGuard, Snapshot, called_for, emit, emit_counted};
use slab::Slab;

use super::header::{BoxedTask, Header, Message};
use super::run_queue::RunQueue;
use crate::inbox::Inbox;

pub(super) const ONCE: &str = "tasks/scheduler.rs: a queued task is in the queue exactly once";

/// All tasks of one runtime, and the order in which they are polled.
pub(crate) struct Scheduler {
    slots: Slab<Slot>,
    pub(crate) queue: RunQueue,
    /// Wakers that the loop will call in phase 2 (`budget.rs`).
    pub(super) deferred: VecDeque<Waker>,
    /// How other threads reach these tasks.
    pub(crate) inbox: Arc<Inbox<Message>>,
    /// How many tasks are alive, not counting `block_on`'s own future. Other threads read it.
    alive: Arc<AtomicUsize>,
    /// The runtime is being shut down: new tasks are refused.
    pub(crate) closed: bool,
}

struct Slot {
    state: State,
    /// `None` while it is checked out for a poll.
    entry: Option<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Queued,
    Running,
    RunningWoken,
}

/// A task: in its slot, or checked out to the executor for one poll.
pub(crate) struct Entry {
    pub(crate) header: Arc<Header>,
    /// `None` for `block_on`'s own future, which stays in `block_on`.
    pub(crate) task: Option<BoxedTask>,
    pub(crate) row: RowGuard,
}

impl Entry {
    fn slot(&self) -> u32 {
        self.header.slot().expect("tasks/header.rs: a task that has not ended has a slot")
    }

    /// The task, and how many clones of its waker and handles it has. A message counts as a clone.
    fn references(&self) -> (Id, usize, usize) {
        let handles = self.header.handles(); // of `block_on`'s own future, it is `block_on`
        let clones = Arc::strong_count(&self.header).saturating_sub(1 + handles);
        (self.header.id, clones, handles)
    }
}

impl Scheduler {
    pub(crate) fn new(inbox: Arc<Inbox<Message>>, alive: Arc<AtomicUsize>) -> Scheduler {
        let (slots, queue, deferred) = (Slab::new(), RunQueue::default(), VecDeque::new());
        Scheduler { slots, queue, deferred, inbox, alive, closed: false }
    }

    /// Edge 1: takes a task in, at the back of the queue. But `block_on`'s own future, which has no
    /// box, goes ahead of all tasks in the queue, as in tokio.
    pub(crate) fn insert(&mut self, header: Arc<Header>, task: Option<BoxedTask>, row: RowGuard) {
        let (id, is_main, vacant) = (header.id, task.is_none(), self.slots.vacant_entry());
        let slot = u32::try_from(vacant.key()).expect("fewer than 2^32 tasks at a time");
        header.set_slot(Some(slot));
        vacant.insert(Slot { state: State::Queued, entry: Some(Entry { header, task, row }) });
        let place = if is_main {
            self.queue.push_front(slot);
            self.check_front(slot);
            1
        } else {
            self.alive.store(self.alive.load(Relaxed) + 1, Relaxed);
            self.queue.push(slot, Cause::Runtime)
        };
        let (by, effect) = (Cause::Runtime, Effect::Queued(place));
        emit(|| Event::Wake { task: id, by, effect, wait: None });
    }

    /// Edge 2: checks out the next task, or a later one (`run_queue.rs`).
    #[inline]
    pub(crate) fn check_out(&mut self, nth: usize) -> Option<Entry> {
        let slot = self.pop(nth)?;
        let Slot { state, entry } = &mut self.slots[slot as usize];
        debug_assert_eq!(*state, State::Queued, "{ONCE}: slot {slot}");
        *state = State::Running;
        entry.take()
    }

    /// Edges 3 and 4: wakes one of this scheduler's tasks. During the task's own poll the wake is
    /// only noted, and edge 8 queues the task.
    #[inline]
    pub(crate) fn wake(&mut self, header: &Header, by: Cause) {
        let effect = header.slot().map_or(Effect::Stale, |slot| self.wake_slot(slot, by));
        self.check_woken(header);
        let event = || Event::Wake { task: header.id, by, effect, wait: called_for() };
        emit_counted(effect.shows(), event);
    }

    fn wake_slot(&mut self, slot: u32, by: Cause) -> Effect {
        let state = &mut self.slots[slot as usize].state;
        match *state {
            State::Idle => {
                *state = State::Queued; // 3
                Effect::Queued(self.queue.push(slot, by))
            }
            State::Running => {
                *state = State::RunningWoken; // 4
                Effect::DuringPoll
            }
            State::Queued | State::RunningWoken => Effect::Coalesced, // a poll follows anyway
        }
    }

    /// Edges 6 and 8: takes back a task that returned `Pending`.
    #[inline]
    pub(crate) fn check_in(&mut self, out: Entry) {
        let number = out.slot();
        let Slot { state, entry } = &mut self.slots[number as usize];
        *entry = Some(out);
        if *state == State::Running {
            *state = State::Idle; // 6
        } else {
            *state = State::Queued; // 8
            self.queue.push(number, Cause::Runtime);
        }
    }

    /// Edges 5 and 7: the task has ended, and its slot becomes free.
    pub(crate) fn remove(&mut self, out: &Entry) {
        self.alive.store(self.alive.load(Relaxed) - 1, Relaxed);
        self.slots.remove(out.slot() as usize);
        out.header.set_slot(None);
    }

    /// `block_on` returns or panics. Only after a panic can its own future be in the queue.
    pub(crate) fn remove_main(&mut self, main: &Header) {
        if let Some(slot) = main.slot() {
            main.set_slot(None);
            if self.slots.remove(slot as usize).state == State::Queued {
                self.queue.remove(slot);
            }
        }
    }

    /// Queues an aborted task, so that the executor drops its future.
    pub(crate) fn abort(&mut self, header: &Header, by: Cause) {
        if header.slot().is_some() {
            emit(|| Event::Cancel { task: header.id });
            self.wake(header, by);
        }
    }

    /// Aborts every task, which queues them all.
    pub(crate) fn abort_all(&mut self) {
        let headers =
            self.slots.iter().filter_map(|(_, slot)| Some(slot.entry.as_ref()?.header.clone()));
        for header in headers.collect::<Vec<_>>() {
            if header.hand_over.abort() {
                emit(|| Event::Cancel { task: header.id });
            }
            self.wake(&header, Cause::Runtime); // also if the message of an abort is late
        }
    }

    /// Is there nothing to poll and no waker to call?
    pub(crate) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.deferred.is_empty()
    }

    /// The queued tasks, in queue order, for a schedule to choose from.
    pub(crate) fn ready(&self) -> impl Iterator<Item = Id> {
        let slots = (0..).map_while(|nth| self.queue.peek(nth));
        slots.filter_map(|slot| Some(self.slots[slot as usize].entry.as_ref()?.header.id))
    }

    /// Adds to a snapshot what only this thread knows of the tasks that are not being polled.
    pub(super) fn fill(&self, now: &mut Snapshot) {
        for (_, Slot { state, entry }) in &self.slots {
            let Some(entry) = entry else { continue };
            let (id, clones, handles) = entry.references();
            let Some(task) = now.task_mut(id) else { continue };
            task.queued = Some(*state == State::Queued);
            task.cancelled = entry.header.hand_over.is_aborted();
            (task.clones, task.handles) = (Some(clones), Some(handles));
        }
    }

    /// The task in this slot, if it isn't being polled, and whether it is in the queue.
    pub(super) fn look(&self, slot: u32) -> Option<(&Header, bool)> {
        let Slot { state, entry } = self.slots.get(slot as usize)?;
        Some((&*entry.as_ref()?.header, *state == State::Queued))
    }

    /// The waiting tasks, each with the numbers of its waker's clones and of its handles. Walks
    /// through all tasks.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (Id, usize, usize)> {
        let idle = self.slots.iter().filter(|(_, slot)| slot.state == State::Idle);
        idle.filter_map(|(_, slot)| Some(slot.entry.as_ref()?.references()))
    }

    /// Gives back memory that a burst of tasks needed. Since tasks don't move, the slab can give
    /// back only what lies beyond its last used slot.
    pub(crate) fn shrink_to(&mut self, capacity: usize) {
        self.queue.shrink_to(capacity);
        self.deferred.shrink_to(capacity);
        if self.slots.capacity() > capacity && self.slots.len() * 4 < self.slots.capacity() {
            self.slots.shrink_to_fit();
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() + self.queue.capacity() + self.deferred.capacity()
    }
}
