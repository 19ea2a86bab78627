//! What the tests of the API share: wakers that count, futures polled by hand, and which runtime
//! this is.

#![allow(dead_code, unreachable_pub)] // each file uses its part

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Which runtime is this program compiled for?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Kettle,
    Tokio,
}

/// The package's name tells: `tests/on-tokio/` is a package of its own.
pub fn side() -> Side {
    if env!("CARGO_PKG_NAME") == "kettle" { Side::Kettle } else { Side::Tokio }
}

/// A future on the heap, polled by hand with a waker that counts.
pub struct Polled<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl<F: Future> Polled<F> {
    pub fn new(future: F) -> Polled<F> {
        Polled { future: Box::pin(future), wakes: Arc::default() }
    }

    /// Polls it once.
    pub fn poll(&mut self) -> Poll<F::Output> {
        let waker = Waker::from(self.wakes.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// How often its waker was called.
    pub fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::SeqCst)
    }

    /// Polls it, and must get `Pending`.
    #[track_caller]
    pub fn pending(&mut self) {
        assert!(self.poll().is_pending(), "ready, but should not be");
    }

    /// Polls it, and must get its output.
    #[track_caller]
    pub fn ready(&mut self) -> F::Output {
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("not ready, but should be"),
        }
    }
}

/// Counts how many of it were dropped.
#[derive(Clone, Debug, Default)]
pub struct Drops(Arc<AtomicUsize>);

/// A value whose drop is counted by the [`Drops`] that made it.
#[derive(Debug)]
pub struct Counted(Drops);

impl Drops {
    pub fn value(&self) -> Counted {
        Counted(self.clone())
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}
