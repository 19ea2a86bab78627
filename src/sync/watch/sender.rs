//! How does a program change a watched value?
//!
//! With a [`Sender`]. Each send changes the value in place, under the value's lock, and wakes the
//! receivers afterwards. It never waits for a receiver to take the value, but it blocks its thread
//! while a receiver is reading.
//!
//! Not here: the value and its version (`chan.rs`).
//!
//! tokio: `sync/watch.rs`.

use std::mem;
use std::sync::Arc;

use kettle_runtime::event::{done_here, in_a_drop};

use super::chan::Chan;
use super::error::SendError;
use super::receiver::{Receiver, Ref};
use crate::sync::wait_closed::wait_closed;

/// Changes the watched value. Clone it to change the value from several tasks.
///
/// When the last clone is dropped, waiting receivers get an error.
#[derive(Debug)]
pub struct Sender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> Sender<T> {
    /// Makes a watched value without receivers; [`subscribe`](Sender::subscribe) adds them.
    ///
    /// ```
    /// let tx = kettle::sync::watch::Sender::new("cold");
    /// assert!(tx.send("warm").is_err(), "there is no receiver");
    /// let rx = tx.subscribe();
    /// tx.send("hot").unwrap();
    /// assert_eq!(*rx.borrow(), "hot");
    /// ```
    #[track_caller]
    pub fn new(init: T) -> Sender<T> {
        Sender { chan: Arc::new(Chan::new(init, 0)) }
    }

    /// A sender that the channel has already counted.
    pub(super) fn counted(chan: Arc<Chan<T>>) -> Sender<T> {
        Sender { chan }
    }

    /// Replaces the value and wakes the receivers that are waiting for a change.
    ///
    /// `send` blocks the thread while a [`Ref`] is alive. If a task on the same thread holds a
    /// `Ref` across an `.await`, it blocks forever.
    ///
    /// # Errors
    ///
    /// The new value, if there is no receiver; the old one stays. `send_replace`, `send_modify` and
    /// `send_if_modified` change the value even then.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::watch::channel(1);
    /// assert_eq!(tx.send(2), Ok(()));
    /// assert_eq!(*rx.borrow(), 2);
    /// drop(rx);
    /// assert_eq!(tx.send(3).unwrap_err().0, 3);
    /// assert_eq!(*tx.borrow(), 2);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        done_here(|| {
            if self.is_closed() {
                self.chan.refuses();
                return Err(SendError(value));
            }
            self.send_replace(value);
            Ok(())
        })
    }

    /// Changes the value in place, even if there is no receiver, and wakes the receivers.
    ///
    /// `modify` must not use this channel, because the value is locked in the meantime.
    ///
    /// # Panics
    ///
    /// If `modify` panics. The value stays as `modify` left it, and no receiver is woken.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::watch::channel(1);
    /// tx.send_modify(|value| *value += 1);
    /// assert_eq!(*rx.borrow(), 2);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send_modify<F: FnOnce(&mut T)>(&self, modify: F) {
        done_here(|| {
            self.send_if_modified(|value| {
                modify(value);
                true
            });
        });
    }

    /// Changes the value in place, and wakes the receivers if `modify` returns `true`. Returns
    /// `modify`'s result.
    ///
    /// If `modify` changes the value and returns `false`, receivers can read the new value but
    /// aren't woken. It must not use this channel, because the value is locked in the meantime.
    ///
    /// # Panics
    ///
    /// If `modify` panics. The value stays as `modify` left it, and no receiver is woken.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::watch::channel(1);
    /// let raise = |value: &mut i32| (*value < 2).then(|| *value = 2).is_some();
    /// assert!(tx.send_if_modified(raise));
    /// assert!(!tx.send_if_modified(raise));
    /// assert_eq!(*rx.borrow(), 2);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send_if_modified<F: FnOnce(&mut T) -> bool>(&self, modify: F) -> bool {
        done_here(|| {
            let mut value = self.chan.write();
            if !modify(&mut value) {
                return false;
            }
            let changed = self.chan.changed();
            drop(value);
            self.chan.report_and_wake(changed);
            true
        })
    }

    /// Replaces the value, even if there is no receiver, and returns the old one.
    ///
    /// ```
    /// let tx = kettle::sync::watch::Sender::new(1);
    /// assert_eq!(tx.send_replace(2), 1);
    /// assert_eq!(*tx.borrow(), 2);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send_replace(&self, mut value: T) -> T {
        done_here(|| {
            self.send_modify(|old| mem::swap(old, &mut value));
            value
        })
    }

    /// Reads the value, which can't be changed while the [`Ref`] is alive.
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref::new(self.chan.read(), false)
    }

    /// Returns whether there is no receiver.
    ///
    /// ```
    /// let (tx, rx) = kettle::sync::watch::channel(());
    /// assert!(!tx.is_closed());
    /// drop(rx);
    /// assert!(tx.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.chan.receivers() == 0
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a new call is ready at once if there is no receiver.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, rx) = kettle::sync::watch::channel(());
    /// drop(rx);
    /// tx.closed().await;
    /// # }
    /// ```
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        wait_closed(&*self.chan)
    }

    /// Makes a receiver that has seen the current value and so waits for the next change.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let tx = kettle::sync::watch::Sender::new(1);
    /// let mut rx = tx.subscribe();
    /// assert!(!rx.has_changed().unwrap());
    /// tx.send(2).unwrap();
    /// rx.changed().await.unwrap();
    /// assert_eq!(*rx.borrow(), 2);
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn subscribe(&self) -> Receiver<T> {
        done_here(|| {
            let seen = self.chan.add_receiver();
            Receiver::counted(self.chan.clone(), seen)
        })
    }

    /// Returns the number of receivers.
    pub fn receiver_count(&self) -> usize {
        self.chan.receivers()
    }

    /// Returns the number of senders.
    pub fn sender_count(&self) -> usize {
        self.chan.senders()
    }

    /// Returns whether both senders change the same value.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }
}

impl<T> Clone for Sender<T> {
    #[cfg_attr(debug_assertions, track_caller)]
    fn clone(&self) -> Sender<T> {
        done_here(|| {
            self.chan.add_sender();
            Sender { chan: self.chan.clone() }
        })
    }
}

impl<T: Default> Default for Sender<T> {
    #[track_caller]
    fn default() -> Sender<T> {
        Sender::new(T::default())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.chan.drop_sender();
    }
}
