//! A bounded channel: many senders, one receiver, and room for a fixed number of values.
//!
//! Decide what `State` and `Sending` have to remember, then replace each `todo!()`.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

/// A channel with room for `capacity` values.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    todo!("a state with one sender, shared by both ends")
}

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    // Which senders wait for room, in which order? Does the receiver wait? Which ends are there?
}

/// Sends values. Clones send into the same channel.
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Mutex<State<T>>>,
}

impl<T> Sender<T> {
    /// Sends `value`, as soon as there is room for it.
    ///
    /// Returns it in an error if the receiver is gone. If the future is dropped before it is ready,
    /// the value was not sent.
    pub fn send(&self, value: T) -> Sending<'_, T> {
        Sending { sender: self, value: Some(value) }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        todo!("one more sender")
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        todo!("one less; if it was the last, the receiver has to know")
    }
}

/// The receiver is gone. This is the value that it did not get.
#[derive(Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// Waits for room, then sends.
#[derive(Debug)]
pub struct Sending<'a, T> {
    sender: &'a Sender<T>,
    /// Until it is sent.
    value: Option<T>,
    // Is it in the line already? Where?
}

// The value is only moved, never polled, so it need not be pinned: `self.value.take()` works in
// `poll`, whatever `T` is.
impl<T> Unpin for Sending<'_, T> {}

impl<T> Future for Sending<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!(
            "no receiver: an error. Room: into the queue. None: into the line, with the newest waker"
        )
    }
}

impl<T> Drop for Sending<'_, T> {
    fn drop(&mut self) {
        todo!("leave the line; pass on room that was given and not used")
    }
}

/// Receives values, in the order in which they were sent.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Mutex<State<T>>>,
}

impl<T> Receiver<T> {
    /// Waits for the next value. `None` when all were received and every sender is gone.
    ///
    /// If the future is dropped before it is ready, it has taken no value.
    pub fn recv(&mut self) -> Receiving<'_, T> {
        Receiving { receiver: self }
    }
}

/// What was not received is dropped; senders that wait get their values back.
impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        todo!("no value will be received any more: which tasks have to know?")
    }
}

/// Waits for a value.
#[derive(Debug)]
pub struct Receiving<'a, T> {
    receiver: &'a mut Receiver<T>,
}

impl<T> Future for Receiving<'_, T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        todo!("a value (whose is its room now?), or the end, or wait")
    }
}
