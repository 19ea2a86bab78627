//! What happens around a channel when a value is sent, received, or somebody leaves?
//!
//! One lock round the state, taken once by each operation: change the state, carry the wakers (and
//! the values nobody wants) out, unlock, tell what happened, wake. An undisturbed message costs
//! two lock pairs: one to send, one to receive.
//!
//! Interface: [`Chan`], to the faces in `sender.rs`, `receiver.rs`, `permit.rs`, `unbounded.rs` and
//! `weak.rs`.
//!
//! Invariants: no value is dropped, no waker called or dropped under the lock. Who is told of a
//! value that comes, of room or of the end is decided under the lock, so no wake-up can be missed:
//! whoever did not see the change has stored its waker before it.
//!
//! Not here: the state and its rules (`state.rs`), what the user sees.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Closer, Event, Resource, emit};
use kettle_runtime::{Parked, Serial, budget};
use parking_lot::Mutex;

use super::error::{TryRecvError, TrySendError};
use super::state::{Pushed, Receiving, Room, State};
use crate::sync::wait_list::{Key, ToWake};

/// What senders and receiver share.
pub(super) struct Chan<T> {
    serial: Serial,
    state: Mutex<State<T>>,
}

/// The receiver will take no more.
pub(super) struct Closed;

// A panic in foreign code never happens under the lock: the state is whole whatever happens.
impl<T> UnwindSafe for Chan<T> {}
impl<T> RefUnwindSafe for Chan<T> {}

impl<T> Chan<T> {
    /// A channel with one sender.
    pub(super) fn new(capacity: usize) -> Chan<T> {
        Chan { serial: Serial::new(), state: Mutex::new(State::new(capacity)) }
    }

    /// How many values it can hold.
    pub(super) fn capacity(&self) -> usize {
        self.state.lock().capacity
    }

    /// Permits that belong to nobody.
    pub(super) fn room(&self) -> usize {
        self.state.lock().room
    }

    pub(super) fn len(&self) -> usize {
        self.state.lock().queue.len()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().receiving != Receiving::Open
    }

    // ----- sending -----

    /// Sends if there is room, else takes a place in line. The value is taken on success only.
    pub(super) fn poll_send(
        &self,
        value: &mut Option<T>,
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Closed>> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut state = self.state.lock();
        let room = state.poll_room(1, place, cx);
        let sent = match room {
            Room::Taken => value.take().map(|value| state.push(value)),
            Room::Closed | Room::Wait { .. } => None,
        };
        drop(state);
        if let Some(sent) = sent {
            self.finish_push(sent);
        }
        self.finish_room(room, permit)
    }

    /// Takes `n` permits, or a place in line.
    pub(super) fn poll_reserve(
        &self,
        n: usize,
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Closed>> {
        let permit = ready!(budget::poll_proceed(cx));
        let room = self.state.lock().poll_room(n, place, cx);
        self.finish_room(room, permit)
    }

    fn finish_room(&self, room: Room, permit: budget::Permit) -> Poll<Result<(), Closed>> {
        match room {
            Room::Taken => {
                permit.made_progress();
                Poll::Ready(Ok(()))
            }
            Room::Closed => {
                permit.made_progress();
                Poll::Ready(Err(Closed))
            }
            Room::Wait { place, replaced, old } => {
                drop(old);
                emit(|| Event::Wait { on: Resource::ChannelRoom(self.serial, place), replaced });
                Poll::Pending
            }
        }
    }

    /// Sends if there is room now.
    pub(super) fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let mut state = self.state.lock();
        match state.try_room(1) {
            Ok(()) => {}
            Err(TrySendError::Full(())) => return Err(TrySendError::Full(value)),
            Err(TrySendError::Closed(())) => return Err(TrySendError::Closed(value)),
        }
        let pushed = state.push(value);
        drop(state);
        self.finish_push(pushed);
        Ok(())
    }

    /// Takes `n` permits if they are free now.
    pub(super) fn try_reserve(&self, n: usize) -> Result<(), TrySendError<()>> {
        self.state.lock().try_room(n)
    }

    /// Sends by a permit that the caller holds.
    pub(super) fn send_reserved(&self, value: T) {
        let pushed = self.state.lock().push(value);
        self.finish_push(pushed);
    }

    fn finish_push(&self, pushed: Pushed<T>) {
        match pushed {
            Pushed::In { len, receiver } => {
                emit(|| Event::ChannelSend { channel: self.serial, len });
                if let Some(receiver) = receiver {
                    receiver.wake();
                }
            }
            Pushed::Refused { value } => drop(value),
        }
    }

    /// Gives back `n` permits that the caller holds.
    pub(super) fn return_room(&self, n: usize) {
        let mut to_wake = ToWake::nobody();
        self.state.lock().free_up(n, &mut to_wake);
        to_wake.wake();
    }

    /// A sender leaves the line without having collected.
    pub(super) fn leave_line(&self, place: Key) {
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let at = state.place(&place);
        let left = state.line.leave(place);
        state.free_up(left.got, &mut to_wake);
        drop(state);
        if left.parked.is_some() {
            emit(|| Event::Unwait { on: Resource::ChannelRoom(self.serial, at) });
        }
        drop(left.parked);
        to_wake.wake();
    }

    /// Waits until the receiver takes no more.
    pub(super) fn poll_closed(&self, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.receiving != Receiving::Open {
            let left = place.take().map(|place| state.watchers.leave(place));
            drop(state);
            drop(left);
            return Poll::Ready(());
        }
        let (replaced, old) = state.watchers.wait(1, place, cx);
        drop(state);
        drop(old);
        emit(|| Event::Wait { on: Resource::ChannelClosed(self.serial), replaced });
        Poll::Pending
    }

    /// Somebody no longer waits for the receiver to close.
    pub(super) fn leave_watchers(&self, place: Key) {
        let left = self.state.lock().watchers.leave(place);
        if left.parked.is_some() {
            emit(|| Event::Unwait { on: Resource::ChannelClosed(self.serial) });
        }
        drop(left);
    }

    // ----- receiving -----

    /// Receives a value, or waits for one. `None`: none will ever come.
    pub(super) fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        if let Some(value) = state.pop(&mut to_wake) {
            let len = state.queue.len();
            drop(state);
            emit(|| Event::ChannelRecv { channel: self.serial, len });
            to_wake.wake();
            permit.made_progress();
            return Poll::Ready(Some(value));
        }
        if state.is_over() {
            let parked = state.receiver.take();
            drop(state);
            drop(parked);
            permit.made_progress();
            return Poll::Ready(None);
        }
        let (replaced, old) = Parked::store(&mut state.receiver, cx);
        drop(state);
        drop(old);
        emit(|| Event::Wait { on: Resource::ChannelValue(self.serial), replaced });
        Poll::Pending
    }

    /// Receives up to `limit` values, or waits for the first. 0: none will ever come.
    pub(super) fn poll_recv_many(
        &self,
        buffer: &mut Vec<T>,
        limit: usize,
        cx: &mut Context<'_>,
    ) -> Poll<usize> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let count = state.queue.len().min(limit);
        if count == 0 && limit > 0 && !state.is_over() {
            let (replaced, old) = Parked::store(&mut state.receiver, cx);
            drop(state);
            drop(old);
            emit(|| Event::Wait { on: Resource::ChannelValue(self.serial), replaced });
            return Poll::Pending;
        }
        let len = state.queue.len();
        buffer.extend(state.queue.drain(..count));
        state.trim();
        state.free_up(count, &mut to_wake);
        drop(state);
        for taken in 1..=count {
            emit(|| Event::ChannelRecv { channel: self.serial, len: len - taken });
        }
        to_wake.wake();
        permit.made_progress();
        Poll::Ready(count)
    }

    /// Receives a value if there is one now.
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let Some(value) = state.pop(&mut to_wake) else {
            let over = state.is_over();
            return Err(if over { TryRecvError::Disconnected } else { TryRecvError::Empty });
        };
        let len = state.queue.len();
        drop(state);
        emit(|| Event::ChannelRecv { channel: self.serial, len });
        to_wake.wake();
        Ok(value)
    }

    /// Has the receiver closed, or have all senders gone?
    pub(super) fn is_closed_for_receiver(&self) -> bool {
        let state = self.state.lock();
        state.receiving != Receiving::Open || state.senders == 0
    }

    /// The receiver takes no more than what is under way.
    pub(super) fn close(&self) {
        let mut to_wake = ToWake::nobody();
        let first = self.state.lock().close(&mut to_wake);
        if first {
            emit(|| Event::ChannelClose { channel: self.serial, by: Closer::Receiver });
        }
        to_wake.wake();
    }

    /// The receiver is dropped, and with it what it did not receive.
    pub(super) fn drop_receiver(&self) {
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let parked = state.receiver.take();
        let first = state.close(&mut to_wake);
        state.receiving = Receiving::Gone;
        let values = std::mem::take(&mut state.queue);
        state.room += values.len();
        drop(state);
        if parked.is_some() {
            emit(|| Event::Unwait { on: Resource::ChannelValue(self.serial) });
        }
        if first {
            emit(|| Event::ChannelClose { channel: self.serial, by: Closer::Receiver });
        }
        to_wake.wake();
        drop((parked, values));
    }

    // ----- handles -----

    /// One more sender, unless all have gone.
    pub(super) fn add_sender(&self) -> bool {
        let mut state = self.state.lock();
        let alive = state.senders > 0;
        state.senders += usize::from(alive);
        alive
    }

    /// One sender less; with the last the receiver learns that nothing more will come.
    pub(super) fn drop_sender(&self) {
        let mut state = self.state.lock();
        state.senders -= 1;
        if state.senders > 0 {
            return;
        }
        let first = state.receiving == Receiving::Open;
        let receiver = state.receiver.take();
        drop(state);
        if first {
            emit(|| Event::ChannelClose { channel: self.serial, by: Closer::Senders });
        }
        if let Some(receiver) = receiver {
            receiver.wake();
        }
    }

    pub(super) fn senders(&self) -> usize {
        self.state.lock().senders
    }

    pub(super) fn add_weak_sender(&self) {
        self.state.lock().weak_senders += 1;
    }

    pub(super) fn drop_weak_sender(&self) {
        self.state.lock().weak_senders -= 1;
    }

    pub(super) fn weak_senders(&self) -> usize {
        self.state.lock().weak_senders
    }
}

impl<T> fmt::Debug for Chan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let (len, room, senders) = (state.queue.len(), state.room, state.senders);
        let closed = state.receiving != Receiving::Open;
        drop(state);
        f.debug_struct("Chan")
            .field("len", &len)
            .field("capacity", &room)
            .field("senders", &senders)
            .field("closed", &closed)
            .finish_non_exhaustive()
    }
}
