//! How do tasks talk to each other? By a channel or a lock, the same on all steps from the third on.
//!
//! Neither knows a runtime: whoever cannot go on leaves the waker of its poll, and whoever changes
//! something calls the wakers that were left. So they run on any executor whose wakers work.
//! (tokio's run on any, too; it is sleeps and sockets that belong to a runtime.)
//!
//! Can: [`channel`] with a bound, many senders, and an end; [`Mutex`] that may be held across an
//! `.await`.
//! Flaw: every change wakes all who wait, of whom one can go on: nine that wait for a lock are nine
//! polls each time that it is released. And it is not fair: who comes by first gets it.
//! Next: kettle's own wait in line and are woken one by one (`src/sync/`).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

/// Adds the waker of this poll to those who wait, once.
pub(crate) fn remember(waiting: &mut Vec<Waker>, cx: &Context<'_>) {
    if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
        waiting.push(cx.waker().clone());
    }
}

/// A value, and all who wait for it to change.
struct Watched<S>(std::sync::Mutex<(S, Vec<Waker>)>);

impl<S> Watched<S> {
    fn new(value: S) -> Watched<S> {
        Watched(std::sync::Mutex::new((value, Vec::new())))
    }

    /// Changes the value and wakes all who wait: each looks again whether that was for it.
    fn change(&self, change: impl FnOnce(&mut S)) {
        let mut inside = self.0.lock().unwrap();
        change(&mut inside.0);
        let wakers = mem::take(&mut inside.1);
        drop(inside); // first release, then wake
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Tries a change. As long as `attempt` gives `None`, it waits for that of somebody else.
    fn poll<R>(&self, cx: &Context<'_>, attempt: impl FnOnce(&mut S) -> Option<R>) -> Poll<R> {
        let mut inside = self.0.lock().unwrap();
        let Some(result) = attempt(&mut inside.0) else {
            // Looked and joined under one lock: no change falls in between and wakes nobody.
            remember(&mut inside.1, cx);
            return Poll::Pending;
        };
        drop(inside);
        self.change(|_| ());
        Poll::Ready(result)
    }
}

/// A queue between tasks, with room for `capacity` values: who sends into a full one waits, and so
/// does who receives from an empty one.
pub(crate) fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel without room can't be sent into");
    let channel = Channel { values: VecDeque::new(), capacity, senders: 1, receiver: true };
    let channel = Arc::new(Watched::new(channel));
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

struct Channel<T> {
    values: VecDeque<T>,
    capacity: usize,
    senders: usize,
    /// Is there still one who receives?
    receiver: bool,
}

/// The end that sends. When all of them are dropped the channel is closed.
pub(crate) struct Sender<T>(Arc<Watched<Channel<T>>>);

impl<T> Sender<T> {
    /// Sends, as soon as there is room. `Err`: nobody will receive it.
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
    /// Locked only by who has `taken`, so it never blocks.
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
