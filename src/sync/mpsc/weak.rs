//! How can a program be ready to send without keeping the channel open?
//!
//! With a [`WeakSender`] or [`WeakUnboundedSender`], which keeps the channel's memory but doesn't
//! count as a sender.
//!
//! Not here: the code, which `broadcast` shares (`../weak_sender.rs`).

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
    WeakUnboundedSender of UnboundedSender, shown as "WeakUnboundedSender";
    upgrade
}
