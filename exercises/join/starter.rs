//! Several futures in one task: each is polled until it is ready, and never after that.
//!
//! Replace each `todo!()`: three to eight lines each.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for both futures at the same time. The output is both outputs, in this order.
pub fn join2<A: Future, B: Future>(a: A, b: B) -> Join2<A, B> {
    Join2 { a: Branch::new(a), b: Branch::new(b) }
}

/// Waits for all `futures` at the same time. The output has all of theirs, in order.
pub fn join_all<F: Future>(futures: Vec<F>) -> JoinAll<F> {
    JoinAll { branches: futures.into_iter().map(Branch::new).collect() }
}

/// The future of [`join2`].
pub struct Join2<A: Future, B: Future> {
    a: Branch<A>,
    b: Branch<B>,
}

impl<A: Future, B: Future> Future for Join2<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!("poll both branches; when both are done, take both outputs")
    }
}

/// The future of [`join_all`].
pub struct JoinAll<F: Future> {
    branches: Vec<Branch<F>>,
}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!("the same for any number")
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
        todo!("poll the future if it runs; when it is ready, its output takes its place")
    }

    /// Takes the output out.
    fn take(&mut self) -> F::Output {
        todo!("`std::mem::replace(self, Branch::Taken)` gives what was there")
    }
}
