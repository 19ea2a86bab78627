//! Which task of a local set is polled next, and what does a wake do to it?
//!
//! ```text
//!   a task's waker, on this thread:    queue the task, wake the host
//!   on another thread:                 note the wake, wake the host; the set queues it when polled
//! ```
//!
//! The order is the engine's, because the queue is the engine's [`RunQueue`]: urgent tasks (woken
//! by a timer, a socket or another thread) take turns with the others. The states are the engine's,
//! too (`runtime/src/tasks/scheduler.rs` draws them): a task is queued at most once, however often
//! it is woken.
//!
//! Interface: [`LocalQueue`], [`LocalWaker`]. Invariants: a task's state changes only on the set's
//! own thread. While the set is being polled, its host isn't woken: the set checks the queue once
//! more before it returns, with the host's latest waker already stored. (If it runs no tasks, since
//! the future of `run_until` is ready or panics, it then wakes the host that was stored last.) No
//! waker is cloned, called or dropped under a lock. A dropped set doesn't keep any task alive.
//!
//! tokio: `task/local.rs` has a local and a shared queue.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Wake};
use std::thread::{self, ThreadId};

use kettle_runtime::event::{Cause, Effect, Event, Queued, StateLock, called_for, emit_counted};
use kettle_runtime::{Call, Id, InFlight, RunQueue, WakerSlot, cause, choose_task, store_waker};

/// An empty queue keeps room for this many tasks.
pub(super) const KEEP: usize = 1024;

/// The part of a set that its tasks' wakers share, on any thread.
pub(super) struct LocalQueue {
    thread: ThreadId,
    state: StateLock<QueueState>,
}

#[derive(Default)]
struct QueueState {
    ready: RunQueue,
    /// Tasks that other threads have woken and that aren't queued yet.
    woken_elsewhere: VecDeque<Arc<LocalWaker>>,
    /// The latest waker that the set was polled with, until it is called.
    host: WakerSlot,
    /// The same for a poll inside of a poll of the set: code of a task of the set that blocks the
    /// thread until this waker is called. It is woken although the set is being polled.
    inner_host: WakerSlot,
    /// Whether the set is being polled.
    polled: bool,
    /// Whether the set has been dropped.
    closed: bool,
}

/// The data behind a task's waker.
pub(super) struct LocalWaker {
    pub(super) id: Id,
    /// The task's index in the set, until the task ends.
    pub(super) slot: u32,
    queue: Arc<LocalQueue>,
    state: StateLock<TaskState>,
    /// Whether the task is in `woken_elsewhere`.
    sent: InFlight,
}

/// The same states as in the engine's `tasks/scheduler.rs`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TaskState {
    Idle,
    Queued,
    Running,
    RunningWoken,
    Ended,
}

impl LocalWaker {
    /// The waker of a task that isn't queued yet.
    pub(super) fn new(id: Id, slot: u32, queue: Arc<LocalQueue>) -> Arc<LocalWaker> {
        let (state, sent) = (StateLock::new(TaskState::Idle), InFlight::default());
        Arc::new(LocalWaker { id, slot, queue, state, sent })
    }

    /// Wakes the task. Called on the set's own thread.
    pub(super) fn wake_here(self: &Arc<LocalWaker>, by: Cause) {
        let effect = match self.note_wake() {
            TaskState::Idle => Effect::Queued(self.queue.push(self.slot, by)),
            TaskState::Running => Effect::DuringPoll,
            TaskState::Queued | TaskState::RunningWoken => Effect::Coalesced,
            TaskState::Ended => Effect::Stale,
        };
        let event = || Event::Wake { task: self.id, by, effect, wait: called_for() };
        emit_counted(effect.shows(), event);
        if matches!(effect, Effect::Queued(_)) {
            self.queue.wake_host();
        }
    }

    /// Notes the wake in the state and returns the previous state.
    fn note_wake(&self) -> TaskState {
        let mut state = self.state.lock();
        let woken = match *state {
            TaskState::Idle => TaskState::Queued,
            TaskState::Running => TaskState::RunningWoken,
            other => other,
        };
        mem::replace(&mut *state, woken)
    }

    pub(super) fn begin_poll(&self) {
        *self.state.lock() = TaskState::Running;
    }

    /// Ends a poll and queues the task again if it was woken in the meantime.
    pub(super) fn end_poll(&self) {
        let before = mem::replace(&mut *self.state.lock(), TaskState::Idle);
        if before == TaskState::RunningWoken {
            *self.state.lock() = TaskState::Queued;
            self.queue.push(self.slot, Cause::Task(self.id));
        }
    }

    pub(super) fn end_task(&self) {
        *self.state.lock() = TaskState::Ended;
    }
}

impl Queued for LocalWaker {
    fn is_queued(&self) -> bool {
        *self.state.lock() == TaskState::Queued
    }
}

impl fmt::Debug for LocalWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalWaker").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Wake for LocalWaker {
    fn wake(self: Arc<LocalWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<LocalWaker>) {
        if thread::current().id() == self.queue.thread {
            self.wake_here(cause());
        } else if self.sent.begin() {
            self.queue.note_elsewhere(self.clone());
        }
    }
}

impl LocalQueue {
    /// Makes the queue of a set on this thread.
    pub(super) fn new() -> Arc<LocalQueue> {
        let (thread, state) = (thread::current().id(), StateLock::default());
        Arc::new(LocalQueue { thread, state })
    }

    /// Returns the task's place in its queue, where 1 is the front.
    fn push(&self, slot: u32, by: Cause) -> usize {
        self.state.lock().ready.push(slot, by)
    }

    /// Takes the slot of the task to be polled next. `id_in` says which task is in a slot.
    pub(super) fn pop(&self, id_in: impl Fn(u32) -> Id) -> Option<u32> {
        let ready = &mut self.state.lock().ready;
        let ids = (0..).map_while(|nth| ready.peek(nth)).map(id_in);
        let nth = choose_task(ready.len(), ids);
        ready.pop(nth)
    }

    /// How many tasks have entered and left the urgent queue so far, if the set is being polled.
    #[cfg(feature = "test-util")]
    pub(super) fn urgent_counts(&self) -> Option<(u64, u64)> {
        let state = self.state.lock();
        state.polled.then(|| state.ready.urgent_counts())
    }

    /// Notes that another thread has woken a task.
    fn note_elsewhere(&self, task: Arc<LocalWaker>) {
        let mut state = self.state.lock();
        if state.closed {
            return; // it and the queue would keep each other alive
        }
        state.woken_elsewhere.push_back(task);
        drop(state);
        self.wake_host();
    }

    /// Queues the tasks that other threads have woken.
    pub(super) fn take_in(&self) {
        let woken = mem::take(&mut self.state.lock().woken_elsewhere);
        for task in woken {
            task.sent.end();
            task.wake_here(Cause::Message);
        }
    }

    /// Stores the waker of the task that polls the set, or of what polls it inside such a poll.
    pub(super) fn set_host(&self, nested: bool, cx: &Context<'_>) {
        drop(store_waker(cx, |clone| {
            let mut state = self.state.lock();
            let host = if nested { &mut state.inner_host } else { &mut state.host };
            host.store(cx, clone)
        }));
    }

    /// Wakes the host, unless the set is being polled, and what polls the set inside such a poll.
    /// Its next poll stores its waker anew.
    pub(super) fn wake_host(&self) {
        let mut state = self.state.lock();
        let host = if state.polled { None } else { state.host.take() };
        let inner_host = state.inner_host.take();
        drop(state);
        [host, inner_host].into_iter().flatten().for_each(Call::wake);
    }

    /// Begins a poll, during which the host isn't woken. Returns whether one was already under way.
    pub(super) fn enter_poll(&self) -> bool {
        mem::replace(&mut self.state.lock().polled, true)
    }

    /// Checks the queue for the last time in this poll and returns whether there is more to do.
    /// From now on the host is woken again, unless an outer poll goes on.
    pub(super) fn last_look(&self, nested: bool) -> bool {
        let mut state = self.state.lock();
        state.polled = nested;
        let more = !state.is_empty();
        if !more {
            state.ready.shrink_to(KEEP);
        }
        more
    }

    /// Ends the poll. If the queue had no last check and tasks are ready, wakes the host, because
    /// another of its futures may be waiting for something that those tasks will do.
    pub(super) fn leave_poll(&self, nested: bool) {
        let mut state = self.state.lock();
        let had_last_look = !mem::replace(&mut state.polled, nested);
        let missed = !nested && !had_last_look && !state.is_empty();
        // The code that stored it no longer blocks the thread.
        let inner_host = if nested { None } else { state.inner_host.take() };
        drop((state, inner_host));
        if missed {
            self.wake_host();
        }
    }

    /// Closes and empties the queue. Returns the tasks that it hasn't queued and the host's waker,
    /// which the caller drops after releasing the lock.
    pub(super) fn close(&self) -> (VecDeque<Arc<LocalWaker>>, Option<Call>) {
        let mut state = self.state.lock();
        state.closed = true;
        state.ready = RunQueue::default();
        (mem::take(&mut state.woken_elsewhere), state.host.take())
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }
}

impl QueueState {
    fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.woken_elsewhere.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_ready_tasks_is_given_back() {
        let queue = LocalQueue::new();
        for slot in 0..100_000 {
            queue.push(slot, Cause::Runtime);
        }
        assert!(queue.last_look(false), "they are there");
        while queue.pop(|_| Id::next()).is_some() {}
        assert!(!queue.last_look(false));
        let room = queue.state.lock().ready.capacity();
        assert!(room <= 4 * KEEP, "room for {room} is kept");
    }

    #[test]
    fn a_late_wake_from_another_thread_is_kept_by_nobody() {
        let queue = LocalQueue::new();
        let waker = LocalWaker::new(Id::next(), 0, queue.clone());
        drop(queue.close());
        thread::spawn(move || waker.wake()).join().unwrap();
        assert_eq!(Arc::strong_count(&queue), 1, "the waker is gone, and holds the queue no more");
    }
}
