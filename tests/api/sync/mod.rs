//! The primitives of `sync`: types, threads, wakers, panics, values' drops, words.
//!
//! Not here: who gets what in which order, and what one that gives up leaves behind.
//! `tests/fuzz/src/play` asks tokio that, after each of many random operations.

mod barrier;
mod broadcast;
mod mpsc;
mod mutex;
mod notify;
mod once_cell;
mod oneshot;
mod rwlock;
mod semaphore;
mod set_once;
mod watch;

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
