//! What does a task hold while it waits at a channel?
//!
//! A future that remembers its place in line, or that it left the receiver's waker behind, and
//! that undoes this when it is dropped: a cancelled `send` leaves the line and passes on the room
//! it was given; a cancelled `recv` takes its waker along, so that the next value wakes nobody who
//! does not wait for it.
//!
//! Interface: [`Send`], [`Reserve`], [`Recv`], [`RecvMany`], [`WaitClosed`].
//!
//! Not here: what happens in the channel (`chan.rs`).
//!
//! tokio: `async fn`s around a semaphore's `Acquire`; a cancelled `recv` leaves its waker behind.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::chan::{Chan, Closed};
use super::error::SendError;
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

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        assert!(this.value.is_some(), "`send` polled after completion");
        this.chan.poll_send(&mut this.value, &mut this.place, cx).map(|sent| {
            match this.value.take() {
                Some(value) if sent.is_err() => Err(SendError(value)),
                _ => Ok(()),
            }
        })
    }
}

impl<T> Drop for Send<'_, T> {
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
    /// Is our waker in the channel?
    waiting: bool,
}

impl<'a, T> Recv<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>) -> Recv<'a, T> {
        Recv { chan, waiting: false }
    }
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let polled = self.chan.poll_recv(cx);
        self.waiting = polled.is_pending();
        polled
    }
}

impl<T> Drop for Recv<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.waiting {
            self.chan.forget_receiver();
        }
    }
}

/// Receives up to `limit` values.
pub(super) struct RecvMany<'a, 'b, T> {
    chan: &'a Chan<T>,
    buffer: &'b mut Vec<T>,
    limit: usize,
    waiting: bool,
}

impl<'a, 'b, T> RecvMany<'a, 'b, T> {
    pub(super) fn new(chan: &'a Chan<T>, buffer: &'b mut Vec<T>, limit: usize) -> Self {
        RecvMany { chan, buffer, limit, waiting: false }
    }
}

impl<T> Future for RecvMany<'_, '_, T> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let this = self.get_mut();
        let polled = this.chan.poll_recv_many(this.buffer, this.limit, cx);
        this.waiting = polled.is_pending();
        polled
    }
}

impl<T> Drop for RecvMany<'_, '_, T> {
    fn drop(&mut self) {
        if self.waiting {
            self.chan.forget_receiver();
        }
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
