//! A set of futures in one task: only those are polled that were woken.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Futures that make progress while somebody waits for the [`next`](FuturesUnordered::next) output.
pub struct FuturesUnordered<F> {
    members: BTreeMap<usize, Pin<Box<F>>>,
    pushed: usize,
}

impl<F: Future> FuturesUnordered<F> {
    /// An empty set.
    pub fn new() -> FuturesUnordered<F> {
        FuturesUnordered { members: BTreeMap::new(), pushed: 0 }
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
        self.members.insert(self.pushed, Box::pin(future));
        self.pushed += 1;
    }

    /// The output of a future that is ready. `None` if the set is empty.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        // All get the waker of the task outside: so nobody knows who of them was meant by a wake.
        for (&number, future) in &mut self.members {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                self.members.remove(&number);
                return Poll::Ready(Some(output));
            }
        }
        if self.members.is_empty() { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl<F: Future> Default for FuturesUnordered<F> {
    fn default() -> FuturesUnordered<F> {
        FuturesUnordered::new()
    }
}
