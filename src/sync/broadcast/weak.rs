//! What does a program hold if it wants to send only while others keep the channel open?
//!
//! A [`WeakSender`]: it keeps the channel's memory, not the channel. Here is `downgrade` too, so
//! that the senders don't know their weak kind.

use std::fmt;
use std::sync::Arc;

use super::chan::Chan;
use super::sender::Sender;

impl<T> Sender<T> {
    /// A handle that doesn't keep the channel open.
    ///
    /// tokio: `tokio::sync::broadcast::Sender::downgrade`.
    #[must_use = "a weak sender does nothing by itself"]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender::new(self.chan())
    }
}

/// A sender that doesn't keep the channel open. [`upgrade`](WeakSender::upgrade) it to send.
///
/// tokio: `tokio::sync::broadcast::WeakSender`.
///
/// ```
/// let (tx, _rx) = kettle::sync::broadcast::channel::<()>(16);
/// let weak = tx.downgrade();
/// assert!(weak.upgrade().is_some());
/// drop(tx);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct WeakSender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> WeakSender<T> {
    fn new(chan: &Arc<Chan<T>>) -> WeakSender<T> {
        chan.add_weak_sender();
        WeakSender { chan: chan.clone() }
    }

    /// A sender, unless all of them have gone.
    ///
    /// tokio: `tokio::sync::broadcast::WeakSender::upgrade`.
    #[must_use]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.chan.add_sender().then(|| Sender::counted(self.chan.clone()))
    }

    /// How many senders the channel has.
    ///
    /// tokio: `tokio::sync::broadcast::WeakSender::strong_count`.
    pub fn strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// How many weak senders the channel has.
    ///
    /// tokio: `tokio::sync::broadcast::WeakSender::weak_count`.
    pub fn weak_count(&self) -> usize {
        self.chan.weak_senders()
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        WeakSender::new(&self.chan)
    }
}

impl<T> Drop for WeakSender<T> {
    fn drop(&mut self) {
        self.chan.drop_weak_sender();
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::WeakSender")
    }
}
