// WRONG. Believes that a destructor should not run between two polls: the futures that are ready are dropped together, at the end of the poll. Breaks "the future is dropped at once: it may hold a file, a lock or a place in a queue" (the branch polled next finds the lock taken).
//! Several futures in one task: all of them are polled, none of them twice when it is ready.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for both futures at the same time. The output is both outputs, in this order.
pub fn join2<A: Future, B: Future>(a: A, b: B) -> Join2<A, B> {
    Join2 { a: Branch::new(a), b: Branch::new(b) }
}

/// Waits for all `futures` at the same time. The output has theirs, in the same order.
pub fn join_all<F: Future>(futures: Vec<F>) -> JoinAll<F> {
    JoinAll { branches: futures.into_iter().map(Branch::new).collect() }
}

/// The future of [`join2`].
pub struct Join2<A: Future, B: Future> {
    a: Branch<A>,
    b: Branch<B>,
}

/// The future of [`join_all`].
pub struct JoinAll<F: Future> {
    branches: Vec<Branch<F>>,
}

impl<A: Future, B: Future> Future for Join2<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let a_over = self.a.poll(cx);
        let b_over = self.b.poll(cx);
        drop((a_over, b_over));
        if self.a.is_done() && self.b.is_done() {
            Poll::Ready((self.a.take(), self.b.take()))
        } else {
            Poll::Pending
        }
    }
}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut over = Vec::new();
        for branch in &mut self.branches {
            over.extend(branch.poll(cx));
        }
        drop(over);
        if self.branches.iter().all(Branch::is_done) {
            Poll::Ready(self.branches.iter_mut().map(Branch::take).collect())
        } else {
            Poll::Pending
        }
    }
}

/// One of the futures that are joined.
enum Branch<F: Future> {
    /// It is not ready yet. In a box, because a future must not be moved after its first poll.
    Running(Pin<Box<F>>),
    /// It was ready. Here is its output; the future itself is gone.
    Done(F::Output),
    /// The output was handed out.
    Taken,
}

// Nothing in here is pinned in its place (the future has its box), so all of it may be moved, and
// `self.a` can be used through a `Pin<&mut Self>`.
impl<F: Future> Unpin for Branch<F> {}

impl<F: Future> Branch<F> {
    fn new(future: F) -> Branch<F> {
        Branch::Running(Box::pin(future))
    }

    /// Polls the future, unless it is done. Gives it back when it is over, to be dropped.
    fn poll(&mut self, cx: &mut Context<'_>) -> Option<Pin<Box<F>>> {
        let Branch::Running(future) = self else { return None };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return None };
        match std::mem::replace(self, Branch::Done(output)) {
            Branch::Running(future) => Some(future),
            _ => None,
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Branch::Done(_))
    }

    /// Takes the output out.
    fn take(&mut self) -> F::Output {
        match std::mem::replace(self, Branch::Taken) {
            Branch::Done(output) => output,
            _ => panic!("polled after it was ready"),
        }
    }
}
