// WRONG. So that the first branch is not always the first, each poll turns the list by one; the outputs come out of the turned list. Breaks "with the outputs in the order of the futures".
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
        let (a, b) = (self.a.poll(cx), self.b.poll(cx));
        if a && b { Poll::Ready((self.a.take(), self.b.take())) } else { Poll::Pending }
    }
}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut done = true;
        for branch in &mut self.branches {
            done &= branch.poll(cx);
        }
        if !done {
            self.branches.rotate_left(1); // the next poll begins with another one
            return Poll::Pending;
        }
        Poll::Ready(self.branches.iter_mut().map(Branch::take).collect())
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

    /// Polls the future, unless it is done. Is it done now?
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Branch::Running(future) = self else { return true };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return false };
        *self = Branch::Done(output);
        true
    }

    /// Takes the output out.
    fn take(&mut self) -> F::Output {
        match std::mem::replace(self, Branch::Taken) {
            Branch::Done(output) => output,
            _ => panic!("polled after it was ready"),
        }
    }
}
