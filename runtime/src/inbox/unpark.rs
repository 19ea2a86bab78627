//! What ends the loop's sleep?
//!
//! The loop sleeps in the operating system's selector, and mio's waker (an eventfd on Linux) ends
//! that sleep from any thread. If the loop is awake, the waker ends its next sleep. Because each
//! call costs a system call, only the inbox makes it, and only while the loop sleeps (`inbox.rs`).

use std::io;
use std::sync::OnceLock;

#[derive(Debug)]
pub(crate) struct Unpark {
    waker: mio::Waker,
    /// The system's first error, kept for the loop: a thread that wakes a task must not panic.
    error: OnceLock<String>,
}

impl Unpark {
    pub(crate) fn new(waker: mio::Waker) -> Unpark {
        Unpark { waker, error: OnceLock::new() }
    }

    pub(crate) fn unpark(&self) {
        self.note(self.waker.wake());
    }

    pub(crate) fn note(&self, result: io::Result<()>) {
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
