//! How does a program watch a value?
//!
//! With a [`Receiver`], which remembers the last version that it saw. A value with any other
//! version counts as *changed*. Reading doesn't need an `.await`. It returns a [`Ref`], and nobody
//! can change the value while the `Ref` is alive.
//!
//! Not here: the value and its version (`chan.rs`).
//!
//! tokio: `sync/watch.rs`.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, RwLockReadGuard};
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{done_here, in_a_drop};

use super::chan::{Chan, Version};
use super::error::RecvError;
use crate::sync::pinned::pinned;
use crate::sync::wait_list::Key;

/// Reads the watched value and waits for changes.
///
/// A clone has seen the same version as the original.
#[derive(Debug)]
pub struct Receiver<T> {
    chan: Arc<Chan<T>>,
    seen: Version,
}

impl<T> Receiver<T> {
    /// A receiver that the channel has already counted.
    pub(super) fn counted(chan: Arc<Chan<T>>, seen: Version) -> Receiver<T> {
        Receiver { chan, seen }
    }

    /// Reads the value without marking it as seen.
    ///
    /// Drop the [`Ref`] soon and never hold it across an `.await`: until it is dropped, a sender
    /// blocks its thread.
    ///
    /// ```
    /// let (_tx, rx) = kettle::sync::watch::channel("tea");
    /// assert_eq!(*rx.borrow(), "tea");
    /// ```
    pub fn borrow(&self) -> Ref<'_, T> {
        let value = self.chan.read();
        let has_changed = self.chan.version() != self.seen;
        Ref::new(value, has_changed)
    }

    /// Reads the value and marks it as seen, so that [`changed`](Receiver::changed) waits for the
    /// next value.
    ///
    /// Use this in a loop around `changed`. With `borrow`, a value that comes between `changed` and
    /// `borrow` would be read twice.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::watch::channel(1);
    /// tx.send(2).unwrap();
    /// assert_eq!(*rx.borrow_and_update(), 2);
    /// assert!(!rx.has_changed().unwrap());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        done_here(|| look(&self.chan, &mut self.seen))
    }

    /// Returns whether there is an unseen value.
    ///
    /// Values aren't compared, so sending an equal value is a change, too.
    ///
    /// # Errors
    ///
    /// If all senders have been dropped, whether or not the last value has been seen.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::watch::channel(1);
    /// assert!(!rx.has_changed().unwrap());
    /// tx.send(1).unwrap();
    /// assert!(rx.has_changed().unwrap());
    /// drop(tx);
    /// assert!(rx.has_changed().is_err());
    /// ```
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        Ok(self.chan.open_version()? != self.seen)
    }

    /// Returns whether all senders have been dropped.
    pub fn is_closed(&self) -> bool {
        self.chan.senders() == 0
    }

    /// Marks the value as unseen, so that the next [`changed`](Receiver::changed) is ready at once.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (_tx, mut rx) = kettle::sync::watch::channel("the first value");
    /// rx.mark_changed();
    /// rx.changed().await.unwrap();
    /// assert_eq!(*rx.borrow_and_update(), "the first value");
    /// # }
    /// ```
    pub fn mark_changed(&mut self) {
        if self.seen == self.chan.version() {
            self.seen = self.seen.before();
        }
    }

    /// Marks the current value as seen.
    pub fn mark_unchanged(&mut self) {
        self.seen = self.chan.version();
    }

    /// Waits until there is an unseen value, and marks it as seen.
    ///
    /// # Errors
    ///
    /// If all senders have been dropped and the last value has been seen.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no value was marked as seen.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::watch::channel("cold");
    /// kettle::spawn(async move { tx.send("hot") });
    /// while rx.changed().await.is_ok() {
    ///     println!("{}", *rx.borrow_and_update());
    /// }
    /// # }
    /// ```
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        pinned(Changed { chan: &self.chan, seen: &mut self.seen, place: None })
    }

    /// Waits for a value for which `f` returns `true`, marks it as seen and returns it.
    ///
    /// It calls `f` with the current value, even if that has been seen, and then after each wake,
    /// so it may miss values if several are sent in between. `f` must not send on this channel,
    /// because the value is locked in the meantime.
    ///
    /// # Errors
    ///
    /// If all senders have been dropped and `f` has returned `false` for the last value.
    ///
    /// # Panics
    ///
    /// If `f` panics. The receiver and the channel can still be used.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, `f` has returned `false` for the
    /// last value seen.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::watch::channel(20);
    /// kettle::spawn(async move { tx.send(100) });
    /// assert_eq!(*rx.wait_for(|degrees| *degrees >= 90).await.unwrap(), 100);
    /// # }
    /// ```
    #[track_caller]
    pub fn wait_for(
        &mut self,
        f: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let change = Changed { chan: &self.chan, seen: &mut self.seen, place: None };
        pinned(WaitFor { change, accepts: f, next: Next::Look })
    }

    /// Returns whether both receivers watch the same value.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }
}

/// Reads the value and marks it as seen.
fn look<'a, T>(chan: &'a Chan<T>, seen: &mut Version) -> Ref<'a, T> {
    let value = chan.read();
    let version = chan.version();
    let new = version.since(std::mem::replace(seen, version));
    chan.seen(version, new);
    Ref::new(value, new > 0)
}

impl<T> Clone for Receiver<T> {
    #[cfg_attr(debug_assertions, track_caller)]
    fn clone(&self) -> Receiver<T> {
        done_here(|| {
            self.chan.add_receiver();
            Receiver { chan: self.chan.clone(), seen: self.seen }
        })
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.chan.drop_receiver();
    }
}

/// A reference to the watched value, which can't be changed in the meantime.
#[derive(Debug)]
pub struct Ref<'a, T> {
    value: RwLockReadGuard<'a, T>,
    has_changed: bool,
}

impl<'a, T> Ref<'a, T> {
    pub(super) fn new(value: RwLockReadGuard<'a, T>, has_changed: bool) -> Ref<'a, T> {
        Ref { value, has_changed }
    }

    /// Returns whether the receiver hadn't seen this value before. For a sender's reference, it is
    /// always `false`.
    ///
    /// Unlike [`Receiver::has_changed`], it also works after the senders have been dropped.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::watch::channel(1);
    /// tx.send(2).unwrap();
    /// drop(tx);
    /// assert!(rx.borrow_and_update().has_changed());
    /// assert!(!rx.borrow_and_update().has_changed());
    /// ```
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The future returned by `changed`.
struct Changed<'a, T> {
    chan: &'a Chan<T>,
    seen: &'a mut Version,
    place: Option<Key>,
}

impl<T> Changed<'_, T> {
    fn poll_changed(&mut self, cx: &Context<'_>) -> Poll<Result<(), RecvError>> {
        self.chan.poll_changed(self.seen, &mut self.place, cx)
    }
}

impl<T> Future for Changed<'_, T> {
    type Output = Result<(), RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let permit = ready!(budget::poll_proceed(cx));
        let changed = ready!(self.get_mut().poll_changed(cx));
        permit.made_progress();
        Poll::Ready(changed)
    }
}

impl<T> Drop for Changed<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(place) = self.place.take() {
            self.chan.leave_changes(place);
        }
    }
}

/// The future returned by `wait_for`.
struct WaitFor<'a, T, F> {
    change: Changed<'a, T>,
    accepts: F,
    next: Next,
}

/// The next action of a `wait_for`.
enum Next {
    /// Call `accepts` with the value.
    Look,
    /// Wait for another value, because `accepts` has refused this one.
    Wait,
}

// The future never pins the closure, but only calls it.
impl<T, F> Unpin for WaitFor<'_, T, F> {}

impl<'a, T, F: FnMut(&T) -> bool> Future for WaitFor<'a, T, F> {
    type Output = Result<Ref<'a, T>, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let permit = ready!(budget::poll_proceed(cx));
        let mut over = false;
        loop {
            if let Next::Look = this.next {
                let value = look(this.change.chan, this.change.seen);
                // After the end, it tests only a value that has come since the last test.
                if (!over || value.has_changed) && (this.accepts)(&value) {
                    permit.made_progress();
                    return Poll::Ready(Ok(value));
                }
                if over {
                    permit.made_progress();
                    return Poll::Ready(Err(RecvError(())));
                }
                this.next = Next::Wait;
            }
            over = ready!(this.change.poll_changed(cx)).is_err();
            this.next = Next::Look;
        }
    }
}
