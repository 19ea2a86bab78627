//! What does a oneshot channel do when the value is sent or received, or when one side is dropped?
//!
//! One lock guards a plain state. Each operation takes it once, or twice if a poll has to clone its
//! waker: it changes the state, emits events, moves wakers and values out, unlocks, and calls the
//! wakers.
//!
//! Interface: [`Chan`], for the two halves in `mod.rs`.
//!
//! Invariants: a value goes in only while the receiver is open, and whichever operation ends the
//! channel takes it out, so that no value stays in the shared memory or is dropped under the lock.
//! No waker is cloned, called or dropped under the lock either.

use std::fmt;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Act, Event, Place, StateLock, SyncKind, Units, Wait, emit};
use kettle_runtime::{Call, Id, WakerSlot, budget, store_waker};

use super::error::{RecvError, TryRecvError};
use crate::sync::report::{Called, Known, Reports, known};

/// The state that both halves share.
pub(super) struct Chan<T> {
    id: Id,
    known: OnceLock<Box<Known>>,
    state: StateLock<State<T>>,
}

struct State<T> {
    /// The value, from when it is sent until it is received.
    value: Option<T>,
    /// Whether the sender has sent or been dropped.
    sender_done: bool,
    /// Whether the receiver has closed or been dropped.
    closed: bool,
    /// The waker of a receiver that is waiting for the value.
    receiver: WakerSlot,
    /// The waker of a sender that is waiting for the receiver to close.
    sender: WakerSlot,
}

/// Makes an open channel. `Arc::default` makes it in place, whereas `Arc::new` would copy it there,
/// a third of the channel's cost.
impl<T> Default for Chan<T> {
    #[inline]
    fn default() -> Chan<T> {
        let (receiver, sender) = (WakerSlot::EMPTY, WakerSlot::EMPTY);
        let state = State { value: None, sender_done: false, closed: false, receiver, sender };
        Chan { id: Id::next(), known: OnceLock::new(), state: StateLock::new(state) }
    }
}

impl<T> Chan<T> {
    /// Reports that the channel was made, and where.
    pub(super) fn opened(&self, at: Place) {
        let (kind, sync, room) = (SyncKind::Oneshot, self.id, Some(1));
        known(&self.known, || Known::new((kind, sync), Some(at), Some(0), room));
        emit(|| Event::SyncNew { kind, sync, room, count: 0, at });
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Puts the value in and returns the receiver's waker, which the caller calls. A waker may send
    /// into the next channel of a long chain, so this function's frame must have left the stack.
    #[inline]
    pub(super) fn put(&self, value: T) -> Result<Option<Call>, T> {
        let mut state = self.state.lock();
        if state.closed {
            drop(state);
            self.refuses(0);
            return Err(value);
        }
        state.value = Some(value);
        state.sender_done = true;
        let (receiver, _sender) = (state.receiver.take(), state.sender.take());
        self.act_on(1, Act::Put, Units::Count(1), 1);
        self.serves(&receiver);
        drop(state);
        Ok(receiver)
    }

    pub(super) fn drop_sender(&self) {
        if let Some(receiver) = self.end_sender() {
            receiver.wake();
        }
    }

    #[inline(never)]
    fn end_sender(&self) -> Option<Call> {
        let mut state = self.state.lock();
        state.sender_done = true;
        let (receiver, _sender) = (state.receiver.take(), state.sender.take());
        if !state.closed {
            self.act(Act::End, Units::All, 0);
        }
        self.serves(&receiver);
        drop(state);
        receiver
    }

    pub(super) fn poll_closed(&self, wait: &mut Wait, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        let stored = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            if state.closed {
                return Some(None);
            }
            let old = state.sender.store(cx, clone)?;
            state.sender.stored_for(self.waits_for_the_end(wait));
            Some(Some(old))
        });
        if stored.is_some() {
            return Poll::Pending;
        }
        wait.got();
        permit.made_progress();
        Poll::Ready(())
    }

    /// Removes the sender's waker, because its `closed` was dropped.
    pub(super) fn forget_sender(&self) {
        let parked = self.state.lock().sender.take();
        drop(parked);
    }

    /// Receives the value or waits for it.
    #[inline(never)]
    pub(super) fn poll_recv(
        &self,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T, RecvError>> {
        let polled = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            let received = self.receive(&mut state);
            if !matches!(received, Err(TryRecvError::Empty)) {
                return Some(Ok(received));
            }
            let old = state.receiver.store(cx, clone)?;
            state.receiver.stored_for(self.waits_for_a_value(wait));
            Some(Err(old))
        });
        match polled {
            Ok(received) => {
                wait.got();
                Poll::Ready(received.map_err(|_| RecvError(())))
            }
            Err(_) => Poll::Pending,
        }
    }

    /// Receives once the sender is gone. The receiver then has no rival and doesn't need the lock.
    #[inline]
    pub(super) fn into_received(mut self) -> Result<T, RecvError> {
        let value = self.state.get_mut().value.take();
        if value.is_some() {
            self.act_on(1, Act::Get, Units::Count(1), 0);
        }
        value.ok_or(RecvError(()))
    }

    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = self.receive(&mut self.state.lock());
        received.inspect_err(|error| self.refuses_receive(*error == TryRecvError::Closed))
    }

    #[inline]
    fn receive(&self, state: &mut State<T>) -> Result<T, TryRecvError> {
        let received = state.receive();
        if received.is_ok() {
            self.act_on(1, Act::Get, Units::Count(1), 0);
        }
        received
    }

    pub(super) fn has_value(&self) -> bool {
        self.state.lock().value.is_some()
    }

    /// Closes the channel: the receiver takes only a value that was sent before.
    pub(super) fn close(&self) {
        self.close_keeping(|_| None);
    }

    /// Closes the channel for a dropped receiver, and drops a value that it didn't receive.
    pub(super) fn drop_receiver(&self) {
        self.close_keeping(|state| state.value.take());
    }

    /// Closes the channel, wakes the sender, and drops what `take` took out under the lock.
    fn close_keeping(&self, take: fn(&mut State<T>) -> Option<T>) {
        let (sender, _value) = self.end_receiver(take);
        if let Some(sender) = sender {
            sender.wake();
        }
    }

    #[inline(never)]
    fn end_receiver(&self, take: fn(&mut State<T>) -> Option<T>) -> (Option<Call>, Option<T>) {
        let mut state = self.state.lock();
        let first = !state.closed && !state.sender_done;
        state.closed = true;
        let (_receiver, sender) = (state.receiver.take(), state.sender.take());
        let value = take(&mut state);
        if first {
            self.act(Act::Close, Units::All, usize::from(value.is_some()));
        }
        self.serves(&sender);
        if value.is_some() {
            self.act_on(1, Act::Forget, Units::Count(1), 0);
        }
        drop(state);
        (sender, value)
    }
}

impl<T> Reports for Chan<T> {
    fn called(&self) -> Called {
        Called { kind: SyncKind::Oneshot, sync: self.id }
    }

    #[inline]
    fn known(&self) -> Option<&Known> {
        known(&self.known, || Known::new((SyncKind::Oneshot, self.id), None, None, None))
    }
}

impl<T> State<T> {
    #[inline]
    fn receive(&mut self) -> Result<T, TryRecvError> {
        match self.value.take() {
            Some(value) => Ok(value),
            None if self.sender_done || self.closed => Err(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }
}

impl<T> fmt::Debug for Chan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let (sent, closed) = (state.value.is_some(), state.closed);
        drop(state);
        f.debug_struct("Chan")
            .field("has_value", &sent)
            .field("closed", &closed)
            .finish_non_exhaustive()
    }
}
