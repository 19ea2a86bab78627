//! A set of futures in one task: only the futures that were woken are polled.
//!
//! Replace each `todo!()`. The types are given: a queue of numbers, and for each future a waker
//! that puts its number there. About thirty lines are missing.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Wake, Waker};

/// Futures that make progress while a task waits for the [`next`](FuturesUnordered::next) output.
pub struct FuturesUnordered<F> {
    /// The first field is dropped first, so the drop of a member can't wake a task any more.
    shared: Arc<Mutex<Shared>>,
    /// By their numbers. A number is never used again.
    members: BTreeMap<usize, Member<F>>,
    /// How many futures were ever pushed: the next one's number.
    pushed: usize,
}

/// One of the futures, and the waker with which it is polled.
struct Member<F> {
    /// In a box, because a future must not be moved after its first poll.
    future: Pin<Box<F>>,
    waker: Waker,
    inner: Arc<Inner>,
}

/// What the wakers of the members reach, from any thread.
#[derive(Default)]
struct Shared {
    /// The numbers of the members that are to be polled.
    woken: VecDeque<usize>,
    /// The waker of the task that waits for the next output.
    outer: Option<Waker>,
}

/// Where the waker of a member leads: `Waker::from(Arc<Inner>)`.
struct Inner {
    number: usize,
    /// Is the number in `woken` already? Clear it with a `swap`: after a `store` the poll need not
    /// see what was done before a wake that found it set.
    queued: AtomicBool,
    /// Weak: a waker that is kept somewhere must not keep the set, nor the task outside.
    set: Weak<Mutex<Shared>>,
}

impl<F: Future> FuturesUnordered<F> {
    /// An empty set.
    pub fn new() -> FuturesUnordered<F> {
        FuturesUnordered { members: BTreeMap::new(), pushed: 0, shared: Arc::default() }
    }

    /// How many futures are in it.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Is it empty?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The output of a future that is ready, or `None` if the set is empty.
    pub async fn next(&mut self) -> Option<F::Output> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Adds a future.
    ///
    /// It gets a number and an [`Inner`] of its own. Since it was never polled, nothing can wake it
    /// yet: make sure that the next `poll_next` polls it.
    pub fn push(&mut self, future: F) {
        todo!("a number, an `Inner`, a `Member`; and it is to be polled")
    }

    /// Polls the members that were woken, until one is ready. That one leaves the set, and its
    /// output is returned. `None` if the set is empty, `Pending` if it is not and none is ready.
    ///
    /// `cx` has the waker of the task outside. The members don't get that one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        todo!("leave the outer waker; poll the woken members, each with its own waker")
    }
}

impl<F: Future> Default for FuturesUnordered<F> {
    fn default() -> FuturesUnordered<F> {
        FuturesUnordered::new()
    }
}

impl Wake for Inner {
    /// Puts this member's number into the queue, unless it is there, and wakes the task outside.
    fn wake(self: Arc<Self>) {
        todo!("the mark, the queue, the outer waker (which is called when the lock is free)")
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().expect("no panic while the lock is held")
}
