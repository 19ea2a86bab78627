//! How does a program send into a bounded channel?
//!
//! Through a [`Sender`], a counted handle that passes everything on to the channel. A `send` future
//! remembers its place in line and gives it up when it is dropped, so that a cancelled `send`
//! passes on any room that it was given.
//!
//! Not here: the channel (`chan.rs`), the methods that both kinds of sender share (`ends.rs`),
//! reserving room (`permit.rs`), senders that don't keep the channel open (`weak.rs`).
//!
//! tokio: `sync/mpsc/bounded.rs` has `async fn`s around a semaphore's `Acquire`.

#![expect(clippy::inline_always, reason = "measured, see `chan.rs`")]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::{done_here, in_a_drop};

use super::chan::Chan;
use super::ends::sending_end;
use super::error::{SendError, TrySendError};
use crate::sync::blocking;
use crate::sync::pinned::pinned;
use crate::sync::report::{Hold, Reports};
use crate::sync::wait_list::Key;

/// The sending half of a bounded channel. Clone it to send from several tasks.
///
/// The channel ends when the last clone is dropped.
pub struct Sender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> Sender<T> {
    /// Sends a value, waiting for room if the channel is full.
    ///
    /// # Errors
    ///
    /// The value, if the receiver has closed the channel or been dropped. `Ok` doesn't mean that
    /// the value was or will be received.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the value is dropped without being sent, and
    /// the place in line is lost. To keep the value, wait with [`reserve`](Sender::reserve).
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// tx.send("tea").await.unwrap();
    /// assert_eq!(rx.recv().await, Some("tea"));
    /// drop(rx);
    /// assert_eq!(tx.send("late").await.unwrap_err().0, "late");
    /// # }
    /// ```
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        pinned(Send::new(&self.chan, value))
    }

    /// Sends a value, if there is room now that no other sender is waiting for.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] or [`TrySendError::Closed`], with the value.
    ///
    /// ```
    /// use kettle::sync::mpsc::{self, error::TrySendError};
    ///
    /// let (tx, rx) = mpsc::channel(1);
    /// assert_eq!(tx.try_send(1), Ok(()));
    /// assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
    /// drop(rx);
    /// assert_eq!(tx.try_send(3), Err(TrySendError::Closed(3)));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        done_here(|| self.chan.try_send(message).inspect_err(|error| self.refused(error)))
    }

    /// Takes `n` permits, if they are free now.
    pub(super) fn try_take(&self, n: usize, owned: bool) -> Result<Hold, TrySendError<()>> {
        self.chan.try_reserve(n, owned).inspect_err(|error| self.refused(error))
    }

    #[cold]
    fn refused<V>(&self, error: &TrySendError<V>) {
        if self.chan.is_recorded() {
            let full = matches!(error, TrySendError::Full(_));
            self.chan.refuses(if full { self.chan.capacity() } else { 0 });
        }
    }

    /// Like [`send`](Sender::send), in synchronous code: blocks the thread while the channel is
    /// full.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose receiver has to make room.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// let sender = std::thread::spawn(move || tx.blocking_send("from a thread"));
    /// assert_eq!(rx.blocking_recv(), Some("from a thread"));
    /// sender.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        blocking::block_on("Sender::blocking_send", self.send(value))
    }

    /// Returns how many values could be sent now without waiting. Reserved room doesn't count.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::mpsc::channel(3);
    /// tx.try_send(1).unwrap();
    /// assert_eq!((tx.capacity(), tx.max_capacity()), (2, 3));
    /// ```
    pub fn capacity(&self) -> usize {
        self.chan.room()
    }

    /// Returns how many values the channel holds when it is full.
    pub fn max_capacity(&self) -> usize {
        self.chan.capacity()
    }
}

sending_end!(Sender);

/// The future that sends one value.
struct Send<'a, T> {
    chan: &'a Chan<T>,
    /// The value, until it is sent.
    value: Option<T>,
    place: Option<Key>,
}

impl<'a, T> Send<'a, T> {
    fn new(chan: &'a Chan<T>, value: T) -> Send<'a, T> {
        Send { chan, value: Some(value), place: None }
    }
}

// The future never pins the value, but only moves it.
impl<T> Unpin for Send<'_, T> {}

impl<T> Future for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        assert!(this.value.is_some(), "`send` polled after completion");
        this.chan.poll_send(&mut this.value, &mut this.place, cx)
    }
}

impl<T> Drop for Send<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(place) = self.place.take() {
            self.chan.leave_line(place);
        }
    }
}
