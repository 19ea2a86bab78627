//! What does a program hold if it wants to send only while others keep the channel open?
//!
//! A [`WeakSender`] or [`WeakUnboundedSender`]: it keeps the channel's memory, not the channel.
//! Here is `downgrade` too, so that the senders don't know their weak kind.

use std::fmt;
use std::sync::Arc;

use super::chan::Chan;
use super::sender::Sender;
use super::unbounded::UnboundedSender;

impl<T> Sender<T> {
    /// A handle that doesn't keep the channel open.
    ///
    /// tokio: `tokio::sync::mpsc::Sender::downgrade`.
    #[must_use = "a weak sender does nothing by itself"]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender::new(self.chan())
    }
}

/// A sender that doesn't keep the channel open. [`upgrade`](WeakSender::upgrade) it to send.
///
/// tokio: `tokio::sync::mpsc::WeakSender`.
///
/// ```
/// let (tx, _rx) = kettle::sync::mpsc::channel::<()>(1);
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
    /// tokio: `tokio::sync::mpsc::WeakSender::upgrade`.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.chan.add_sender().then(|| Sender::counted(self.chan.clone()))
    }

    /// How many senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::WeakSender::strong_count`.
    pub fn strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// How many weak senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::WeakSender::weak_count`.
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
        f.debug_struct("WeakSender").finish()
    }
}

impl<T> UnboundedSender<T> {
    /// A handle that doesn't keep the channel open.
    ///
    /// tokio: `tokio::sync::mpsc::UnboundedSender::downgrade`.
    #[must_use = "a weak sender does nothing by itself"]
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender::new(self.chan())
    }
}

/// An unbounded channel's sender that doesn't keep the channel open.
/// [`upgrade`](WeakUnboundedSender::upgrade) it to send.
///
/// tokio: `tokio::sync::mpsc::WeakUnboundedSender`.
///
/// ```
/// let (tx, _rx) = kettle::sync::mpsc::unbounded_channel::<()>();
/// let weak = tx.downgrade();
/// assert!(weak.upgrade().is_some());
/// drop(tx);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct WeakUnboundedSender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> WeakUnboundedSender<T> {
    fn new(chan: &Arc<Chan<T>>) -> WeakUnboundedSender<T> {
        chan.add_weak_sender();
        WeakUnboundedSender { chan: chan.clone() }
    }

    /// A sender, unless all of them have gone.
    ///
    /// tokio: `tokio::sync::mpsc::WeakUnboundedSender::upgrade`.
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        self.chan.add_sender().then(|| UnboundedSender::counted(self.chan.clone()))
    }

    /// How many senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::WeakUnboundedSender::strong_count`.
    pub fn strong_count(&self) -> usize {
        self.chan.senders()
    }

    /// How many weak senders the channel has.
    ///
    /// tokio: `tokio::sync::mpsc::WeakUnboundedSender::weak_count`.
    pub fn weak_count(&self) -> usize {
        self.chan.weak_senders()
    }
}

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender::new(&self.chan)
    }
}

impl<T> Drop for WeakUnboundedSender<T> {
    fn drop(&mut self) {
        self.chan.drop_weak_sender();
    }
}

impl<T> fmt::Debug for WeakUnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakUnboundedSender").finish()
    }
}
