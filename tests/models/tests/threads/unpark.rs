//! What the inbox finds in the place of the selector and its waker: an unpark ends the sleep, or
//! the next one.

use std::mem;

use loom::sync::atomic::Ordering;
use loom::sync::{Condvar, Mutex, MutexGuard};

pub(crate) struct Unpark {
    unparked: Mutex<bool>,
    sleeper: Condvar,
    /// For the count at the end; loom does not see it.
    calls: std::sync::atomic::AtomicUsize,
}

impl Unpark {
    pub(crate) fn new() -> Unpark {
        Unpark { unparked: Mutex::new(false), sleeper: Condvar::new(), calls: 0.into() }
    }

    pub(crate) fn unpark(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        *self.lock() = true;
        self.sleeper.notify_one();
    }

    /// Sleeps until it is unparked.
    pub(crate) fn sleep(&self) {
        let mut unparked = self.lock();
        while !mem::take(&mut *unparked) {
            unparked = self.sleeper.wait(unparked).unwrap();
        }
    }

    /// Looks without sleeping: an unpark that has come is used up.
    pub(crate) fn look(&self) {
        *self.lock() = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.unparked.lock().expect("no thread of a scene panics and goes on")
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}
