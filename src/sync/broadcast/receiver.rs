//! How does one of many receivers get its copy of a value?
//!
//! A [`Receiver`] has a cursor, the position of the value that it takes next. It takes the value
//! out of the channel and clones it only after the channel's lock has been released. If values are
//! overwritten before it takes them, it learns how many and continues with the oldest that is left.
//!
//! Not here: the channel (`chan.rs`).
//!
//! tokio: `sync/broadcast.rs`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{done_here, in_a_drop};

use super::chan::Chan;
use super::error::{RecvError, TryRecvError};
use super::slots::Shared;
use crate::sync::blocking;
use crate::sync::pinned::pinned;
use crate::sync::wait_list::Key;

/// Receives every value that is sent while it exists.
///
/// Dropping it drops the values that only it hadn't taken.
pub struct Receiver<T> {
    chan: Arc<Chan<T>>,
    /// The position of the next value.
    cursor: u64,
}

impl<T> Receiver<T> {
    /// Makes the first receiver, which a new channel has already counted.
    pub(super) fn first(chan: Arc<Chan<T>>) -> Receiver<T> {
        Receiver { chan, cursor: 0 }
    }

    /// Makes another receiver.
    pub(super) fn subscribed(chan: &Arc<Chan<T>>) -> Receiver<T> {
        let cursor = chan.add_receiver();
        Receiver { chan: chan.clone(), cursor }
    }

    /// Returns how many sent values this receiver hasn't taken. If the channel keeps fewer, the
    /// next `recv` returns [`RecvError::Lagged`].
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::broadcast::channel(2);
    /// for number in 1..=3 {
    ///     tx.send(number).unwrap();
    /// }
    /// assert_eq!(rx.len(), 3);
    /// assert!(rx.try_recv().is_err(), "one was overwritten");
    /// assert_eq!(rx.len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        usize::try_from(self.chan.sent_since(self.cursor)).unwrap_or(usize::MAX)
    }

    /// Returns whether this receiver has taken every value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether all senders have been dropped. There may still be values to take.
    pub fn is_closed(&self) -> bool {
        self.chan.senders() == 0
    }

    /// Returns whether both handles receive from the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }

    /// Returns how many senders the channel has.
    pub fn sender_strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// Returns how many weak senders the channel has.
    pub fn sender_weak_count(&self) -> usize {
        self.chan.weak_senders()
    }
}

impl<T: Clone> Receiver<T> {
    /// Makes another receiver, which gets only values that are sent from now on.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::broadcast::channel(16);
    /// tx.send(1).unwrap();
    /// let mut second = rx.resubscribe();
    /// tx.send(2).unwrap();
    /// assert_eq!((rx.try_recv(), second.try_recv()), (Ok(1), Ok(2)));
    /// ```
    #[must_use = "it is a receiver of its own, for which values are kept"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn resubscribe(&self) -> Receiver<T> {
        done_here(|| Receiver::subscribed(&self.chan))
    }

    /// Receives a copy of the next value, waiting if there is none.
    ///
    /// # Errors
    ///
    /// [`RecvError::Lagged`] if values were overwritten before this receiver took them; the next
    /// call continues with the oldest that is left. [`RecvError::Closed`] if all senders have been
    /// dropped and every value has been taken.
    ///
    /// # Panics
    ///
    /// If the value's `clone` panics. The value then counts as taken.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was taken.
    ///
    /// ```
    /// use kettle::sync::broadcast::{self, error::RecvError};
    ///
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = broadcast::channel(2);
    /// for number in 1..=3 {
    ///     tx.send(number).unwrap();
    /// }
    /// drop(tx);
    /// assert_eq!(rx.recv().await, Err(RecvError::Lagged(1)));
    /// assert_eq!(rx.recv().await, Ok(2));
    /// assert_eq!(rx.recv().await, Ok(3));
    /// assert_eq!(rx.recv().await, Err(RecvError::Closed));
    /// # }
    /// ```
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        pinned(Recv { receiver: self, place: None })
    }

    /// Receives a copy of the next value, if there is one now.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if a value may still come, or an error as for
    /// [`recv`](Receiver::recv).
    ///
    /// ```
    /// use kettle::sync::broadcast::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = broadcast::channel(16);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// tx.send(1).unwrap();
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        done_here(|| self.chan.try_recv(&mut self.cursor).map(copy))
    }

    /// Like [`recv`](Receiver::recv), in synchronous code: blocks the thread while there is no
    /// value.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose tasks are to send.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::broadcast::channel(16);
    /// let sender = std::thread::spawn(move || tx.send("from a thread"));
    /// assert_eq!(rx.blocking_recv(), Ok("from a thread"));
    /// sender.join().unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        blocking::block_on("Receiver::blocking_recv", self.recv())
    }
}

/// Clones a taken value under the value's own lock and then releases it, so that the last receiver
/// drops it.
// It owns `value`, so it releases the value even if `clone` panics.
#[expect(clippy::needless_pass_by_value, reason = "see above")]
fn copy<T: Clone>(value: Shared<T>) -> T {
    T::clone(&value.lock())
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.chan.drop_receiver(self.cursor);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Receiver")
    }
}

/// Receiving with a place in line that the caller keeps, as `BroadcastStream` does, too.
impl<T> Receiver<T> {
    pub(crate) fn poll_recv(
        &mut self,
        place: &mut Option<Key>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T, RecvError>>
    where
        T: Clone,
    {
        let permit = ready!(budget::poll_proceed(cx));
        let received = ready!(self.chan.poll_recv(&mut self.cursor, place, cx));
        permit.made_progress();
        Poll::Ready(received.map(copy))
    }

    /// Gives up the caller's place in line.
    pub(crate) fn leave(&self, place: Key) {
        self.chan.leave_values(place);
    }
}

/// The future returned by `recv`.
struct Recv<'a, T> {
    receiver: &'a mut Receiver<T>,
    place: Option<Key>,
}

impl<T: Clone> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Recv { receiver, place } = self.get_mut();
        receiver.poll_recv(place, cx)
    }
}

impl<T> Drop for Recv<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(place) = self.place.take() {
            self.receiver.leave(place);
        }
    }
}
