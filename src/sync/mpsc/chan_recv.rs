//! What happens around a channel when a value is received, or the receiver leaves?
//!
//! The receiver's half of `chan.rs`, by the same rules.
//!
//! Interface: [`Chan`], to `receiver.rs` and `unbounded.rs`.

#![expect(clippy::inline_always, reason = "measured, see `chan.rs`")]

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Closer, Event, Resource, emit};
use parking_lot::MutexGuard;

use super::chan::{Chan, tell_and_wake};
use super::error::TryRecvError;
use super::state::{Receiving, State, trim};
use crate::sync::wait_list::ToWake;

impl<T> Chan<T> {
    /// Receives a value, or waits for one. `None`: none will ever come.
    #[inline(always)]
    pub(super) fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut state = self.state.lock();
        let Some(value) = state.pop() else {
            ready!(self.wait_for_value(state, cx));
            permit.made_progress();
            return Poll::Ready(None);
        };
        permit.made_progress();
        self.finish_pop(state);
        Poll::Ready(Some(value))
    }

    /// A value was taken out: frees its room, and tells of it. The room first, then who waits for it:
    /// 7 % of a message's instructions.
    #[inline(always)]
    fn finish_pop(&self, mut state: MutexGuard<'_, State<T>>) {
        if !state.free_one() {
            return self.finish_pop_and_wake(state);
        }
        let len = state.queue.len();
        drop(state);
        emit(|| Event::ChannelRecv { channel: self.serial, len });
    }

    #[inline(never)]
    fn finish_pop_and_wake(&self, mut state: MutexGuard<'_, State<T>>) {
        let to_wake = state.pass_on();
        let (len, on) = (state.queue.len(), self.served(&state));
        drop(state);
        emit(|| Event::ChannelRecv { channel: self.serial, len });
        if let Some(to_wake) = to_wake {
            emit(|| Event::Served { on });
            to_wake.wake();
        }
    }

    /// There is no value: ready if none will ever come.
    #[inline(never)]
    fn wait_for_value(
        &self,
        mut state: MutexGuard<'_, State<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if state.is_over() {
            let parked = state.receiver.take();
            drop(state);
            drop(parked);
            return Poll::Ready(());
        }
        let (replaced, old) = state.receiver.store(cx);
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
        if count == 0 && limit > 0 {
            ready!(self.wait_for_value(state, cx));
            permit.made_progress();
            return Poll::Ready(0);
        }
        let len = state.queue.len();
        buffer.extend(state.queue.drain(..count));
        trim(&mut state.queue);
        state.free_up(count, &mut to_wake);
        let on = self.served(&state);
        drop(state);
        for taken in 1..=count {
            emit(|| Event::ChannelRecv { channel: self.serial, len: len - taken });
        }
        tell_and_wake(on, to_wake);
        permit.made_progress();
        Poll::Ready(count)
    }

    /// Receives a value if there is one now.
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.state.lock();
        let Some(value) = state.pop() else {
            let over = state.is_over();
            return Err(if over { TryRecvError::Disconnected } else { TryRecvError::Empty });
        };
        self.finish_pop(state);
        Ok(value)
    }

    /// Takes all values into `batch`; waits for one if there is none in there either. Ready with
    /// an empty batch: none will ever come.
    pub(super) fn poll_take_all(&self, batch: &mut VecDeque<T>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.queue.is_empty() && batch.is_empty() {
            return self.wait_for_value(state, cx);
        }
        state.pop_all(batch);
        self.in_hand.store(batch.len(), Ordering::Relaxed);
        Poll::Ready(())
    }

    /// Takes all values into the empty `batch` if there are some now.
    pub(super) fn try_take_all(&self, batch: &mut VecDeque<T>) -> Result<(), TryRecvError> {
        let mut state = self.state.lock();
        if state.queue.is_empty() {
            let over = state.is_over();
            return Err(if over { TryRecvError::Disconnected } else { TryRecvError::Empty });
        }
        state.pop_all(batch);
        self.in_hand.store(batch.len(), Ordering::Relaxed);
        Ok(())
    }

    /// One value of a batch was received, so many are left in it.
    #[inline]
    pub(super) fn received_in_hand(&self, left: usize) {
        self.in_hand.store(left, Ordering::Relaxed);
        emit(|| Event::ChannelRecv { channel: self.serial, len: self.len() });
    }

    /// Has the receiver closed, or have all senders gone?
    pub(super) fn is_closed_for_receiver(&self) -> bool {
        let state = self.state.lock();
        state.receiving != Receiving::Open || state.senders == 0
    }

    /// The receiver takes no more than what is under way.
    pub(super) fn close(&self) {
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let waited = !state.receiver.is_empty();
        let first = state.close(&mut to_wake);
        let over = waited && state.receiver.is_empty();
        drop(state);
        if first {
            emit(|| Event::ChannelClose { channel: self.serial, by: Closer::Receiver });
        }
        if over {
            emit(|| Event::Served { on: Resource::ChannelValue(self.serial) });
        }
        to_wake.wake();
    }

    /// The receiver is dropped, and with it what it did not receive: first what is in its batch.
    pub(super) fn drop_receiver(&self, batch: VecDeque<T>) {
        let mut to_wake = ToWake::nobody();
        let mut state = self.state.lock();
        let parked = state.receiver.take();
        let first = state.close(&mut to_wake);
        state.receiving = Receiving::Gone;
        let values = std::mem::take(&mut state.queue);
        state.room += values.len();
        self.in_hand.store(0, Ordering::Relaxed);
        drop(state);
        if parked.is_some() {
            emit(|| Event::Unwait { on: Resource::ChannelValue(self.serial) });
        }
        if first {
            emit(|| Event::ChannelClose { channel: self.serial, by: Closer::Receiver });
        }
        let lost = batch.len() + values.len();
        if lost > 0 {
            emit(|| Event::ChannelDrop { channel: self.serial, values: lost });
        }
        to_wake.wake();
        drop((parked, batch, values));
    }
}
