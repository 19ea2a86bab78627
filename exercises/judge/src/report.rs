//! How does the process of a check report what it found?
//!
//! By its status, and by words between two [`MARK`]s on standard output (`protocol.rs`).

use std::process;
use std::sync::atomic::AtomicBool;

use crate::protocol::MARK;

/// Is a [`property`](crate::property) or a model being tried? Then panics aren't printed.
pub(crate) static TRYING: AtomicBool = AtomicBool::new(false);

/// Ends the process.
pub(crate) fn report(status: u8, words: &str) -> ! {
    println!("{MARK}{words}{MARK}");
    // At once: threads that the check has left may never end.
    process::exit(i32::from(status));
}
