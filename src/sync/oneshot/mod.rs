//! How does one task pass a single value to another?
//!
//! Through a channel for one value: `send` never waits and consumes the [`Sender`], and the
//! [`Receiver`] is itself the future of the value. If the sender is dropped without sending, that
//! future is ready with an error.
//!
//! ```
//! use kettle::sync::oneshot;
//!
//! # #[kettle::main] async fn main() {
//! let (sender, receiver) = oneshot::channel();
//! kettle::spawn(async move { sender.send("tea") });
//! assert_eq!(receiver.await, Ok("tea"));
//! # }
//! ```
//!
//! Interface: [`channel`], [`Sender`], [`Receiver`], [`error`].
//!
//! Invariant: each half releases the shared memory as soon as it has finished with it.
//!
//! Not here: the channel itself (`chan.rs`).
//!
//! tokio: an `AtomicUsize` of bits and `unsafe` cells.

mod chan;
pub mod error;

use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Wait, awaited, done_here, in_a_drop};

use self::chan::Chan;
use self::error::{RecvError, TryRecvError};
use super::blocking;
use super::pinned::pinned;

/// Makes a channel for one value.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let (tx, rx) = kettle::sync::oneshot::channel();
/// kettle::spawn(async move { tx.send("tea") });
/// assert_eq!(rx.await, Ok("tea"));
/// # }
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let chan = Arc::<Chan<T>>::default();
    chan.opened(Location::caller());
    let (sender, receiver) = (Some(chan.clone()), Some(chan));
    (Sender { chan: sender, wait: Wait::NONE }, Receiver { chan: receiver, wait: Wait::NONE })
}

/// The half that sends the value. Dropping it without sending gives the receiver an error.
#[derive(Debug)]
pub struct Sender<T> {
    /// `None` after sending.
    chan: Option<Arc<Chan<T>>>,
    /// `poll_closed`'s wait, for which we have no future.
    wait: Wait,
}

impl<T> Sender<T> {
    /// Sends the value without waiting.
    ///
    /// `Ok` doesn't mean that the value was or will be received.
    ///
    /// # Errors
    ///
    /// The value, if the receiver has been closed or dropped.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::oneshot::channel();
    /// drop(rx);
    /// assert_eq!(tx.send(1), Err(1));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(mut self, t: T) -> Result<(), T> {
        done_here(|| {
            let chan = self.chan.take().expect(SENDER_HAS);
            if let Some(receiver) = chan.put(t)? {
                receiver.wake();
            }
            Ok(())
        })
    }

    /// Waits until the receiver is closed or dropped and so no longer wants the value.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a new call is ready at once if the receiver has closed.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (mut tx, rx) = kettle::sync::oneshot::channel::<()>();
    /// drop(rx);
    /// tx.closed().await;
    /// # }
    /// ```
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        pinned(WaitClosed { chan: self.chan(), waiting: false, wait: Wait::NONE })
    }

    /// Returns whether the receiver was closed or dropped.
    pub fn is_closed(&self) -> bool {
        self.chan().is_closed()
    }

    /// [`closed`](Sender::closed) for hand-written futures.
    ///
    /// Before it returns `Pending`, it stores the waker of `cx` in place of an older one.
    #[track_caller]
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let _line = awaited(None);
        let Sender { chan, wait } = self;
        chan.as_ref().expect(SENDER_HAS).poll_closed(wait, cx)
    }

    fn chan(&self) -> &Chan<T> {
        self.chan.as_ref().expect(SENDER_HAS)
    }
}

/// Only `send` takes the channel out, and it consumes the sender.
const SENDER_HAS: &str = "a sender that can be called has its channel";

impl<T> Drop for Sender<T> {
    #[inline]
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(chan) = &self.chan {
            chan.drop_sender();
        }
    }
}

/// The future returned by `closed`. Dropping it removes its waker.
struct WaitClosed<'a, T> {
    chan: &'a Chan<T>,
    waiting: bool,
    wait: Wait,
}

impl<T> Future for WaitClosed<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let chan = self.chan;
        let polled = chan.poll_closed(&mut self.wait, cx);
        self.waiting = polled.is_pending();
        polled
    }
}

impl<T> Drop for WaitClosed<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if self.waiting {
            self.chan.forget_sender();
        }
    }
}

/// The half that receives the value, and is itself the value's future.
///
/// Dropping it closes the channel and drops a value that was sent. It is `Unpin`, so it can be
/// awaited as `&mut receiver` in several places.
///
/// # Cancel safety
///
/// Cancel safe: after a dropped wait, `&mut receiver` can be awaited again.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let (tx, rx) = kettle::sync::oneshot::channel::<()>();
/// drop(tx);
/// assert!(rx.await.is_err());
/// # }
/// ```
#[derive(Debug)]
pub struct Receiver<T> {
    /// `None` once it has the value or knows that none will come.
    chan: Option<Arc<Chan<T>>>,
    wait: Wait,
}

impl<T> Receiver<T> {
    /// Closes the channel, so that no value can be sent. A value sent before can still be received.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::oneshot::channel();
    /// rx.close();
    /// assert_eq!(tx.send(1), Err(1));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn close(&mut self) {
        done_here(|| {
            if let Some(chan) = &self.chan {
                chan.close();
            }
        });
    }

    /// Returns whether the receiver has returned the value or an error, after which it must not be
    /// polled.
    pub fn is_terminated(&self) -> bool {
        self.chan.is_none()
    }

    /// Returns whether there is no value to receive now.
    pub fn is_empty(&self) -> bool {
        !self.chan.as_ref().is_some_and(|chan| chan.has_value())
    }

    /// Receives the value, if it has been sent already.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if it may still come, otherwise [`TryRecvError::Closed`].
    ///
    /// ```
    /// use kettle::sync::oneshot::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = oneshot::channel();
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        done_here(|| {
            let chan = self.chan.as_ref().ok_or(TryRecvError::Closed)?;
            let received = chan.try_recv();
            if !matches!(received, Err(TryRecvError::Empty)) {
                self.chan = None;
                self.wait.got();
            }
            received
        })
    }

    /// Receives the value in synchronous code, blocking the thread until it comes.
    ///
    /// # Errors
    ///
    /// If the sender was dropped without sending.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose task is to send.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::oneshot::channel();
    /// std::thread::spawn(move || tx.send("from a thread"));
    /// assert_eq!(rx.blocking_recv(), Ok("from a thread"));
    /// ```
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        blocking::block_on("Receiver::blocking_recv", self)
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    #[expect(clippy::inline_always, reason = "a tenth of a value that is there already")]
    #[inline(always)]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let _line = awaited(None);
        let permit = ready!(budget::poll_proceed(cx));
        // If only the receiver is left, the sender has sent or been dropped. Skipping the lock then
        // saves a twentieth of the cost of a question and answer.
        let last = self.chan.take_if(|chan| Arc::strong_count(chan) == 1);
        if let Some(received) = last.and_then(Arc::into_inner).map(Chan::into_received) {
            self.wait.got();
            permit.made_progress();
            return Poll::Ready(received);
        }
        let Receiver { chan, wait } = &mut *self;
        let chan = chan.as_ref().expect("a oneshot receiver was polled after completion");
        let received = ready!(chan.poll_recv(wait, cx));
        self.chan = None;
        permit.made_progress();
        Poll::Ready(received)
    }
}

impl<T> Drop for Receiver<T> {
    #[inline]
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(chan) = &self.chan {
            chan.drop_receiver();
        }
    }
}
