//! What does a channel do when a value is sent or received, or when one side is dropped?
//!
//! One lock guards the state. Each operation takes it once, or twice if a poll has to clone its
//! waker: it changes the state, emits events, moves out the wakers and any values to be dropped,
//! unlocks, and calls the wakers. If nobody is waiting, a message takes the lock twice: once to be
//! sent and once to be received. In an unbounded channel each message takes it once, and each
//! received batch once more.
//!
//! This file has the senders' side and the dropping of either side; receiving is in `receiver.rs`.
//! The path of a message that doesn't wait is inlined into the sending or receiving task. The rest
//! is kept separate, because a call that saves all its registers would be a fifth of such a
//! message's cost.
//!
//! Interface: [`Chan`], for `sender.rs`, `permit.rs`, `receiver.rs`, `unbounded.rs` and `weak.rs`.
//!
//! Invariants: no value is dropped and no waker cloned, called or dropped under the lock. Which
//! waker to call is decided under the lock, so no wake-up is missed: a task that didn't see the
//! change has stored its waker before it.
//!
//! Not here: the state and its rules (`state.rs`), the public types.

#![expect(clippy::inline_always, reason = "measured, see above")]

use std::collections::VecDeque;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{
    Act, Event, Key as HoldKey, Place, StateGuard, StateLock, SyncKind, Units, Wait, emit,
};
use kettle_runtime::{Call, Id, budget, store_waker};

use super::error::{SendError, TrySendError};
use super::state::{Closed, Pushed, Receiving, Room, State};
use crate::sync::report::{Called, Hold, Known, Reports, known};
use crate::sync::wait_closed::End;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{leave, poll_until};

/// The state that the senders and the receiver share.
pub(super) struct Chan<T> {
    pub(super) id: Id,
    known: OnceLock<Box<Known>>,
    /// How many values are in the batch of an `UnboundedReceiver`, which alone writes this.
    pub(super) batched: AtomicUsize,
    pub(super) state: StateLock<State<T>>,
}

// No foreign code runs under the lock, so a panic can't leave the state half changed.
impl<T> UnwindSafe for Chan<T> {}
impl<T> RefUnwindSafe for Chan<T> {}

impl<T> Chan<T> {
    /// Makes a channel with one sender.
    pub(super) fn new(capacity: usize) -> Chan<T> {
        let (id, batched) = (Id::next(), AtomicUsize::new(0));
        let state = StateLock::new(State::new(capacity));
        Chan { id, known: OnceLock::new(), batched, state }
    }

    /// Reports that the channel was made, and where.
    pub(super) fn opened(&self, capacity: Option<usize>, at: Place) {
        let (kind, sync, room) = (SyncKind::Mpsc, self.id, capacity);
        known(&self.known, || Known::new((kind, sync), Some(at), Some(0), room));
        emit(|| Event::SyncNew { kind, sync, room, count: 0, at });
    }

    /// Returns how many values the channel can hold.
    pub(super) fn capacity(&self) -> usize {
        self.state.lock().capacity
    }

    /// Returns the number of free permits.
    pub(super) fn room(&self) -> usize {
        self.state.lock().room
    }

    pub(super) fn len(&self) -> usize {
        self.state.lock().queue.len() + self.batched.load(Ordering::Relaxed)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().receiving != Receiving::Open
    }

    /// Returns whether the receiver has closed or all senders have been dropped.
    pub(super) fn is_closed_for_receiver(&self) -> bool {
        let state = self.state.lock();
        state.receiving != Receiving::Open || state.senders == 0
    }

    // ----- sending -----

    /// Sends if there is room, otherwise takes a place in line. Takes `value` when it sends it.
    #[inline(always)]
    pub(super) fn poll_send(
        &self,
        value: &mut Option<T>,
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendError<T>>> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut state = self.state.lock();
        if place.is_some() || !state.take_room(1) {
            return self.poll_send_in_line(state, value, place, cx, permit);
        }
        let pushed = value.take().map(|value| state.push(value));
        permit.made_progress();
        self.finish_push(state, pushed);
        Poll::Ready(Ok(()))
    }

    /// The same for a sender that finds no room or has already waited.
    #[inline(never)]
    fn poll_send_in_line(
        &self,
        state: StateGuard<'_, State<T>>,
        value: &mut Option<T>,
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
        permit: budget::Permit,
    ) -> Poll<Result<(), SendError<T>>> {
        let mut locked = Some(state);
        let (room, receiver) = store_waker(cx, |clone| {
            let mut state = locked.take().unwrap_or_else(|| self.state.lock());
            let room = state.poll_room(1, place, cx, clone)?;
            self.report_wait(1, &room, place, &mut state.line);
            let taken = matches!(room, Room::Taken);
            let pushed = value.take_if(|_| taken).map(|value| state.push(value));
            Some((room, self.report_push(pushed)))
        });
        receiver.into_iter().for_each(Call::wake);
        let sent = ready!(room.finish(permit));
        Poll::Ready(match value.take() {
            Some(value) if sent.is_err() => {
                self.refuses(0);
                Err(SendError(value))
            }
            _ => Ok(()),
        })
    }

    /// Takes `n` permits or a place in line.
    pub(super) fn poll_reserve(
        &self,
        (n, owned): (usize, bool),
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Hold, Closed>> {
        let permit = ready!(budget::poll_proceed(cx));
        let (room, hold) = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            let room = state.poll_room(n, place, cx, clone)?;
            self.report_wait(n, &room, place, &mut state.line);
            let taken = matches!(room, Room::Taken).then(|| self.reserved((n, owned), &state));
            Some((room, taken.unwrap_or(Hold::unrecorded(n))))
        });
        room.finish(permit).map_ok(|()| hold)
    }

    /// Reports, under the lock, that `n` permits were taken.
    fn reserved(&self, (n, owned): (usize, bool), state: &State<T>) -> Hold {
        if n == 0 || !self.is_recorded() {
            return Hold::unrecorded(n);
        }
        let key = self.takes(Units::of(n), state.queue.len(), owned, HoldKey::NONE);
        Hold { units: n, key }
    }

    fn report_wait(&self, n: usize, room: &Room, place: &mut Option<Key>, line: &mut WaitList) {
        if let (Room::Wait { .. }, Some(key)) = (room, place) {
            line.set_wait(key, |wait, ticket| self.waits(wait, Units::of(n), ticket));
        }
    }

    /// Sends, if there is room now.
    #[inline]
    pub(super) fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let mut state = self.state.lock();
        match state.try_room(1) {
            Ok(()) => {}
            Err(TrySendError::Full(())) => return Err(TrySendError::Full(value)),
            Err(TrySendError::Closed(())) => return Err(TrySendError::Closed(value)),
        }
        let mut pushed = state.push(value);
        pushed.len += self.batched();
        self.finish_push(state, Some(pushed));
        Ok(())
    }

    /// Takes `n` permits, if they are free now.
    pub(super) fn try_reserve(&self, n: usize, owned: bool) -> Result<Hold, TrySendError<()>> {
        let mut state = self.state.lock();
        state.try_room(n)?;
        Ok(self.reserved((n, owned), &state))
    }

    /// Sends with a permit that the caller holds.
    pub(super) fn send_reserved(&self, hold: &Hold, value: T) {
        let mut state = self.state.lock();
        let keys = (hold.key, HoldKey::NONE);
        self.gives_up(Act::Release, keys, Units::Count(1), state.queue.len());
        match state.push_reserved(value) {
            Ok(pushed) => self.finish_push(state, Some(pushed)),
            Err(refused) => {
                self.refuses(0);
                drop(state);
                drop(refused);
            }
        }
    }

    /// Returns how many values an unbounded channel's receiver has in its batch; only events need
    /// it. Called with the state locked, because the batch is taken with it locked.
    #[inline(always)]
    fn batched(&self) -> usize {
        if self.is_recorded() { self.batched.load(Ordering::Relaxed) } else { 0 }
    }

    #[inline(always)]
    fn finish_push(&self, state: StateGuard<'_, State<T>>, pushed: Option<Pushed>) {
        let receiver = self.report_push(pushed);
        drop(state);
        receiver.into_iter().for_each(Call::wake);
    }

    #[inline(always)]
    fn report_push(&self, pushed: Option<Pushed>) -> Option<Call> {
        let Pushed { len, item, receiver } = pushed?;
        self.act_on(item, Act::Put, Units::Count(1), len);
        self.serves(&receiver);
        receiver
    }

    /// Gives back the permits that the caller holds.
    pub(super) fn return_room(&self, hold: &Hold) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let keys = (hold.key, HoldKey::NONE);
        self.gives_up(Act::Release, keys, Units::of(hold.units), state.queue.len());
        state.free_up(hold.units, &mut to_wake);
        self.report_and_wake(state, to_wake);
    }

    /// Removes a sender that hasn't collected its room from the line.
    #[inline(never)]
    pub(super) fn leave_line(&self, place: Key) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let removed = state.line.leave(place);
        state.free_up(removed.units, &mut to_wake);
        // Dropping the waker runs foreign code, whose panic must not keep served waiters asleep.
        self.report_and_wake(state, to_wake);
        drop(removed);
    }

    /// Reports each waiter that was served, one after another, and then wakes them all.
    pub(super) fn report_and_wake(&self, state: StateGuard<'_, State<T>>, served: ToWake) {
        self.serves(served.calls());
        drop(state);
        served.wake();
    }

    // ----- handles -----

    /// Adds a sender, unless all have been dropped.
    pub(super) fn add_sender(&self) -> bool {
        let mut state = self.state.lock();
        let alive = state.senders > 0;
        state.senders += usize::from(alive);
        if alive {
            let len = state.queue.len() + self.batched();
            self.act(Act::Senders, Units::of(state.senders), len);
        }
        alive
    }

    /// Removes a sender. If it was the last, wakes the receiver, because no value will come.
    pub(super) fn drop_sender(&self) {
        let mut state = self.state.lock();
        state.senders -= 1;
        let (alive, len) = (state.senders, state.queue.len() + self.batched());
        if alive > 0 {
            return self.act(Act::Senders, Units::of(alive), len);
        }
        if state.receiving == Receiving::Open {
            self.act(Act::End, Units::All, len);
        } else {
            self.act(Act::Senders, Units::Count(0), len);
        }
        let receiver = state.receiver.take();
        self.serves(&receiver);
        drop(state);
        receiver.into_iter().for_each(Call::wake);
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

    // ----- the end of the receiver -----

    /// Closes the channel: the receiver takes only values that are already on their way.
    pub(super) fn close(&self) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let first = state.close(&mut to_wake);
        if first {
            self.act(Act::Close, Units::All, state.queue.len() + self.batched());
        }
        self.serves(to_wake.calls());
        drop(state);
        to_wake.wake();
    }

    /// Drops the receiver's side with all values not yet received, first those in its batch.
    pub(super) fn drop_receiver(&self, batch: VecDeque<T>) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let parked = state.receiver.take();
        let first = state.close(&mut to_wake);
        state.receiving = Receiving::Dropped;
        let values = std::mem::take(&mut state.queue);
        state.room += values.len();
        self.batched.store(0, Ordering::Relaxed);
        let lost = batch.len() + values.len();
        if first {
            self.act(Act::Close, Units::All, lost);
        }
        self.serves(to_wake.calls());
        if lost > 0 {
            let first = state.sent - lost as u64 + 1;
            self.act_on(first, Act::Forget, Units::of(lost), 0);
        }
        drop(state);
        to_wake.wake();
        drop((parked, batch, values));
    }
}

impl<T> End for Chan<T> {
    fn poll_closed(&self, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        let over = |state: &mut State<T>| (state.receiving != Receiving::Open).then_some(());
        let waits = |wait: &mut Wait, _| self.waits_for_the_end(wait);
        poll_until(&self.state, |state| &mut state.watchers, place, cx, over, waits)
    }

    fn leave_closed(&self, place: Key) {
        leave(&self.state, |state| &mut state.watchers, place);
    }
}

impl<T> Reports for Chan<T> {
    fn called(&self) -> Called {
        Called { kind: SyncKind::Mpsc, sync: self.id }
    }

    #[inline]
    fn known(&self) -> Option<&Known> {
        known(&self.known, || Known::new((SyncKind::Mpsc, self.id), None, None, None))
    }
}

impl<T> fmt::Debug for Chan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let len = state.queue.len() + self.batched.load(Ordering::Relaxed);
        let (room, senders) = (state.room, state.senders);
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
