//! What does a program hold to receive from a bounded channel?
//!
//! The one [`Receiver`]. It passes everything on to the channel.
//!
//! Not here: the channel (`chan.rs`), the futures (`futures.rs`).
//!
//! tokio: `sync/mpsc/bounded.rs`.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::chan::Chan;
use super::error::TryRecvError;
use super::futures::{Recv, RecvMany};
use crate::sync::blocking;
use crate::sync::pinned::pinned;

/// The receiving half of a bounded channel.
///
/// Dropping it closes the channel and drops the values that were not received.
///
/// tokio: `tokio::sync::mpsc::Receiver`.
pub struct Receiver<T> {
    chan: Arc<Chan<T>>,
}

impl<T> Receiver<T> {
    pub(super) fn new(chan: Arc<Chan<T>>) -> Receiver<T> {
        Receiver { chan }
    }

    /// Receives the next value, waiting for it if there is none.
    ///
    /// `None` means that the channel is empty and no value will ever come: all senders are gone,
    /// or it was [closed](Receiver::close) and no permit is held.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::recv`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken. Its waker stays
    /// behind: the task may be woken once for a value that something else has taken by then.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
    /// tx.send("tea").await.unwrap();
    /// drop(tx);
    /// assert_eq!(rx.recv().await, Some("tea"));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        pinned(Recv::new(&self.chan))
    }

    /// Receives up to `limit` values at once, waiting for the first if there is none.
    ///
    /// They are appended to `buffer`; the answer is their number. 0 means that no value will ever
    /// come, or that `limit` is 0.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::recv_many`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
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
        pinned(RecvMany::new(&self.chan, buffer, limit))
    }

    /// Receives a value if there is one now.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::try_recv`.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if one may still come, [`TryRecvError::Disconnected`] if not.
    ///
    /// ```
    /// use kettle::sync::mpsc::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = mpsc::channel::<()>(8);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.chan.try_recv()
    }

    /// Receives from code that is not async, blocking the thread while the channel is empty.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::blocking_recv`.
    ///
    /// # Panics
    ///
    /// In async code: blocking the thread would stop the runtime whose tasks are to send.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        blocking::block_on("Receiver::blocking_recv", self.recv())
    }

    /// [`recv_many`](Receiver::recv_many) for code that is not async.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::blocking_recv_many`.
    ///
    /// # Panics
    ///
    /// In async code, as [`blocking_recv`](Receiver::blocking_recv).
    #[track_caller]
    pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        blocking::block_on("Receiver::blocking_recv_many", self.recv_many(buffer, limit))
    }

    /// Lets no more values in, but keeps what is in the channel and what comes by permits
    /// that are held.
    ///
    /// Senders that wait get an error. Call [`recv`](Receiver::recv) until it returns `None` to
    /// leave nothing behind.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::close`.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
    /// tx.try_send(1).unwrap();
    /// rx.close();
    /// assert!(tx.try_send(2).is_err());
    /// assert_eq!(rx.recv().await, Some(1));
    /// assert_eq!(rx.recv().await, None);
    /// # }
    /// ```
    pub fn close(&mut self) {
        self.chan.close();
    }

    /// Is the channel closed: by [`close`](Receiver::close), or because all senders are gone?
    ///
    /// There may still be values in it.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::is_closed`.
    pub fn is_closed(&self) -> bool {
        self.chan.is_closed_for_receiver()
    }

    /// Is there no value to receive now?
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::is_empty`.
    pub fn is_empty(&self) -> bool {
        self.chan.len() == 0
    }

    /// How many values there are to receive now.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::len`.
    pub fn len(&self) -> usize {
        self.chan.len()
    }

    /// How many values could be sent now without waiting.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::capacity`.
    pub fn capacity(&self) -> usize {
        self.chan.room()
    }

    /// How many values the channel holds when it is full.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::max_capacity`.
    pub fn max_capacity(&self) -> usize {
        self.chan.capacity()
    }

    /// The poll function behind [`recv`](Receiver::recv), for futures written by hand.
    ///
    /// `Pending` has stored the waker of `cx`; only the newest is woken. It stays stored until the
    /// channel wakes it or the receiver is dropped.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::poll_recv`.
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
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.chan.poll_recv(cx)
    }

    /// The poll function behind [`recv_many`](Receiver::recv_many).
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::poll_recv_many`.
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        self.chan.poll_recv_many(buffer, limit, cx)
    }

    /// How many senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::sender_strong_count`.
    pub fn sender_strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// How many weak senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::Receiver::sender_weak_count`.
    pub fn sender_weak_count(&self) -> usize {
        self.chan.weak_senders()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.chan.drop_receiver(VecDeque::new());
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("chan", &*self.chan).finish()
    }
}
