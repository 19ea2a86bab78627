//! What is a task, where does it stand, and what does a wake do to it?
//!
//! A task is a boxed future in a slot of a slab; its state is a plain value in that slot. Its
//! *home* is the engine (or the local set) that owns the slab; it is *seated* on the thread that
//! drives it at the moment, and only there its tasks are touched. A [`Scheduler`] is slab and run
//! queue: all that happens to a task happens here (but for a yield's note, see `RunningWoken`).
//!
//! ```text
//!          1 admit
//!             │
//!             ▼    2 next              5 end
//!     ┌──▶ Queued ─────▶ Running ──────────────────────────▶ Done
//!     │       ▲            │   │                              ▲
//!     │ 3 wake│ 6 put_back │   │ 4 wake                       │
//!     │       │  (Pending) ▼   ▼          7 end               │
//!     │     Idle ◀─────────┘  RunningWoken ───────────────────┘
//!     │                         │
//!     └─────────────────────────┘ 8 put_back (Pending)
//! ```
//!
//! - `Idle`: the future returned `Pending` and nobody has called its waker since. The box is in
//!   the slot; the task stands in no queue. Left only by a wake (3).
//! - `Queued`: it stands in the run queue, exactly once. Further wakes change nothing: a thousand
//!   wakes are one poll.
//! - `Running`: it is being polled. Box and header are out of the slot, lent to the executor.
//! - `RunningWoken`: it was woken by code that runs inside this very poll. (A wake from another
//!   thread is a letter, opened between polls.) If the poll returns `Pending`, one more follows
//!   (8); if it ends the task, the wake is void (7). A yield is the exception (unless recorded):
//!   `polling.rs` notes it, the slot stays `Running`, and `put_back` asks there: `again`.
//! - `Done`: its output is in the box, for the handle; a slot without a handle is freed at once.
//!   Wakes do nothing.
//!
//! | edge | caused by |
//! |---|---|
//! | 1 | `spawn`, a letter that brings a task, `spawn_local`; for its own future `block_on` |
//! | 3 or 4 | at home a waker, a `Parked`, a due timer, the end of a task that it joins, an abort |
//! | 3, never 4 | a letter from elsewhere: it is opened between polls |
//! | 2; 5 to 8 | the executor (for a local set `local.rs: run`), before and after each poll |
//!
//! An abort is a flag beside the state ([`Scheduler::cancel`]): the task is woken, and the executor
//! drops the future where it would have polled it.
//!
//! Interface: [`Scheduler`], [`Key`]; for handles `claims.rs`; for idle moments `upkeep.rs`.
//! Invariants: a slot is freed only when its task is `Done`: at its end, by its handle, or when the
//! engine leaves its seat. (`block_on`'s also after a panic, and then it leaves the queue.) So no
//! index in the queue is stale. All else names a task by [`Key`]: in a reused slot the [`Id`]
//! differs, and the key is ignored. No user code is called; what must be dropped is handed back.
//!
//! tokio: the state is one atomic word of flags and a reference count in the task's own
//! allocation (`runtime/task/state.rs`), because any thread may touch it; here other threads send
//! letters, and the state needs no atomics.

mod claims;
mod upkeep;

use std::mem;
use std::pin::Pin;
use std::sync::Arc;

use crate::event::{Cause, Effect, Event, emit};
use crate::headers::{Headers, Spare};
use crate::id::Id;
use crate::polling::{again, cause};
use crate::queue::RunQueue;
use crate::remote::Remote;
use crate::slab::{Slots, fill};
use crate::stage::Task;
use crate::waker::Header;

pub(crate) use claims::{Joiner, Leftovers};

/// A task that may be dropped on another thread: one made by `spawn`.
pub(crate) type SendTask = dyn Task + Send;

/// Names a task for ever: where it stands, and who it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) index: u32,
    pub(crate) id: Id,
}

/// What is asked of a home by a task's key.
#[derive(Clone, Copy)]
pub(crate) enum Request {
    Wake,
    Cancel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No task's.
    Free,
    Idle,
    Queued,
    Running,
    RunningWoken,
    Done,
}

struct Slot<T: ?Sized> {
    /// The boxed future; after its end, its output. Out while polled; `block_on`'s own has no box.
    task: Option<Pin<Box<T>>>,
    /// What its wakers point to. Out while it is polled.
    header: Option<Arc<Header>>,
    id: Id,
    /// Who is to be told of its end.
    joiner: Joiner,
    state: State,
    cancelled: bool,
    /// Is there a handle that may still come for the output?
    handle: bool,
}

impl<T: ?Sized> Slot<T> {
    const EMPTY: Slot<T> = Slot {
        task: None,
        header: None,
        id: Id::NOBODY,
        joiner: Joiner::Nobody,
        state: State::Free,
        cancelled: false,
        handle: false,
    };
}

/// A task that is lent to the executor for one poll.
pub(crate) struct Lent<T: ?Sized> {
    pub(crate) key: Key,
    pub(crate) header: Arc<Header>,
    /// `None`: `block_on`'s own future, which stays on its stack.
    pub(crate) task: Option<Pin<Box<T>>>,
    pub(crate) cancelled: bool,
}

/// All tasks of one home, and the order in which they are polled.
pub(crate) struct Scheduler<T: ?Sized> {
    slots: Slots<Slot<T>>,
    pub(crate) queue: RunQueue,
    pub(crate) headers: Headers,
    /// Tasks that have not ended, without `block_on`'s own future.
    pub(crate) alive: usize,
    /// `Done` tasks whose handle has not come yet.
    unclaimed: usize,
}

impl<T: Task + ?Sized> Scheduler<T> {
    pub(crate) fn new(remote: Arc<Remote>) -> Scheduler<T> {
        Scheduler {
            slots: Slots::new(),
            queue: RunQueue::new(),
            headers: Headers::new(remote),
            alive: 0,
            unclaimed: 0,
        }
    }

    /// Edge 1: takes a task in, at the end of the queue. With `handle`, its slot outlives its end
    /// until the handle has come for the output or is dropped. Returns the handle's header.
    pub(crate) fn admit(&mut self, id: Id, task: Pin<Box<T>>, handle: bool) -> Arc<Header> {
        self.alive += 1;
        let (index, header) = self.insert(id, Some(task), handle);
        let effect = Effect::Queued(self.queue.push(index, Cause::Engine));
        emit(|| Event::Wake { task: id, by: Cause::Engine, effect });
        header
    }

    /// Edge 1 for `block_on`'s own future: before tasks that were spawned earlier, as in tokio.
    pub(crate) fn admit_main(&mut self, id: Id) -> Key {
        let (index, _) = self.insert(id, None, false);
        self.queue.push_front(index);
        emit(|| Event::Wake { task: id, by: Cause::Engine, effect: Effect::Queued(1) });
        Key { index, id }
    }

    fn insert(&mut self, id: Id, task: Option<Pin<Box<T>>>, handle: bool) -> (u32, Arc<Header>) {
        let index = self.slots.take(|| Slot::EMPTY);
        let (header, handles) = self.headers.take(Key { index, id });
        let slot = self.slots.at(index);
        (slot.id, slot.state, slot.handle) = (id, State::Queued, handle);
        fill(&mut slot.task, task);
        fill(&mut slot.header, Some(header));
        (index, handles)
    }

    /// Edge 2: lends the task at the front to the executor.
    #[expect(clippy::inline_always, reason = "as `put_back`: what is lent stays in registers")]
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<Lent<T>> {
        let index = self.queue.pop()?;
        let slot = self.slots.at(index);
        debug_assert_eq!(slot.state, State::Queued, "task {} in the queue", slot.id);
        slot.state = State::Running;
        Some(Lent {
            key: Key { index, id: slot.id },
            header: slot.header.take().expect("a queued task has its header"),
            task: slot.task.take(),
            cancelled: slot.cancelled,
        })
    }

    /// Edges 3 and 4: a wake. During the task's own poll it is only noted; 8 queues.
    pub(crate) fn wake(&mut self, key: Key) {
        let effect = match self.get(key) {
            Some(slot) if slot.state == State::Idle => {
                slot.state = State::Queued; // 3
                Effect::Queued(self.queue.push(key.index, cause()))
            }
            Some(slot) if slot.state == State::Running => {
                slot.state = State::RunningWoken; // 4
                Effect::DuringPoll
            }
            Some(slot) if slot.state != State::Done => Effect::Coalesced, // a poll is to come
            _ => Effect::Stale,
        };
        emit(|| Event::Wake { task: key.id, by: cause(), effect });
    }

    /// Edges 6 and 8: takes a task back that returned `Pending`. Always inlined, so that what is
    /// lent stays in registers between [`next`](Scheduler::next) and here.
    #[expect(clippy::inline_always, reason = "not inlined, a yield takes a sixth longer")]
    #[inline(always)]
    pub(crate) fn put_back(&mut self, Lent { key, header, task, .. }: Lent<T>) {
        let slot = self.slots.at(key.index);
        debug_assert_eq!(slot.id, key.id, "a running task keeps its slot");
        fill(&mut slot.task, task);
        fill(&mut slot.header, Some(header));
        if slot.state == State::Running && !again() {
            slot.state = State::Idle; // 6
        } else {
            slot.state = State::Queued; // 8
            self.queue.push(key.index, Cause::Engine);
        }
    }

    /// Edges 5 and 7: takes a task back that has ended, and wakes a task of this home that waits
    /// for it. Gives out what else there is left to do.
    #[inline]
    pub(crate) fn end(&mut self, Lent { key, header, task, .. }: Lent<T>) -> Option<Leftovers<T>> {
        self.alive -= usize::from(task.is_some()); // `block_on`'s own was not counted
        header.set_done();
        let slot = self.slots.at(key.index);
        slot.state = State::Done;
        fill(&mut slot.header, Some(header));
        if !slot.handle || matches!(slot.joiner, Joiner::Reply(_)) {
            let joiner = mem::replace(&mut slot.joiner, Joiner::Nobody);
            self.release(key, None); // at once: a reply takes the box itself
            return Some(Leftovers { task, joiner });
        }
        fill(&mut slot.task, task);
        self.unclaimed += 1;
        match slot.joiner {
            Joiner::Nobody => return None,
            Joiner::Task(waiting) => {
                slot.joiner = Joiner::Nobody;
                self.wake(waiting); // of this home: here
                return None;
            }
            _ => {} // anybody else: by the caller, with nothing borrowed
        }
        let joiner = mem::replace(&mut slot.joiner, Joiner::Nobody);
        Some(Leftovers { task: None, joiner })
    }

    /// Frees the slot. (`joiner` is `Nobody` by now; `insert` sets `handle`.)
    fn release(&mut self, key: Key, spare: Spare) -> Option<Pin<Box<T>>> {
        let slot = self.slots.at(key.index);
        (slot.id, slot.state, slot.cancelled) = (Id::NOBODY, State::Free, false);
        let (task, header) = (slot.task.take(), slot.header.take());
        self.slots.free(key.index);
        if let Some(header) = header {
            self.headers.give_back(header, spare);
        }
        task
    }

    /// Asks for a task's end: the executor will drop its future where it would have polled it.
    pub(crate) fn cancel(&mut self, key: Key) {
        if let Some(slot) = self.get(key)
            && slot.state != State::Done
        {
            slot.cancelled = true;
            emit(|| Event::Cancel { task: key.id });
            self.wake(key);
        }
    }

    /// A wake letter for this task was opened: the next wake from abroad needs a new one.
    pub(crate) fn letter_opened(&mut self, key: Key) {
        if let Some(header) = self.get(key).and_then(|slot| slot.header.as_ref()) {
            header.under_way.opened();
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Slot<T>> {
        self.slots.get(key.index).and_then(|slot| (slot.id == key.id).then_some(slot))
    }

    /// What may be asked for a task, from wherever its home is seated.
    #[inline]
    pub(crate) fn serve(&mut self, key: Key, request: Request) {
        match request {
            Request::Wake => self.wake(key),
            Request::Cancel => self.cancel(key),
        }
    }
}
