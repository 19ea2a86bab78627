//! How does a program send a value to every receiver?
//!
//! Through a [`Sender`], which never waits: if the channel is full, it overwrites the oldest value.
//!
//! Not here: the channel (`chan.rs`), senders that don't keep it open (`weak.rs`).
//!
//! tokio: `sync/broadcast.rs`.

use std::fmt;
use std::sync::Arc;

use kettle_runtime::event::done_here;

use super::chan::Chan;
use super::error::SendError;
use super::receiver::Receiver;
use crate::sync::wait_closed::wait_closed;

/// Sends each value to all receivers. Clone it to send from several tasks.
///
/// The channel ends when the last clone is dropped.
pub struct Sender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> Sender<T> {
    /// Like [`channel`](super::channel), but without receivers; [`subscribe`](Sender::subscribe)
    /// adds them.
    ///
    /// ```
    /// let tx = kettle::sync::broadcast::Sender::new(16);
    /// assert!(tx.send("early").is_err(), "there is no receiver");
    /// let mut rx = tx.subscribe();
    /// tx.send("tea").unwrap();
    /// assert_eq!(rx.try_recv(), Ok("tea"));
    /// ```
    #[track_caller]
    pub fn new(capacity: usize) -> Sender<T> {
        Sender::with_receivers(0, capacity)
    }

    /// Makes a channel that has already counted this many receivers.
    #[track_caller]
    pub(super) fn with_receivers(receivers: usize, capacity: usize) -> Sender<T> {
        assert!(capacity > 0, "broadcast channel capacity cannot be zero");
        assert!(
            capacity <= usize::MAX >> 1,
            "broadcast channel capacity exceeded `usize::MAX / 2`: {capacity}"
        );
        let capacity = capacity.next_power_of_two();
        Sender { chan: Arc::new(Chan::new(capacity, receivers)) }
    }

    /// A sender that the channel has already counted.
    pub(super) fn counted(chan: Arc<Chan<T>>) -> Sender<T> {
        Sender { chan }
    }

    pub(super) fn chan(&self) -> &Arc<Chan<T>> {
        &self.chan
    }

    /// Sends a value to all current receivers and returns their number.
    ///
    /// It never waits: if the channel is full, it drops the oldest value, and receivers that hadn't
    /// taken it will get `Lagged`. `Ok` doesn't mean that a receiver will take the value.
    ///
    /// # Errors
    ///
    /// If there is no receiver, with the value. Later sends succeed once a receiver subscribes.
    ///
    /// ```
    /// let (tx, mut first) = kettle::sync::broadcast::channel(16);
    /// let mut second = tx.subscribe();
    /// assert_eq!(tx.send("tea").unwrap(), 2);
    /// assert_eq!((first.try_recv(), second.try_recv()), (Ok("tea"), Ok("tea")));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        done_here(|| self.chan.send(value))
    }

    /// Makes a receiver that gets all values sent from now on.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::broadcast::channel(16);
    /// tx.send("before").unwrap();
    /// let mut late = tx.subscribe();
    /// tx.send("after").unwrap();
    /// assert_eq!(late.try_recv(), Ok("after"));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn subscribe(&self) -> Receiver<T> {
        done_here(|| Receiver::subscribed(&self.chan))
    }

    /// Returns how many values the channel keeps because some receiver hasn't taken them.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::broadcast::channel(16);
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// assert_eq!(tx.len(), 2);
    /// rx.try_recv().unwrap();
    /// assert_eq!(tx.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.chan.len()
    }

    /// Returns whether all receivers have taken every value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of receivers.
    pub fn receiver_count(&self) -> usize {
        self.chan.receivers()
    }

    /// Returns whether both handles send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a new call is ready at once if there is no receiver.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, rx) = kettle::sync::broadcast::channel::<()>(16);
    /// drop(rx);
    /// tx.closed().await;
    /// # }
    /// ```
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        wait_closed(&*self.chan)
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Sender")
    }
}
