//! How do tasks talk to each other? By a channel or a lock, the same from rung 3 on.
//!
//! Neither knows a runtime. A task that can't go on leaves the waker of its poll, and each change
//! calls all wakers that were left. So they run on any executor whose wakers work. (So do tokio's.
//! Only sleeps and sockets belong to a runtime.)
//!
//! Can: a [`channel`] with a bound, many senders, and an end; a [`Mutex`] that may be held across
//! an `.await`.
//! Flaw: each change wakes all waiting tasks, and only one of them can go on. Nine tasks that wait
//! for a lock are nine polls each time it is released. Nor is it fair: any task may come first.
//! Next: in kettle's own (`src/sync/`) the waiting tasks are in a queue and are woken one by one.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

/// Adds the waker of this poll to the waiting ones, once. (`will_wake`: the same task?)
pub(crate) fn remember(waiting: &mut Vec<Waker>, cx: &Context<'_>) {
    if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
        waiting.push(cx.waker().clone());
    }
}

/// A value, and the wakers of all tasks that wait for it to change.
struct Watched<S>(std::sync::Mutex<(S, Vec<Waker>)>);

impl<S> Watched<S> {
    fn new(value: S) -> Watched<S> {
        Watched(std::sync::Mutex::new((value, Vec::new())))
    }

    /// Changes the value and wakes all waiting tasks. Each looks again whether it can go on.
    fn change(&self, change: impl FnOnce(&mut S)) {
        let mut inside = self.0.lock().unwrap();
        change(&mut inside.0);
        let wakers = mem::take(&mut inside.1);
        drop(inside); // release the lock first, then wake
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Tries a change. As long as `attempt` returns `None`, it waits for a change by another task.
    fn poll<R>(&self, cx: &Context<'_>, attempt: impl FnOnce(&mut S) -> Option<R>) -> Poll<R> {
        let mut inside = self.0.lock().unwrap();
        let Some(result) = attempt(&mut inside.0) else {
            // The look and the waker are under one lock: no change can come between them.
            remember(&mut inside.1, cx);
            return Poll::Pending;
        };
        drop(inside);
        self.change(|_| ());
        Poll::Ready(result)
    }
}

/// A queue between tasks, with room for `capacity` values. Sending into a full one waits, and so
/// does receiving from an empty one.
pub(crate) fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel needs room for a value");
    let channel = Channel { values: VecDeque::new(), capacity, senders: 1, receiver: true };
    let channel = Arc::new(Watched::new(channel));
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

struct Channel<T> {
    values: VecDeque<T>,
    capacity: usize,
    senders: usize,
    /// Is the receiver still there?
    receiver: bool,
}

/// The end that sends. When all of them are dropped the channel is closed.
pub(crate) struct Sender<T>(Arc<Watched<Channel<T>>>);

impl<T> Sender<T> {
    /// Sends, as soon as there is room. `Err`: the receiver is gone.
    pub(crate) async fn send(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        let mut send = |channel: &mut Channel<T>| {
            if !channel.receiver {
                return value.take().map(Err);
            }
            if channel.values.len() == channel.capacity {
                return None;
            }
            channel.values.extend(value.take());
            Some(Ok(()))
        };
        poll_fn(|cx| self.0.poll(cx, &mut send)).await
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.0.change(|channel| channel.senders += 1);
        Sender(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.change(|channel| channel.senders -= 1);
    }
}

/// The end that receives.
pub(crate) struct Receiver<T>(Arc<Watched<Channel<T>>>);

impl<T> Receiver<T> {
    /// The next value, as soon as there is one. `None`: no sender is left.
    pub(crate) async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    pub(crate) fn poll_recv(&mut self, cx: &Context<'_>) -> Poll<Option<T>> {
        self.0.poll(cx, |channel| match channel.values.pop_front() {
            None if channel.senders > 0 => None,
            value => Some(value),
        })
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.change(|channel| channel.receiver = false);
    }
}

/// A lock that a task waits for without blocking its thread.
pub(crate) struct Mutex<T> {
    taken: Watched<bool>,
    /// Locked only while `taken` is ours, so it never blocks.
    value: std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Mutex<T> {
        Mutex { taken: Watched::new(false), value: std::sync::Mutex::new(value) }
    }

    /// Takes the lock, as soon as it is free.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, T> {
        let take = |taken: &mut bool| (!mem::replace(taken, true)).then_some(());
        poll_fn(|cx| self.taken.poll(cx, take)).await;
        let release = Release(&self.taken);
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        MutexGuard { value, _release: release }
    }
}

/// The right to the value. Its drop releases the lock: the value first, then `taken`.
pub(crate) struct MutexGuard<'a, T> {
    value: std::sync::MutexGuard<'a, T>,
    _release: Release<'a>,
}

struct Release<'a>(&'a Watched<bool>);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.change(|taken| *taken = false);
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
