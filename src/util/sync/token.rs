//! How does a task learn that it should stop?
//!
//! By a [`CancellationToken`]: it asks whether the token is cancelled, or waits for that beside its
//! work. The task decides itself what stopping means.
//!
//! Not here: which tokens are cancelled together (`tree.rs`).
//!
//! tokio-util: `sync/cancellation_token.rs`; a task waits on the `Notify` of its node.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::tree::Node;
use crate::sync::pinned::{Pinned, pinned};
use crate::sync::wait_list::Key;

/// Asks tasks to stop: they wait until it is cancelled, which happens once and for ever.
///
/// Clones are the same token. A [`child_token`](CancellationToken::child_token) is cancelled with
/// the token that it was made of, but can be cancelled alone. Dropping a token cancels nothing.
///
/// tokio: `tokio_util::sync::CancellationToken`.
///
/// ```
/// use kettle::time::{Duration, sleep};
/// use kettle::util::sync::CancellationToken;
///
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// let token = CancellationToken::new();
/// let stop = token.clone();
/// let worker = kettle::spawn(async move {
///     kettle::select! {
///         () = stop.cancelled() => "stopped",
///         () = sleep(Duration::from_secs(3600)) => "done",
///     }
/// });
/// sleep(Duration::from_secs(1)).await;
/// token.cancel();
/// assert_eq!(worker.await.unwrap(), "stopped");
/// # }
/// ```
pub struct CancellationToken {
    node: Arc<Node>,
}

impl CancellationToken {
    /// A token that is not cancelled.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::new`.
    #[track_caller]
    pub fn new() -> CancellationToken {
        CancellationToken { node: Arc::new(Node::root()) }
    }

    /// A token that is cancelled when this one is. Cancelling it doesn't cancel this one.
    ///
    /// It stays so even if this token is dropped, as long as a token above it can still be
    /// cancelled.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::child_token`.
    ///
    /// ```
    /// use kettle::util::sync::CancellationToken;
    ///
    /// let server = CancellationToken::new();
    /// let (first, second) = (server.child_token(), server.child_token());
    /// first.cancel();
    /// assert!(!server.is_cancelled() && !second.is_cancelled());
    /// server.cancel();
    /// assert!(second.is_cancelled());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn child_token(&self) -> CancellationToken {
        CancellationToken { node: Arc::new(self.node.child()) }
    }

    /// Cancels this token and all that were made of it, and wakes the tasks that wait for that.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::cancel`.
    pub fn cancel(&self) {
        self.node.cancel();
    }

    /// Is it cancelled?
    ///
    /// tokio: `tokio_util::sync::CancellationToken::is_cancelled`.
    pub fn is_cancelled(&self) -> bool {
        self.node.is_cancelled()
    }

    /// Waits until it is cancelled. Ready at once if it is.
    ///
    /// It takes no budget. A future that is polled before it and spends all its budget each time
    /// can't keep it from being seen.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::cancelled`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost.
    #[track_caller]
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        WaitForCancellationFuture { wait: pinned(Cancelled::new(self)) }
    }

    /// As [`cancelled`](CancellationToken::cancelled), but the future owns the token, so that it
    /// can go into a spawned task.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::cancelled_owned`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the token is dropped with the future.
    #[track_caller]
    pub fn cancelled_owned(self) -> WaitForCancellationFutureOwned {
        WaitForCancellationFutureOwned { wait: pinned(Cancelled::new(self)) }
    }
}

impl Clone for CancellationToken {
    fn clone(&self) -> CancellationToken {
        CancellationToken { node: self.node.clone() }
    }
}

impl Default for CancellationToken {
    #[track_caller]
    fn default() -> CancellationToken {
        CancellationToken::new()
    }
}

/// Clones of one token are equal.
impl PartialEq for CancellationToken {
    fn eq(&self, other: &CancellationToken) -> bool {
        Arc::ptr_eq(&self.node, &other.node)
    }
}

impl Eq for CancellationToken {}

impl Hash for CancellationToken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.node).hash(state);
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancellationToken").field("is_cancelled", &self.is_cancelled()).finish()
    }
}

/// Waits for a token that it has, or borrows.
pub(super) struct Cancelled<T: Borrow<CancellationToken>> {
    token: T,
    place: Option<Key>,
}

impl<T: Borrow<CancellationToken>> Cancelled<T> {
    pub(super) fn new(token: T) -> Cancelled<T> {
        Cancelled { token, place: None }
    }
}

// Nothing in it is pinned.
impl<T: Borrow<CancellationToken>> Unpin for Cancelled<T> {}

impl<T: Borrow<CancellationToken>> Future for Cancelled<T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Cancelled { token, place } = self.get_mut();
        (*token).borrow().node.poll_cancelled(place, cx)
    }
}

impl<T: Borrow<CancellationToken>> Drop for Cancelled<T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.token.borrow().node.leave(place);
        }
    }
}

pin_project! {
    /// The future of [`CancellationToken::cancelled`].
    ///
    /// tokio: `tokio_util::sync::WaitForCancellationFuture`.
    #[must_use = "futures do nothing unless polled"]
    pub struct WaitForCancellationFuture<'a> {
        #[pin]
        wait: Pinned<Cancelled<&'a CancellationToken>>,
    }
}

impl Future for WaitForCancellationFuture<'_> {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().wait.poll(cx)
    }
}

impl fmt::Debug for WaitForCancellationFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForCancellationFuture").finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of [`CancellationToken::cancelled_owned`].
    ///
    /// tokio: `tokio_util::sync::WaitForCancellationFutureOwned`.
    #[must_use = "futures do nothing unless polled"]
    pub struct WaitForCancellationFutureOwned {
        #[pin]
        wait: Pinned<Cancelled<CancellationToken>>,
    }
}

impl Future for WaitForCancellationFutureOwned {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().wait.poll(cx)
    }
}

impl fmt::Debug for WaitForCancellationFutureOwned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForCancellationFutureOwned").finish_non_exhaustive()
    }
}
