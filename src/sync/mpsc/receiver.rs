//! How does the one receiver get the values?
//!
//! This file has two parts: the [`Receiver`] of a bounded channel, and the channel's side of
//! receiving, by the same rules as in `chan.rs`. The receiver of an unbounded channel is in
//! `unbounded.rs`, and the methods that both share are in `ends.rs`.
//!
//! Since there is only one receiver, a `recv` doesn't wait in a line. A dropped `recv` leaves its
//! waker stored, which may cause one needless wake. If it removed the waker, code that makes a new
//! `recv` each time it is polled would miss its wake-up.

#![expect(clippy::inline_always, reason = "measured, see `chan.rs`")]

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Act, StateGuard, Units, Wait, awaited, done_here, in_a_drop};
use kettle_runtime::{Call, budget, store_waker};

use super::chan::Chan;
use super::ends::receiving_end;
use super::error::TryRecvError;
use super::state::{Batch, State};
use crate::sync::pinned::pinned;
use crate::sync::report::Reports;
use crate::sync::trim::trim;
use crate::sync::wait_list::ToWake;

/// The receiving half of a bounded channel.
///
/// Dropping it closes the channel and drops the values that have not been received.
pub struct Receiver<T> {
    chan: Arc<Chan<T>>,
    /// `poll_recv`'s wait, for which we have no future.
    wait: Wait,
}

impl<T> Receiver<T> {
    pub(super) fn new(chan: Arc<Chan<T>>) -> Receiver<T> {
        Receiver { chan, wait: Wait::NONE }
    }

    /// Receives the next value, waiting if there is none.
    ///
    /// `None` means that the channel is empty and no value will ever come, because all senders have
    /// been dropped, or because it was [closed](Receiver::close) and no permit is held.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken. Its waker
    /// stays behind, so the task may be woken once for a value that has already been taken.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
    /// tx.send("tea").await.unwrap();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, Some("tea"));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        pinned(Recv { chan: &self.chan, wait: Wait::NONE })
    }

    /// Receives up to `limit` values at once, waiting for the first if there is none.
    ///
    /// Appends the values to `buffer` and returns their number. 0 means that no value will ever
    /// come, or that `limit` is 0.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
    /// for number in 1..=3 {
    ///     tx.send(number).await.unwrap();
    /// }
    /// let mut buffer = Vec::new();
    /// assert_eq!(rx.recv_many(&mut buffer, 2).await, 2);
    /// assert_eq!(buffer, [1, 2]);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
        let mut wait = Wait::NONE;
        pinned(poll_fn(move |cx| self.chan.poll_recv_many(buffer, limit, &mut wait, cx)))
    }

    /// Receives a value, if there is one now.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if one may still come, otherwise [`TryRecvError::Disconnected`].
    ///
    /// ```
    /// use kettle::sync::mpsc::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = mpsc::channel::<()>(8);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        done_here(|| {
            self.chan.try_recv().inspect_err(|error| {
                self.chan.refuses_receive(*error == TryRecvError::Disconnected);
            })
        })
    }

    /// Returns how many values could be sent now without waiting.
    pub fn capacity(&self) -> usize {
        self.chan.room()
    }

    /// Returns how many values the channel holds when it is full.
    pub fn max_capacity(&self) -> usize {
        self.chan.capacity()
    }

    /// [`recv`](Receiver::recv) for hand-written futures.
    ///
    /// Before it returns `Pending`, it stores the waker of `cx` in place of an older one, until the
    /// channel calls it or the receiver is dropped.
    ///
    /// ```
    /// use std::task::{Context, Poll, Waker};
    ///
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert_eq!(rx.poll_recv(&mut cx), Poll::Pending);
    /// tx.try_send(1).unwrap();
    /// assert_eq!(rx.poll_recv(&mut cx), Poll::Ready(Some(1)));
    /// ```
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let _line = awaited(None);
        self.chan.poll_recv(&mut self.wait, cx)
    }

    /// [`recv_many`](Receiver::recv_many) for hand-written futures.
    #[track_caller]
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        let _line = awaited(None);
        self.chan.poll_recv_many(buffer, limit, &mut self.wait, cx)
    }
}

receiving_end!(Receiver);

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.chan.drop_receiver(VecDeque::new());
    }
}

/// The future that receives one value. As a `poll_fn`, it would be called rather than inlined.
struct Recv<'a, T> {
    chan: &'a Chan<T>,
    wait: Wait,
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.chan.poll_recv(&mut self.wait, cx)
    }
}

/// Receiving values, for both kinds of receiver.
impl<T> Chan<T> {
    /// Receives a value, or waits for one. `None` means that none will ever come.
    #[inline(always)]
    pub(super) fn poll_recv(&self, wait: &mut Wait, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut state = self.state.lock();
        let Some(value) = state.pop() else {
            ready!(self.wait_for_value(state, wait, cx));
            permit.made_progress();
            return Poll::Ready(self.try_recv().ok());
        };
        permit.made_progress();
        self.finish_pop(state);
        wait.got();
        Poll::Ready(Some(value))
    }

    /// Frees the room of a value that was taken out, and reports it. Checking first whether the
    /// room simply becomes free saves 7 % of a message's instructions.
    #[inline(always)]
    fn finish_pop(&self, mut state: StateGuard<'_, State<T>>) {
        if !state.free_one() {
            return self.finish_pop_and_wake(state);
        }
        let len = state.queue.len();
        self.act_on(state.sent - len as u64, Act::Get, Units::Count(1), len);
    }

    #[inline(never)]
    fn finish_pop_and_wake(&self, mut state: StateGuard<'_, State<T>>) {
        let to_wake = state.pass_on();
        if self.is_recorded() {
            let len = state.queue.len();
            self.act_on(state.sent - len as u64, Act::Get, Units::Count(1), len);
            self.serves(&to_wake);
        }
        drop(state);
        to_wake.into_iter().for_each(Call::wake);
    }

    /// Waits, because there was no value. Returns `Ready` if none will ever come, or if one came
    /// while the waker was being cloned.
    #[inline(never)]
    fn wait_for_value(
        &self,
        state: StateGuard<'_, State<T>>,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let mut locked = Some(state);
        let stored = store_waker(cx, |clone| {
            let mut state = locked.take().unwrap_or_else(|| self.state.lock());
            if state.queue.is_empty() && state.is_over() {
                self.refuses_receive(true);
            } else if state.queue.is_empty() {
                let old = state.receiver.store(cx, clone)?;
                state.receiver.stored_for(self.waits_for_a_value(wait));
                return Some(Ok(old));
            }
            Some(Err(state.receiver.take()))
        });
        if stored.is_ok() {
            return Poll::Pending;
        }
        wait.got();
        Poll::Ready(())
    }

    /// Receives up to `limit` values, or waits for the first. 0 means that none will ever come.
    pub(super) fn poll_recv_many(
        &self,
        buffer: &mut Vec<T>,
        limit: usize,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<usize> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        if state.queue.is_empty() && limit > 0 {
            ready!(self.wait_for_value(state, wait, cx));
            state = self.state.lock();
        }
        let len = state.queue.len();
        let count = len.min(limit);
        buffer.extend(state.queue.drain(..count));
        trim(&mut state.queue);
        state.free_up(count, &mut to_wake);
        for left in (len - count..len).rev() {
            self.act_on(state.sent - left as u64, Act::Get, Units::Count(1), left);
        }
        self.report_and_wake(state, to_wake);
        wait.got();
        permit.made_progress();
        Poll::Ready(count)
    }

    /// Receives a value, if there is one now.
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.state.lock();
        let Some(value) = state.pop() else {
            let over = state.is_over();
            return Err(if over { TryRecvError::Disconnected } else { TryRecvError::Empty });
        };
        self.finish_pop(state);
        Ok(value)
    }

    /// Takes all values into `batch`, and waits for one if the batch is still empty. `Ready` with
    /// an empty batch means that no value will ever come.
    pub(super) fn poll_take_all(
        &self,
        batch: &mut Batch<T>,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let mut state = self.state.lock();
        if state.queue.is_empty() && batch.values.is_empty() {
            ready!(self.wait_for_value(state, wait, cx));
            state = self.state.lock();
        }
        self.take_all(state, batch);
        wait.got();
        Poll::Ready(())
    }

    /// Takes all values into the empty `batch`, if there are any now.
    pub(super) fn try_take_all(&self, batch: &mut Batch<T>) -> Result<(), TryRecvError> {
        let state = self.state.lock();
        if state.queue.is_empty() {
            let over = state.is_over();
            drop(state);
            self.refuses_receive(over);
            return Err(if over { TryRecvError::Disconnected } else { TryRecvError::Empty });
        }
        self.take_all(state, batch);
        Ok(())
    }

    fn take_all(&self, mut state: StateGuard<'_, State<T>>, batch: &mut Batch<T>) {
        state.pop_all(&mut batch.values);
        batch.last = state.sent;
        self.batched.store(batch.values.len(), Ordering::Relaxed);
    }

    /// Reports that a value of this batch was received.
    #[inline]
    pub(super) fn received_from_batch(&self, batch: &Batch<T>) {
        let left = batch.values.len();
        if self.is_recorded() {
            let state = self.state.lock();
            let item = batch.last - left as u64;
            self.act_on(item, Act::Get, Units::Count(1), state.queue.len() + left);
            self.batched.store(left, Ordering::Relaxed);
        } else {
            self.batched.store(left, Ordering::Relaxed);
        }
    }
}
