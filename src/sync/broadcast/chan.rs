//! What does a broadcast channel do when a value is sent or taken, or when one side is dropped?
//!
//! One lock guards the state. Each operation takes it once, or twice if a poll has to clone its
//! waker: it changes the state, moves wakers and values out, unlocks, emits events, calls the
//! wakers and drops the values.
//!
//! Interface: [`Chan`], for `sender.rs`, `receiver.rs` and `weak.rs`.
//!
//! Invariants: no value is cloned or dropped, and no waker cloned, called or dropped, under the
//! lock. A value is dropped by its last owner: the last receiver to clone it, a receiver that is
//! dropped, or the send that overwrites it.
//!
//! Not here: the values and how long they are kept (`slots.rs`).
//!
//! tokio: one lock for the tail and the waiters, and one for each slot.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Act, StateLock, SyncKind, Units, Wait};
use parking_lot::ReentrantMutex;

use super::error::{RecvError, SendError, TryRecvError};
use super::slots::{Shared, Slots, Taken};
use crate::sync::report::{Report, Reports};
use crate::sync::wait_closed::End;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{leave, poll_until};

/// The state that senders and receivers share.
pub(super) struct Chan<T> {
    report: Report,
    state: StateLock<State<T>>,
}

struct State<T> {
    slots: Slots<T>,
    senders: usize,
    weak_senders: usize,
    receivers: usize,
    /// Receivers that have taken everything and are waiting for the next value.
    values: WaitList,
    /// Senders that are waiting until there is no receiver.
    ends: WaitList,
}

/// A value, or the reason why there is none, and how many values the channel keeps now.
struct Received<T> {
    result: Result<Shared<T>, TryRecvError>,
    len: usize,
}

// No foreign code runs under the lock, so a panic can't leave the state half changed.
impl<T> UnwindSafe for Chan<T> {}
impl<T> RefUnwindSafe for Chan<T> {}

impl<T> Chan<T> {
    /// Makes a channel with one sender.
    #[track_caller]
    pub(super) fn new(capacity: usize, receivers: usize) -> Chan<T> {
        let state = State {
            slots: Slots::new(capacity),
            senders: 1,
            weak_senders: 0,
            receivers,
            values: WaitList::new(),
            ends: WaitList::new(),
        };
        let report = Report::new(SyncKind::Broadcast, capacity);
        report.made();
        let chan = Chan { report, state: StateLock::new(state) };
        if receivers == 0 {
            chan.begins_without_receivers();
        }
        chan
    }

    /// Reports that the channel is closed until a receiver subscribes.
    fn begins_without_receivers(&self) {
        self.report.act(Act::Close, Units::All, 0);
    }

    // ----- sending -----

    /// Sends to all current receivers and returns their number.
    pub(super) fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let receivers = state.receivers;
        if receivers == 0 {
            drop(state);
            self.report.refuses(0);
            return Err(SendError(value));
        }
        let overwritten = state.slots.push(Arc::new(ReentrantMutex::new(value)), receivers);
        // Numbers in events count from 1 and positions from 0, so this is the next position.
        let (item, len) = (state.slots.next(), state.slots.len());
        state.values.serve_all(&mut to_wake);
        drop(state);
        self.report.act_on(item, Act::Put, Units::All, len);
        self.report.serves(to_wake.calls());
        to_wake.wake();
        drop(overwritten);
        Ok(receivers)
    }

    /// Returns how many values the channel keeps.
    pub(super) fn len(&self) -> usize {
        self.state.lock().slots.len()
    }

    // ----- receiving -----

    /// Takes the next value, or waits for one.
    pub(super) fn poll_recv(
        &self,
        cursor: &mut u64,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Poll<Result<Shared<T>, RecvError>> {
        let look = |state: &mut State<T>| {
            let received = state.receive(cursor);
            (!matches!(received.result, Err(TryRecvError::Empty))).then_some(received)
        };
        let waits = |wait: &mut Wait, ticket| self.report.waits(wait, Units::Count(1), ticket);
        let received =
            ready!(poll_until(&self.state, |state| &mut state.values, place, cx, look, waits));
        Poll::Ready(self.report_receive(received, *cursor).map_err(|error| match error {
            TryRecvError::Lagged(missed) => RecvError::Lagged(missed),
            TryRecvError::Closed | TryRecvError::Empty => RecvError::Closed,
        }))
    }

    /// Takes the next value, if there is one now.
    pub(super) fn try_recv(&self, cursor: &mut u64) -> Result<Shared<T>, TryRecvError> {
        let received = self.state.lock().receive(cursor);
        self.report_receive(received, *cursor).inspect_err(|error| {
            if !matches!(error, TryRecvError::Lagged(_)) {
                self.report.refuses_receive(*error == TryRecvError::Closed);
            }
        })
    }

    /// Reports a receive. The cursor is already past the values received or missed.
    fn report_receive(
        &self,
        Received { result, len }: Received<T>,
        cursor: u64,
    ) -> Result<Shared<T>, TryRecvError> {
        match result {
            Ok(_) => self.report.act_on(cursor, Act::Get, Units::Count(1), len),
            Err(TryRecvError::Lagged(missed)) => {
                let (first, missed) = (cursor - missed + 1, u32::try_from(missed));
                let missed = Units::Count(missed.unwrap_or(u32::MAX));
                self.report.act_on(first, Act::Forget, missed, len);
            }
            Err(TryRecvError::Empty | TryRecvError::Closed) => {}
        }
        result
    }

    /// Removes a receiver from the line, because its future was dropped.
    pub(super) fn leave_values(&self, place: Key) {
        leave(&self.state, |state| &mut state.values, place);
    }

    /// Returns how many values were sent since this cursor, including missed ones.
    pub(super) fn sent_since(&self, cursor: u64) -> u64 {
        self.state.lock().slots.next() - cursor
    }

    // ----- the two sides, and their ends -----

    pub(super) fn senders(&self) -> usize {
        self.state.lock().senders
    }

    pub(super) fn weak_senders(&self) -> usize {
        self.state.lock().weak_senders
    }

    pub(super) fn receivers(&self) -> usize {
        self.state.lock().receivers
    }

    /// Adds a sender, unless all have been dropped.
    pub(super) fn add_sender(&self) -> bool {
        let mut state = self.state.lock();
        let alive = state.senders > 0;
        state.senders += usize::from(alive);
        alive
    }

    /// Removes a sender. If it was the last, wakes the receivers, which get an error.
    pub(super) fn drop_sender(&self) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.senders -= 1;
        if state.senders > 0 {
            return;
        }
        let len = state.slots.len();
        state.values.serve_all(&mut to_wake);
        drop(state);
        self.report.act(Act::Close, Units::All, len);
        self.report.serves(to_wake.calls());
        to_wake.wake();
    }

    pub(super) fn add_weak_sender(&self) {
        self.state.lock().weak_senders += 1;
    }

    pub(super) fn drop_weak_sender(&self) {
        self.state.lock().weak_senders -= 1;
    }

    /// Adds a receiver and returns its cursor.
    pub(super) fn add_receiver(&self) -> u64 {
        let mut state = self.state.lock();
        state.receivers += 1;
        let (next, len) = (state.slots.next(), state.slots.len());
        let now = Units::of(state.receivers);
        drop(state);
        self.report.act(Act::Open, now, len);
        next
    }

    /// Removes a receiver and drops the values that only it hadn't taken. If it was the last, wakes
    /// the senders that are waiting for the receivers' end.
    pub(super) fn drop_receiver(&self, cursor: u64) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.receivers -= 1;
        let last = state.receivers == 0;
        let dropped = state.slots.leave(cursor);
        let len = state.slots.len();
        let first = state.slots.next() - (len + dropped.len()) as u64 + 1;
        if last {
            state.ends.serve_all(&mut to_wake);
        }
        drop(state);
        if !dropped.is_empty() {
            self.report.act_on(first, Act::Forget, Units::All, len);
        }
        if last {
            self.report.act(Act::Close, Units::All, len);
        }
        self.report.serves(to_wake.calls());
        to_wake.wake();
        drop(dropped);
    }
}

impl<T> End for Chan<T> {
    fn poll_closed(&self, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        let no_receivers = |state: &mut State<T>| (state.receivers == 0).then_some(());
        let waits = |wait: &mut Wait, _| self.report.waits_for_the_end(wait);
        poll_until(&self.state, |state| &mut state.ends, place, cx, no_receivers, waits)
    }

    fn leave_closed(&self, place: Key) {
        leave(&self.state, |state| &mut state.ends, place);
    }
}

impl<T> State<T> {
    fn receive(&mut self, cursor: &mut u64) -> Received<T> {
        let result = match self.slots.take(cursor) {
            Taken::Value(value) => Ok(value),
            Taken::Lagged(missed) => Err(TryRecvError::Lagged(missed)),
            Taken::Empty if self.senders == 0 => Err(TryRecvError::Closed),
            Taken::Empty => Err(TryRecvError::Empty),
        };
        Received { result, len: self.slots.len() }
    }
}
