//! What states can a channel be in?
//!
//! [`State`] has the values in flight, the free room, the line of senders waiting for room, and the
//! receiver's waker. It is plain data: the caller holds the channel's lock, and after unlocking
//! wakes or drops whatever these functions return.
//!
//! Room is a count of permits. At any time each of `capacity` permits is free, held, or under a
//! value:
//!
//! ```text
//!   free (room) ──1──▶ held: a Permit, or a sender in line ──2──▶ a value in the queue
//!        ▲             that was given one │                               │
//!        └─────────────────3──────────────┴───────────────4───────────────┘
//!   1 poll_room, try_room   2 push   3 free_up   4 pop: free_one, pass_on; pop_all
//! ```
//!
//! Each function serves the line before it adds to `room`. `pop_all` is for an unbounded channel,
//! where nobody waits for room; values in the receiver's batch no longer have a permit.
//!
//! Invariants: `room > 0` only if the line is empty, because a freed permit belongs to the first in
//! line. Once the receiver has closed the channel, the line is empty and the permits that its
//! members had been given are free again; held `Permit`s stay valid. Once the receiver has been
//! dropped, the queue stays empty. An empty queue has freed the memory that a burst needed.
//!
//! tokio: a lock-free list of blocks for the values, a semaphore for the room, and an atomic slot
//! for the receiver's waker.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use kettle_runtime::{Call, Old, WakerSlot, budget};

use super::error::TrySendError;
use crate::sync::trim::trim;
use crate::sync::wait_list::{Key, ToWake, WaitList};

pub(super) struct State<T> {
    // The values and their room.
    pub(super) queue: VecDeque<T>,
    /// How many values have ever been put in, which is the last value's number.
    pub(super) sent: u64,
    /// How many values the channel can hold: the number of all permits.
    pub(super) capacity: usize,
    /// Free permits.
    pub(super) room: usize,
    /// Senders waiting for room.
    pub(super) line: WaitList,

    // The receiver.
    pub(super) receiving: Receiving,
    /// The waker of a receiver that is waiting for a value.
    pub(super) receiver: WakerSlot,
    /// Senders waiting for the receiver to close.
    pub(super) watchers: WaitList,

    // The handles.
    pub(super) senders: usize,
    pub(super) weak_senders: usize,
}

/// Values that an unbounded channel's receiver has taken out all at once.
pub(super) struct Batch<T> {
    pub(super) values: VecDeque<T>,
    /// The last value's number.
    pub(super) last: u64,
}

/// Which values the receiver still takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiving {
    /// All.
    Open,
    /// Those in the queue and those sent with existing permits.
    Closed,
    /// None, because it was dropped.
    Dropped,
}

/// The outcome of asking for room.
pub(super) enum Room {
    Taken,
    Closed,
    Wait { _old: Old },
}

/// The receiver won't take any more values.
pub(super) struct Closed;

impl Room {
    /// Returns the outcome of the poll, and drops a replaced waker.
    pub(super) fn finish(self, permit: budget::Permit) -> Poll<Result<(), Closed>> {
        let taken = matches!(self, Room::Taken);
        if taken || matches!(self, Room::Closed) {
            permit.made_progress();
            return Poll::Ready(if taken { Ok(()) } else { Err(Closed) });
        }
        Poll::Pending
    }
}

/// What remains to be done for a queued value once the lock has been released.
pub(super) struct Pushed {
    pub(super) len: usize,
    /// The value's number.
    pub(super) item: u64,
    /// The waiting receiver's waker.
    pub(super) receiver: Option<Call>,
}

impl<T> State<T> {
    /// Makes a channel with one sender.
    pub(super) fn new(capacity: usize) -> State<T> {
        State {
            queue: VecDeque::new(),
            sent: 0,
            capacity,
            room: capacity,
            line: WaitList::new(),
            receiving: Receiving::Open,
            receiver: WakerSlot::EMPTY,
            watchers: WaitList::new(),
            senders: 1,
            weak_senders: 0,
        }
    }

    /// Edge 1, for a sender that may wait: takes `n` permits or a place in line. Returns `None` if
    /// it has to wait and needs a clone of the waker first.
    pub(super) fn poll_room(
        &mut self,
        n: usize,
        place: &mut Option<Key>,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Room> {
        if self.receiving != Receiving::Open {
            if let Some(place) = place.take() {
                let removed = self.line.collect(place);
                debug_assert_eq!(
                    removed.units, 0,
                    "sync/mpsc/state.rs: a close takes back what was given"
                );
                debug_assert!(
                    removed.parked.is_none(),
                    "sync/mpsc/state.rs: a close takes the wakers"
                );
            }
            return Some(Room::Closed);
        }
        if place.is_none() && self.take_room(n) {
            return Some(Room::Taken);
        }
        if let Some(key) = place.take_if(|key| self.line.is_served(key)) {
            let removed = self.line.collect(key);
            debug_assert_eq!(
                removed.units, n,
                "sync/mpsc/state.rs: who is served has all it wanted"
            );
            debug_assert!(removed.parked.is_none(), "sync/mpsc/state.rs: who is served is woken");
            return Some(Room::Taken);
        }
        let old = self.line.wait(n, place, cx, clone)?;
        // If the sender wants many permits, it keeps the free ones until the others come.
        self.line.assign(&mut self.room, &mut ToWake::none());
        Some(Room::Wait { _old: old })
    }

    /// Edge 1, for a sender that doesn't wait.
    pub(super) fn try_room(&mut self, n: usize) -> Result<(), TrySendError<()>> {
        if self.take_room(n) {
            Ok(())
        } else if self.receiving == Receiving::Open {
            Err(TrySendError::Full(()))
        } else {
            Err(TrySendError::Closed(()))
        }
    }

    /// Edge 1, if the channel is open and `n` permits are free.
    #[inline]
    pub(super) fn take_room(&mut self, n: usize) -> bool {
        debug_assert!(
            self.room == 0 || self.line.is_empty(),
            "sync/mpsc/state.rs: there is free room or a line"
        );
        let enough = self.receiving == Receiving::Open && self.room >= n;
        if enough {
            self.room -= n;
        }
        enough
    }

    /// Edge 2, with a permit. If the permit has outlived the receiver, returns the value.
    pub(super) fn push_reserved(&mut self, value: T) -> Result<Pushed, T> {
        if self.receiving == Receiving::Dropped {
            self.room += 1;
            return Err(value);
        }
        Ok(self.push(value))
    }

    /// Edge 2, while the receiver exists.
    #[inline]
    pub(super) fn push(&mut self, value: T) -> Pushed {
        self.queue.push_back(value);
        self.sent += 1;
        Pushed { len: self.queue.len(), item: self.sent, receiver: self.receiver.take() }
    }

    /// Edge 4, first half: the caller must free its permit.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let value = self.queue.pop_front()?;
        trim(&mut self.queue);
        Some(value)
    }

    /// Edge 4 for all values at once, in an unbounded channel, where there is no line.
    pub(super) fn pop_all(&mut self, into: &mut VecDeque<T>) {
        self.room += self.queue.len();
        if into.is_empty() {
            std::mem::swap(&mut self.queue, into);
        } else {
            into.append(&mut self.queue);
            trim(&mut self.queue);
        }
    }

    /// Turns a freed permit into room. Returns false if a task may be waiting for it (`pass_on`).
    #[inline]
    pub(super) fn free_one(&mut self) -> bool {
        let room = self.line.is_empty() && self.receiving == Receiving::Open;
        self.room += usize::from(room);
        room
    }

    /// The same as `free_up(1)`, which wakes at most one task.
    pub(super) fn pass_on(&mut self) -> Option<Call> {
        let mut n = 1;
        let served = self.line.assign_first(&mut n);
        self.room += n;
        let over = self.receiving == Receiving::Closed && self.is_over();
        if over { self.receiver.take() } else { served }
    }

    /// Gives `n` freed permits to the line, and turns the rest into room.
    pub(super) fn free_up(&mut self, mut n: usize, to_wake: &mut ToWake) {
        self.line.assign(&mut n, to_wake);
        self.room += n;
        debug_assert!(
            self.room <= self.capacity,
            "sync/mpsc/state.rs: no more room than capacity: {} of {}",
            self.room,
            self.capacity
        );
        if self.receiving == Receiving::Closed {
            self.wake_if_over(to_wake);
        }
    }

    /// Wakes a closed channel's receiver, which is waiting for the last held permit.
    fn wake_if_over(&mut self, to_wake: &mut ToWake) {
        if self.is_over() {
            to_wake.extend(self.receiver.take());
        }
    }

    /// Returns whether it is certain that no more values will come.
    pub(super) fn is_over(&self) -> bool {
        let under_way = self.receiving == Receiving::Open || self.room < self.capacity;
        self.queue.is_empty() && (self.senders == 0 || !under_way)
    }

    /// Ends the line. Returns whether this ends the channel, rather than an earlier close or drop.
    pub(super) fn close(&mut self, to_wake: &mut ToWake) -> bool {
        if self.receiving != Receiving::Open {
            return false;
        }
        self.receiving = Receiving::Closed;
        self.room += self.line.dissolve(to_wake);
        self.watchers.serve_all(to_wake);
        self.wake_if_over(to_wake);
        self.senders > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::trim::KEEP;

    #[test]
    fn a_burst_gives_its_memory_back() {
        let mut state = State::new(usize::MAX);
        for number in 0..100_000 {
            assert!(state.try_room(1).is_ok());
            assert_eq!(state.push(number).len, number + 1);
        }
        for number in 0..100_000 {
            assert_eq!(state.pop(), Some(number));
            assert!(state.free_one());
        }
        assert!(state.queue.capacity() <= KEEP);
        assert_eq!(state.room, usize::MAX);
    }
}
