//! What tests share. Here, for those of the macros: futures that write down what happens to them,
//! and an executor that is nothing but a loop. For those of the engine: `engine.rs`.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

pub mod engine;
pub mod folder;
pub mod time;

/// Polls until the future is ready. For futures that get ready by being polled.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut noop()) {
            return output;
        }
    }
    panic!("not ready after 1000 polls");
}

/// Polls once, must get `Pending`, and drops the future.
pub fn poll_once<F: Future>(future: F) {
    assert!(pin!(future).poll(&mut noop()).is_pending());
}

/// Polls a future that stays.
pub fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut noop())
}

fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// Counts how often a waker of it was called.
#[derive(Default)]
pub struct Wakes(AtomicUsize);

impl Wakes {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// What happened, in order.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    pub fn new() -> Log {
        Log::default()
    }

    pub fn add(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    /// The entries since the last call.
    pub fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }

    /// A value that writes its name down when it is dropped.
    pub fn guard(&self, name: &'static str) -> Guard {
        Guard(self.clone(), name)
    }
}

pub struct Guard(Log, &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

/// Writes its name down at each poll.
pub struct Polled {
    log: Log,
    name: &'static str,
    /// Ready at this poll; never if 0. Polled after that, it panics.
    ready_at: usize,
    polls: usize,
}

impl Polled {
    pub fn ready_at(log: &Log, name: &'static str, ready_at: usize) -> Polled {
        Polled { log: log.clone(), name, ready_at, polls: 0 }
    }

    pub fn ready(log: &Log, name: &'static str) -> Polled {
        Polled::ready_at(log, name, 1)
    }

    pub fn pending(log: &Log, name: &'static str) -> Polled {
        Polled::ready_at(log, name, 0)
    }
}

impl Future for Polled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        assert!(self.ready_at == 0 || self.polls < self.ready_at, "{} polled again", self.name);
        self.polls += 1;
        self.log.add(self.name);
        if self.polls == self.ready_at { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Writes its name down when it is dropped.
pub struct Dropped {
    _guard: Guard,
    ready: bool,
}

impl Dropped {
    pub fn ready(log: &Log, name: &'static str) -> Dropped {
        Dropped { _guard: log.guard(name), ready: true }
    }

    pub fn pending(log: &Log, name: &'static str) -> Dropped {
        Dropped { _guard: log.guard(name), ready: false }
    }
}

impl Future for Dropped {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.ready { Poll::Ready(()) } else { Poll::Pending }
    }
}
