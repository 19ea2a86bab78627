//! What ends the loop's sleep?
//!
//! The loop sleeps in the operating system's selector. A waker of the selector (on Linux an
//! eventfd) ends that sleep from any thread, or the next one, if the loop is awake. It costs a
//! system call, so only the inbox calls it, and only when the loop sleeps (`inbox.rs`).
//!
//! tokio: the driver's `Unpark`, called for each message whether the loop sleeps or not.

use std::io;
use std::sync::OnceLock;

/// Ends the loop's sleep in the selector.
#[derive(Debug)]
pub(crate) struct Unpark {
    waker: mio::Waker,
    /// The first error of the system. Kept for the loop: the thread that wakes a task is not to
    /// blame, and must not panic.
    error: OnceLock<String>,
}

impl Unpark {
    pub(crate) fn new(waker: mio::Waker) -> Unpark {
        Unpark { waker, error: OnceLock::new() }
    }

    pub(crate) fn unpark(&self) {
        self.note(self.waker.wake());
    }

    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result {
            let _ = self.error.set(error.to_string());
        }
    }

    /// What the system said when it refused to end a sleep.
    pub(crate) fn error(&self) -> Option<&str> {
        self.error.get().map(String::as_str)
    }
}

#[cfg(test)]
#[path = "unpark_tests.rs"]
mod tests;
