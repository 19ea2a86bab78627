//! How does a program send without ever waiting for room?
//!
//! Through an unbounded channel, with [`UnboundedSender`]s and one [`UnboundedReceiver`]. The
//! channel is a bounded one with more room than there is memory, so sending never waits and isn't
//! async. Since no sender waits for room, the receiver takes all values at once and hands them out
//! without taking the lock.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{iter, mem};

use kettle_runtime::budget;
use kettle_runtime::event::{StateLock, Wait, awaited, done_here, in_a_drop};

use super::chan::Chan;
use super::ends::{receiving_end, sending_end};
use super::error::{SendError, TryRecvError};
use super::state::Batch;
use crate::sync::pinned::pinned;
use crate::sync::report::Reports;
use crate::sync::trim::trim;

/// Makes a channel whose senders never wait.
///
/// If the senders are faster than the receiver, values pile up in memory. Use
/// [`channel`](super::channel) unless something else limits the senders.
///
/// ```
/// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
/// tx.send(1).unwrap();
/// tx.send(2).unwrap();
/// assert_eq!((rx.try_recv(), rx.try_recv()), (Ok(1), Ok(2)));
/// ```
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let chan = Arc::new(Chan::new(usize::MAX));
    chan.opened(None, Location::caller());
    let batch = StateLock::new(Batch { values: VecDeque::new(), last: 0 });
    (UnboundedSender::counted(chan.clone()), UnboundedReceiver { chan, batch, wait: Wait::NONE })
}

/// The sending half of an unbounded channel. Clone it to send from several tasks.
///
/// The channel ends when the last clone is dropped.
pub struct UnboundedSender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> UnboundedSender<T> {
    /// Sends a value. `send` never waits, so it doesn't need an `.await`.
    ///
    /// # Errors
    ///
    /// The value, if the receiver has closed the channel or been dropped.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        done_here(|| {
            // There is always room, so this fails only if the channel is closed.
            self.chan.try_send(message).map_err(|error| {
                self.chan.refuses(0);
                SendError(error.into_inner())
            })
        })
    }
}

sending_end!(UnboundedSender);

/// The receiving half of an unbounded channel.
///
/// Dropping it closes the channel and drops the values that have not been received.
pub struct UnboundedReceiver<T> {
    chan: Arc<Chan<T>>,
    /// Values taken out of the channel all at once, to be received from here without its lock,
    /// which saves two fifths of a message's cost. This mutex is never locked, only reached through
    /// `&mut`; it keeps the receiver `Sync`, whatever `T` is.
    batch: StateLock<Batch<T>>,
    /// `poll_recv`'s wait, for which we have no future.
    wait: Wait,
}

impl<T> UnboundedReceiver<T> {
    /// Like [`Receiver::recv`](super::Receiver::recv), and just as cancel safe.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
    /// tx.send("tea").unwrap();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, Some("tea"));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let mut wait = Wait::NONE;
        pinned(poll_fn(move |cx| self.receive(&mut wait, cx)))
    }

    /// Like [`Receiver::recv_many`](super::Receiver::recv_many), and just as cancel safe.
    #[track_caller]
    pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
        let mut wait = Wait::NONE;
        pinned(poll_fn(move |cx| self.receive_many(buffer, limit, &mut wait, cx)))
    }

    /// Like [`Receiver::try_recv`](super::Receiver::try_recv).
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        done_here(|| {
            let batch = self.batch.get_mut();
            if batch.values.is_empty() {
                self.chan.try_take_all(batch)?;
            }
            self.next_from_batch().ok_or(TryRecvError::Empty)
        })
    }

    /// Like [`Receiver::poll_recv`](super::Receiver::poll_recv).
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let _line = awaited(None);
        let mut wait = mem::take(&mut self.wait);
        let received = self.receive(&mut wait, cx);
        self.wait = wait;
        received
    }

    fn receive(&mut self, wait: &mut Wait, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let permit = ready!(budget::poll_proceed(cx));
        let batch = self.batch.get_mut();
        if batch.values.is_empty() {
            ready!(self.chan.poll_take_all(batch, wait, cx));
        }
        permit.made_progress();
        Poll::Ready(self.next_from_batch())
    }

    /// [`recv_many`](UnboundedReceiver::recv_many) for hand-written futures.
    #[track_caller]
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        let _line = awaited(None);
        let mut wait = mem::take(&mut self.wait);
        let received = self.receive_many(buffer, limit, &mut wait, cx);
        self.wait = wait;
        received
    }

    fn receive_many(
        &mut self,
        buffer: &mut Vec<T>,
        limit: usize,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<usize> {
        let permit = ready!(budget::poll_proceed(cx));
        let batch = self.batch.get_mut();
        if batch.values.len() < limit {
            ready!(self.chan.poll_take_all(batch, wait, cx));
        }
        permit.made_progress();
        let before = buffer.len();
        buffer.extend(iter::from_fn(|| self.next_from_batch()).take(limit));
        Poll::Ready(buffer.len() - before)
    }

    #[inline]
    fn next_from_batch(&mut self) -> Option<T> {
        let batch = self.batch.get_mut();
        let value = batch.values.pop_front()?;
        trim(&mut batch.values);
        self.chan.received_from_batch(batch);
        Some(value)
    }
}

receiving_end!(UnboundedReceiver);

impl<T> Drop for UnboundedReceiver<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.chan.drop_receiver(mem::take(&mut self.batch.get_mut().values));
    }
}

// The same as if the batch were in the channel, with the other values.
impl<T> Unpin for UnboundedReceiver<T> {}
impl<T> UnwindSafe for UnboundedReceiver<T> {}
impl<T> RefUnwindSafe for UnboundedReceiver<T> {}
