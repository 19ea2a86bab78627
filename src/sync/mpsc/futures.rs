//! What does a task hold while it waits at a channel?
//!
//! A future that remembers its place in line and leaves it when it is dropped: a cancelled `send`
//! passes on the room it was given. A `recv` has no place, there is one receiver; dropped, it leaves
//! its waker behind, which may be called once for nothing. Taken along, it would be missed by code
//! that makes a new `recv` in each poll of its own.
//!
//! Interface: [`Send`], [`Reserve`], [`Recv`], [`RecvMany`], [`UnboundedRecv`],
//! [`UnboundedRecvMany`], [`WaitClosed`].
//!
//! Not here: what happens in the channel (`chan.rs`).
//!
//! tokio: `async fn`s around a semaphore's `Acquire`; a cancelled `recv` leaves its waker, too.

#![expect(clippy::inline_always, reason = "measured, see `chan.rs`")]

use std::pin::Pin;
use std::task::{Context, Poll};

use super::chan::{Chan, Closed};
use super::error::SendError;
use super::unbounded::UnboundedReceiver;
use crate::sync::wait_list::Key;

/// Sends one value.
pub(super) struct Send<'a, T> {
    chan: &'a Chan<T>,
    /// Until it is sent.
    value: Option<T>,
    place: Option<Key>,
}

impl<'a, T> Send<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>, value: T) -> Send<'a, T> {
        Send { chan, value: Some(value), place: None }
    }
}

// Nothing in it is pinned: the value is only moved.
impl<T> Unpin for Send<'_, T> {}

impl<T> Future for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        assert!(this.value.is_some(), "`send` polled after completion");
        this.chan.poll_send(&mut this.value, &mut this.place, cx)
    }
}

impl<T> Drop for Send<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.chan.leave_line(place);
        }
    }
}

/// Takes `n` permits.
pub(super) struct Reserve<'a, T> {
    chan: &'a Chan<T>,
    n: usize,
    place: Option<Key>,
}

impl<'a, T> Reserve<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>, n: usize) -> Reserve<'a, T> {
        Reserve { chan, n, place: None }
    }
}

impl<T> Future for Reserve<'_, T> {
    type Output = Result<(), SendError<()>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.chan.poll_reserve(this.n, &mut this.place, cx);
        polled.map_err(|Closed| SendError(()))
    }
}

impl<T> Drop for Reserve<'_, T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.chan.leave_line(place);
        }
    }
}

/// Receives one value.
pub(super) struct Recv<'a, T> {
    chan: &'a Chan<T>,
}

impl<'a, T> Recv<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>) -> Recv<'a, T> {
        Recv { chan }
    }
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.chan.poll_recv(cx)
    }
}

/// Receives up to `limit` values.
pub(super) struct RecvMany<'a, 'b, T> {
    chan: &'a Chan<T>,
    buffer: &'b mut Vec<T>,
    limit: usize,
}

impl<'a, 'b, T> RecvMany<'a, 'b, T> {
    pub(super) fn new(chan: &'a Chan<T>, buffer: &'b mut Vec<T>, limit: usize) -> Self {
        RecvMany { chan, buffer, limit }
    }
}

impl<T> Future for RecvMany<'_, '_, T> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let this = self.get_mut();
        this.chan.poll_recv_many(this.buffer, this.limit, cx)
    }
}

/// Receives one value from an unbounded channel.
pub(super) struct UnboundedRecv<'a, T> {
    receiver: &'a mut UnboundedReceiver<T>,
}

impl<'a, T> UnboundedRecv<'a, T> {
    pub(super) fn new(receiver: &'a mut UnboundedReceiver<T>) -> UnboundedRecv<'a, T> {
        UnboundedRecv { receiver }
    }
}

impl<T> Future for UnboundedRecv<'_, T> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.receiver.poll_recv(cx)
    }
}

/// Receives up to `limit` values from an unbounded channel.
pub(super) struct UnboundedRecvMany<'a, 'b, T> {
    receiver: &'a mut UnboundedReceiver<T>,
    buffer: &'b mut Vec<T>,
    limit: usize,
}

impl<'a, 'b, T> UnboundedRecvMany<'a, 'b, T> {
    pub(super) fn new(
        receiver: &'a mut UnboundedReceiver<T>,
        buffer: &'b mut Vec<T>,
        limit: usize,
    ) -> Self {
        UnboundedRecvMany { receiver, buffer, limit }
    }
}

impl<T> Future for UnboundedRecvMany<'_, '_, T> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let this = self.get_mut();
        this.receiver.poll_recv_many(cx, this.buffer, this.limit)
    }
}

/// Waits until the receiver takes no more.
pub(super) struct WaitClosed<'a, T> {
    chan: &'a Chan<T>,
    place: Option<Key>,
}

impl<'a, T> WaitClosed<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>) -> WaitClosed<'a, T> {
        WaitClosed { chan, place: None }
    }
}

impl<T> Future for WaitClosed<'_, T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.chan.poll_closed(&mut this.place, cx)
    }
}

impl<T> Drop for WaitClosed<'_, T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.chan.leave_watchers(place);
        }
    }
}
