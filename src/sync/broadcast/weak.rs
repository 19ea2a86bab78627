//! What does a program hold if it wants to send only while others keep the channel open?
//!
//! A [`WeakSender`]: it keeps the channel's memory, not the channel.
//!
//! Not here: how (`../weak_sender.rs`, for `mpsc`, too).

use std::sync::Arc;

use super::chan::Chan;
use super::sender::Sender;
use crate::sync::weak_sender::weak_sender;

weak_sender! {
    /// A sender that doesn't keep the channel open. [`upgrade`](WeakSender::upgrade) it to send.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::broadcast::channel::<()>(16);
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    WeakSender of Sender, shown as "broadcast::WeakSender";
    #[must_use]
    upgrade
}
