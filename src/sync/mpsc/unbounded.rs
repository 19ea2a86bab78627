//! What does a program hold of an unbounded channel?
//!
//! [`UnboundedSender`]s and the one [`UnboundedReceiver`]. The channel is the same as a bounded
//! one, with more room than there is memory: sending never waits, so it is not async. As no sender
//! waits for room, the receiver takes everything at once, and then hands it out without the lock.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, iter, mem};

use kettle_runtime::budget;
use kettle_runtime::event::awaited;
use parking_lot::Mutex;

use super::chan::Chan;
use super::error::{SendError, TryRecvError};
use super::sender::WaitClosed;
use crate::sync::blocking;
use crate::sync::pinned::pinned;
use crate::sync::report::Reports;
use crate::sync::trim::trim;

/// Makes a channel whose senders never wait.
///
/// Nothing slows a sender that is faster than the receiver: the values pile up in memory. Use
/// [`channel`](super::channel) unless something else limits them.
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
    let batch = Mutex::default();
    (UnboundedSender::counted(chan.clone()), UnboundedReceiver { chan, batch })
}

/// The sending half of an unbounded channel. Clone it to send from several tasks.
///
/// The channel ends when the last clone is dropped.
pub struct UnboundedSender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> UnboundedSender<T> {
    /// A sender that the channel has already counted.
    pub(super) fn counted(chan: Arc<Chan<T>>) -> UnboundedSender<T> {
        UnboundedSender { chan }
    }

    pub(super) fn chan(&self) -> &Arc<Chan<T>> {
        &self.chan
    }

    /// Sends a value. Never waits, so it needs no `.await`.
    ///
    /// # Errors
    ///
    /// The value comes back if the receiver has closed the channel or was dropped.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        // There is always room, so this fails only if the channel is closed.
        self.chan.try_send(message).map_err(|error| {
            self.chan.refuses(0);
            SendError(error.into_inner())
        })
    }

    /// Waits until the receiver has closed the channel or was dropped.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost, and a new call is ready at once if the channel is closed.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        pinned(WaitClosed::new(&self.chan))
    }

    /// Has the receiver closed the channel, or was it dropped?
    pub fn is_closed(&self) -> bool {
        self.chan.is_closed()
    }

    /// Do both send to the same channel?
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> UnboundedSender<T> {
        let counted = self.chan.add_sender();
        debug_assert!(counted, "a sender that is alive is counted");
        UnboundedSender { chan: self.chan.clone() }
    }
}

impl<T> Drop for UnboundedSender<T> {
    fn drop(&mut self) {
        self.chan.drop_sender();
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedSender").field("chan", &*self.chan).finish()
    }
}

/// The receiving half of an unbounded channel.
///
/// Dropping it closes the channel and drops the values that were not received.
pub struct UnboundedReceiver<T> {
    chan: Arc<Chan<T>>,
    /// Values that were taken out of the channel all at once, to be received from here without
    /// its lock: two fifths of a message. This one is never locked, only reached by `&mut`; in a
    /// lock it leaves the receiver `Sync`, whatever `T` is.
    batch: Mutex<VecDeque<T>>,
}

impl<T> UnboundedReceiver<T> {
    /// Receives the next value, waiting for it if there is none.
    ///
    /// `None` means that the channel is empty and no value will ever come: all senders are gone,
    /// or it was [closed](UnboundedReceiver::close).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken. Its waker
    /// stays behind: the task may be woken once for a value that something else has taken by then.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
    /// tx.send("tea").unwrap();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, Some("tea"));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        pinned(poll_fn(|cx| self.poll_recv(cx)))
    }

    /// Receives up to `limit` values at once, waiting for the first if there is none.
    ///
    /// They are appended to `buffer`, and their number is returned. 0 means that no value will ever
    /// come, or that `limit` is 0.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
    /// for number in 1..=3 {
    ///     tx.send(number).unwrap();
    /// }
    /// let mut buffer = Vec::new();
    /// assert_eq!(rx.recv_many(&mut buffer, 2).await, 2);
    /// assert_eq!(buffer, [1, 2]);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
        pinned(poll_fn(move |cx| self.poll_recv_many(cx, buffer, limit)))
    }

    /// Receives a value if there is one now.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if one may still come, [`TryRecvError::Disconnected`] if not.
    ///
    /// ```
    /// use kettle::sync::mpsc::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = mpsc::unbounded_channel::<()>();
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let batch = self.batch.get_mut();
        if batch.is_empty() {
            self.chan.try_take_all(batch)?;
        }
        self.next_in_hand().ok_or(TryRecvError::Empty)
    }

    /// Receives from code that is not async, blocking the thread while the channel is empty.
    ///
    /// # Panics
    ///
    /// In async code: blocking the thread would stop the runtime whose tasks are to send.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        blocking::block_on("UnboundedReceiver::blocking_recv", self.recv())
    }

    /// [`recv_many`](UnboundedReceiver::recv_many) for code that is not async.
    ///
    /// # Panics
    ///
    /// In async code, as [`blocking_recv`](UnboundedReceiver::blocking_recv).
    #[track_caller]
    pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        blocking::block_on("UnboundedReceiver::blocking_recv_many", self.recv_many(buffer, limit))
    }

    /// Lets no more values in, but keeps what is in the channel.
    ///
    /// Sending fails from then on. Call [`recv`](UnboundedReceiver::recv) until it returns `None`
    /// to leave nothing behind.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
    /// tx.send(1).unwrap();
    /// rx.close();
    /// assert!(tx.send(2).is_err());
    /// assert_eq!(rx.recv().await, Some(1));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    pub fn close(&mut self) {
        self.chan.close();
    }

    /// Is the channel closed: by [`close`](UnboundedReceiver::close), or because all senders are
    /// gone?
    ///
    /// There may still be values in it.
    pub fn is_closed(&self) -> bool {
        self.chan.is_closed_for_receiver()
    }

    /// Is there no value to receive now?
    pub fn is_empty(&self) -> bool {
        self.chan.len() == 0
    }

    /// How many values there are to receive now.
    pub fn len(&self) -> usize {
        self.chan.len()
    }

    /// The poll function behind [`recv`](UnboundedReceiver::recv), for futures written by hand.
    ///
    /// `Pending` has stored the waker of `cx`; only the newest is woken. It stays stored until the
    /// channel wakes it or the receiver is dropped.
    ///
    /// ```
    /// use std::task::{Context, Poll, Waker};
    ///
    /// let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert_eq!(rx.poll_recv(&mut cx), Poll::Pending);
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.poll_recv(&mut cx), Poll::Ready(Some(1)));
    /// ```
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        awaited(None);
        let permit = ready!(budget::poll_proceed(cx));
        let batch = self.batch.get_mut();
        if batch.is_empty() {
            ready!(self.chan.poll_take_all(batch, cx));
        }
        permit.made_progress();
        Poll::Ready(self.next_in_hand())
    }

    /// The poll function behind [`recv_many`](UnboundedReceiver::recv_many).
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        let permit = ready!(budget::poll_proceed(cx));
        let batch = self.batch.get_mut();
        if batch.len() < limit {
            ready!(self.chan.poll_take_all(batch, cx));
        }
        permit.made_progress();
        let before = buffer.len();
        buffer.extend(iter::from_fn(|| self.next_in_hand()).take(limit));
        Poll::Ready(buffer.len() - before)
    }

    #[inline]
    fn next_in_hand(&mut self) -> Option<T> {
        let batch = self.batch.get_mut();
        let value = batch.pop_front()?;
        trim(batch);
        self.chan.received_in_hand(batch.len());
        Some(value)
    }

    /// How many senders the channel has.
    pub fn sender_strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// How many weak senders the channel has.
    pub fn sender_weak_count(&self) -> usize {
        self.chan.weak_senders()
    }
}

impl<T> Drop for UnboundedReceiver<T> {
    fn drop(&mut self) {
        self.chan.drop_receiver(mem::take(self.batch.get_mut()));
    }
}

#[expect(clippy::missing_fields_in_debug, reason = "values need not be `Debug`, and are counted")]
impl<T> fmt::Debug for UnboundedReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedReceiver").field("chan", &*self.chan).finish()
    }
}

// As if the batch were in the channel, with the other values.
impl<T> Unpin for UnboundedReceiver<T> {}
impl<T> UnwindSafe for UnboundedReceiver<T> {}
impl<T> RefUnwindSafe for UnboundedReceiver<T> {}
