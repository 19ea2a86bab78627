//! What is a task, where does it stand, and what does a wake do to it?
//!
//! A task is a boxed future in a slot of a slab (`slab.rs`). Its state is a plain value in that
//! slot: only the thread that drives the engine touches it, a wake from another thread comes as a
//! letter, between polls. A [`Scheduler`] is slab and run queue.
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

/// A task that may be dropped on another thread: one made by `spawn`.
pub(crate) type SendTask = dyn Task + Send;

pub(crate) use claims::{Joiner, Leftovers};

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

/// Where a task stands: the picture above. (`Free` is a slot without a task.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
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

    /// Edge 2: lends the task at the front of the queue to the executor, with box and header. Both
    /// are taken out of the slot. (`block_on`'s own future has no box there: `None` is lent.)
    pub(crate) fn next(&mut self) -> Option<Lent<T>> {
        let index = self.queue.pop()?;
        let slot = self.slots.at(index);
        slot.state = State::Running;
        Some(Lent {
            key: Key { index, id: slot.id },
            header: slot.header.take().expect("a queued task has its header"),
            task: slot.task.take(),
            cancelled: slot.cancelled,
        })
    }

    /// A wake: by a waker, a due timer, a letter. Whatever it does, it is told by an event.
    pub(crate) fn wake(&mut self, key: Key) {
        let effect = self.take_wake(key);
        emit(|| Event::Wake { task: key.id, by: cause(), effect });
    }

    /// Edges 3 and 4, and what a wake does where no edge leads out of a state:
    ///
    /// - `Effect::Queued(place)`: it has put the task into the queue, at this place. `cause()` says
    ///   who wakes: the queue wants to know.
    /// - `Effect::DuringPoll`: the task is being polled, and this is the first wake of that poll.
    /// - `Effect::Coalesced`: it was woken before, and has not been polled since. Nothing changes.
    /// - `Effect::Stale`: it has ended, or is gone. Nothing changes.
    fn take_wake(&mut self, key: Key) -> Effect {
        let slot = self.slots.at(key.index);
        match slot.state {
            State::Idle => {
                slot.state = State::Queued; // 3
                Effect::Queued(self.queue.push(key.index, cause()))
            }
            State::Running => {
                slot.state = State::RunningWoken; // 4
                Effect::DuringPoll
            }
            State::Queued | State::RunningWoken => Effect::Coalesced,
            State::Done | State::Free => Effect::Stale,
        }
    }

    /// Edges 6 and 8: takes a task back that returned `Pending`. If it was woken during the poll it
    /// goes to the end of the queue. So it does if `again()`: it has yielded, which is a wake that
    /// `polling.rs` notes beside the slot.
    pub(crate) fn put_back(&mut self, running: Lent<T>) {
        let Lent { key, header, task, .. } = running;
        let slot = self.slots.at(key.index);
        slot.task = task;
        slot.header = Some(header);
        if slot.state == State::Running && !again() {
            slot.state = State::Idle; // 6
        } else {
            slot.state = State::Queued; // 8
            self.queue.push(key.index, Cause::Engine);
        }
    }

    /// Edges 5 and 7: takes a task back that has ended. Gives out what else there is left to do.
    pub(crate) fn end(&mut self, ended: Lent<T>) -> Option<Leftovers<T>> {
        let Lent { key, header, task, .. } = ended;
        self.alive -= usize::from(task.is_some()); // `block_on`'s own was not counted
        header.set_done(); // its handles can read it
        let slot = self.slots.at(key.index);
        slot.state = State::Done;
        slot.header = Some(header);
        self.hand_over(key, task)
    }

    /// Who gets the box of a task that is `Done`? Its handle, if there is one: the box waits in
    /// the slot, and a task of this home that waits for it is woken. Otherwise the slot is freed.
    fn hand_over(&mut self, key: Key, task: Option<Pin<Box<T>>>) -> Option<Leftovers<T>> {
        let slot = self.slots.at(key.index);
        if !slot.handle || matches!(slot.joiner, Joiner::Reply(_)) {
            let joiner = mem::replace(&mut slot.joiner, Joiner::Nobody);
            self.release(key, None); // at once: a reply takes the box itself
            return Some(Leftovers { task, joiner });
        }
        slot.task = task;
        self.unclaimed += 1;
        match mem::replace(&mut slot.joiner, Joiner::Nobody) {
            Joiner::Nobody => None,
            Joiner::Task(waiting) => {
                self.wake(waiting);
                None
            }
            // Anybody else: by the caller, with nothing borrowed.
            joiner => Some(Leftovers { task: None, joiner }),
        }
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
        self.slots.get(key.index).filter(|slot| slot.id == key.id)
    }

    /// What may be asked for a task, from wherever its home is seated.
    pub(crate) fn serve(&mut self, key: Key, request: Request) {
        match request {
            Request::Wake => self.wake(key),
            Request::Cancel => self.cancel(key),
        }
    }
}
