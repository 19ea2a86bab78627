// RIGHT. Each poll begins with the next branch, as tokio's does; a branch is a future or an output, each in an option.
//! Several futures in one task: all of them are polled, none of them twice when it is ready.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for both futures at the same time. The output is both outputs, in this order.
pub fn join2<A: Future, B: Future>(a: A, b: B) -> Join2<A, B> {
    Join2 { a: Branch::new(a), b: Branch::new(b), b_first: false }
}

/// Waits for all `futures` at the same time. The output has theirs, in the same order.
pub fn join_all<F: Future>(futures: Vec<F>) -> JoinAll<F> {
    JoinAll { branches: futures.into_iter().map(Branch::new).collect(), first: 0 }
}

/// The future of [`join2`].
pub struct Join2<A: Future, B: Future> {
    a: Branch<A>,
    b: Branch<B>,
    /// Who is polled first, this time?
    b_first: bool,
}

/// The future of [`join_all`].
pub struct JoinAll<F: Future> {
    branches: Vec<Branch<F>>,
    /// Which one is polled first, this time?
    first: usize,
}

impl<A: Future, B: Future> Future for Join2<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Join2 { a, b, b_first } = self.get_mut();
        let done = if *b_first { b.poll(cx) & a.poll(cx) } else { a.poll(cx) & b.poll(cx) };
        *b_first = !*b_first;
        if done { Poll::Ready((a.take(), b.take())) } else { Poll::Pending }
    }
}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let JoinAll { branches, first } = self.get_mut();
        let (later, sooner) = branches.split_at_mut(*first);
        let mut running = 0;
        for branch in sooner.iter_mut().chain(later) {
            running += usize::from(!branch.poll(cx));
        }
        if running > 0 {
            *first = (*first + 1) % branches.len();
            return Poll::Pending;
        }
        Poll::Ready(branches.iter_mut().map(Branch::take).collect())
    }
}

/// One of the futures that are joined: the future, then its output, then nothing.
struct Branch<F: Future> {
    future: Option<Pin<Box<F>>>,
    output: Option<F::Output>,
}

// The future has its box, and the output is not pinned.
impl<F: Future> Unpin for Branch<F> {}

impl<F: Future> Branch<F> {
    fn new(future: F) -> Branch<F> {
        Branch { future: Some(Box::pin(future)), output: None }
    }

    /// Polls the future, unless it is done. Is it done now?
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if let Some(future) = &mut self.future {
            match future.as_mut().poll(cx) {
                Poll::Pending => return false,
                Poll::Ready(output) => self.output = Some(output),
            }
            self.future = None;
        }
        true
    }

    /// Takes the output out.
    fn take(&mut self) -> F::Output {
        self.output.take().expect("not polled after it was ready")
    }
}
