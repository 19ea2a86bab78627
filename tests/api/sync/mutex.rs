//! `sync::Mutex`: who gets the lock when, who is woken how often, and what guards may do.

mod guards;
mod line;
mod mapped;
mod threads;
mod types;

use std::pin::Pin;
use std::task::Poll;

use crate::common::CountingWaker;

/// A future on the heap, to be polled by hand with wakers of the test's choice.
fn boxed<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// The output of a future that is ready at its first poll.
fn now<F: Future>(future: F) -> F::Output {
    match CountingWaker::new().poll(&mut boxed(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready at once"),
    }
}

/// How often each was woken.
fn wakes(wakers: &[CountingWaker]) -> Vec<usize> {
    wakers.iter().map(CountingWaker::wakes).collect()
}

/// As many as the test has waiters.
fn counting<const N: usize>() -> [CountingWaker; N] {
    std::array::from_fn(|_| CountingWaker::new())
}
