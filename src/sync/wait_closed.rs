//! How does a sender wait until nobody can receive any more?
//!
//! It joins a line of senders that are waiting for the channel's end. The three kinds of channel
//! end in different ways but share `closed`'s future.
//!
//! Interface: [`wait_closed`], for channels that have an [`End`].

use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::in_a_drop;

use super::pinned::pinned;
use super::wait_list::Key;

/// The end of a channel on the receivers' side, and the line of senders waiting for it.
pub(crate) trait End {
    /// Returns `Ready` at the channel's end; until then takes or keeps this place in line.
    fn poll_closed(&self, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()>;

    /// Removes a sender from the line, because its future was dropped.
    fn leave_closed(&self, place: Key);
}

/// Waits for the end of this channel.
#[track_caller]
pub(crate) fn wait_closed<C: End>(chan: &C) -> impl Future<Output = ()> {
    pinned(WaitClosed { chan, place: None })
}

struct WaitClosed<'a, C: End> {
    chan: &'a C,
    place: Option<Key>,
}

impl<C: End> Future for WaitClosed<'_, C> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.chan.poll_closed(&mut this.place, cx)
    }
}

impl<C: End> Drop for WaitClosed<'_, C> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(place) = self.place.take() {
            self.chan.leave_closed(place);
        }
    }
}
