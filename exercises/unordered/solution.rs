//! A set of futures in one task: only those are polled that were woken.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Wake, Waker};

/// Futures that make progress while a task waits for the [`next`](FuturesUnordered::next) output.
pub struct FuturesUnordered<F> {
    /// The first field goes first: no task is woken by what the drop of a member does.
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
    /// Is the number in `woken` already?
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
    pub fn push(&mut self, future: F) {
        let number = self.pushed;
        self.pushed += 1;
        // It was never polled: it is in the queue as if it had been woken.
        let set = Arc::downgrade(&self.shared);
        let inner = Arc::new(Inner { number, queued: AtomicBool::new(true), set });
        lock(&self.shared).woken.push_back(number);
        let waker = Waker::from(Arc::clone(&inner));
        self.members.insert(number, Member { future: Box::pin(future), waker, inner });
    }

    /// The output of a future that is ready. `None` if the set is empty.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if self.members.is_empty() {
            return Poll::Ready(None);
        }
        // First the waker, then the look into the queue: a later wake finds the waker.
        let mut shared = lock(&self.shared);
        let replaced = shared.outer.replace(cx.waker().clone());
        // Members that are woken from now on have their turn next time. They have called the waker.
        let round = shared.woken.len();
        drop(shared);
        drop(replaced);
        for _ in 0..round {
            let Some(number) = lock(&self.shared).woken.pop_front() else { break };
            // It is gone, and one of its wakers was called all the same.
            let Some(member) = self.members.get_mut(&number) else { continue };
            // Before the poll: a wake during it must queue it again. A swap shows what came before.
            member.inner.queued.swap(false, Ordering::SeqCst);
            let polled = member.future.as_mut().poll(&mut Context::from_waker(&member.waker));
            if let Poll::Ready(output) = polled {
                // So that its wakers, wherever they are, wake no task any more.
                member.inner.queued.store(true, Ordering::SeqCst);
                self.members.remove(&number);
                return Poll::Ready(Some(output));
            }
        }
        Poll::Pending
    }
}

impl<F: Future> Default for FuturesUnordered<F> {
    fn default() -> FuturesUnordered<F> {
        FuturesUnordered::new()
    }
}

impl Wake for Inner {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::SeqCst) {
            return;
        }
        let Some(shared) = self.set.upgrade() else { return };
        let mut shared = lock(&shared);
        shared.woken.push_back(self.number);
        // Taken: the woken task polls, and then leaves its waker again.
        let outer = shared.outer.take();
        drop(shared);
        if let Some(waker) = outer {
            waker.wake();
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().expect("no panic while the lock is held")
}
