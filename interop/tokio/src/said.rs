//! Which program was told that it runs on one thread?
//!
//! This one, once: a log needs the line, and a test suite makes a hundred runtimes.

use std::io::{self, Write};
use std::sync::Once;

static SAID: Once = Once::new();

/// Says on standard error that there is one thread, the first time.
pub(crate) fn one_thread() {
    SAID.call_once(|| {
        let line =
            "kettle: this program asks for several threads to run its tasks. All of them run on one.";
        // Not `eprintln!`, which panics if standard error is a closed pipe.
        let _ = writeln!(io::stderr(), "{line}");
    });
}

/// What `#[tokio::main]` puts around the body of a program that asks for threads.
#[cfg(feature = "macros")]
pub fn threads<F: Future>(body: F) -> F {
    one_thread();
    body
}
