// WRONG. Believes that one poll should not be long: it polls 128 branches at most, wakes itself, and goes on there in the next poll. Breaks "Each poll of it polls every future that is not ready yet".
//! Several futures in one task: all of them are polled, none of them twice when it is ready.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for both futures at the same time. The output is both outputs, in this order.
pub fn join2<A: Future, B: Future>(a: A, b: B) -> Join2<A, B> {
    Join2 { a: Branch::new(a), b: Branch::new(b) }
}

/// Waits for all `futures` at the same time. The output has theirs, in the same order.
pub fn join_all<F: Future>(futures: Vec<F>) -> JoinAll<F> {
    JoinAll { branches: futures.into_iter().map(Branch::new).collect(), next: 0 }
}

/// The future of [`join2`].
pub struct Join2<A: Future, B: Future> {
    a: Branch<A>,
    b: Branch<B>,
}

/// The future of [`join_all`].
pub struct JoinAll<F: Future> {
    branches: Vec<Branch<F>>,
    /// Where the next poll begins.
    next: usize,
}

impl<A: Future, B: Future> Future for Join2<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (a, b) = (self.a.poll(cx), self.b.poll(cx));
        if a && b { Poll::Ready((self.a.take(), self.b.take())) } else { Poll::Pending }
    }
}

/// One poll polls so many at most, and lets the other tasks have their turn.
const AT_ONCE: usize = 128;

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let JoinAll { branches, next } = self.get_mut();
        let (len, begin) = (branches.len(), *next);
        let (mut polled, mut done) = (0, true);
        for at in (0..len).map(|n| (begin + n) % len) {
            if !branches[at].is_running() {
                continue;
            }
            if polled == AT_ONCE {
                *next = at;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            polled += 1;
            done &= branches[at].poll(cx);
        }
        if !done {
            return Poll::Pending;
        }
        Poll::Ready(branches.iter_mut().map(Branch::take).collect())
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

    fn is_running(&self) -> bool {
        matches!(self, Branch::Running(_))
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
