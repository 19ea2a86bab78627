//! What does a program hold if it wants to send only while others keep the channel open?
//!
//! A [`WeakSender`] or [`WeakUnboundedSender`]: it keeps the channel's memory, not the channel.
//!
//! Not here: how (`../weak_sender.rs`, for `broadcast`, too).

use std::sync::Arc;

use super::chan::Chan;
use super::sender::Sender;
use super::unbounded::UnboundedSender;
use crate::sync::weak_sender::weak_sender;

weak_sender! {
    /// A sender that doesn't keep the channel open. [`upgrade`](WeakSender::upgrade) it to send.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::mpsc::channel::<()>(1);
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    WeakSender of Sender, shown as "WeakSender";
    upgrade
}

weak_sender! {
    /// An unbounded channel's sender that doesn't keep the channel open.
    /// [`upgrade`](WeakUnboundedSender::upgrade) it to send.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::mpsc::unbounded_channel::<()>();
    /// let weak = tx.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(tx);
    /// assert!(weak.upgrade().is_none());
    /// ```
    WeakUnboundedSender of UnboundedSender, shown as "WeakUnboundedSender";
    upgrade
}
