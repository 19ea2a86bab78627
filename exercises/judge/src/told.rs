//! How does the process of a check tell what it found?
//!
//! By its status, and by words between two [`MARK`]s on standard output.
//!
//! Interface: [`report`], [`status`], [`MARK`], [`PASSED`], [`TRYING`].

use std::process;
use std::sync::atomic::AtomicBool;

/// Is a [`property`](crate::property) being tried? Its panics are not told one by one.
pub(crate) static TRYING: AtomicBool = AtomicBool::new(false);

/// Is before and after what the judge prints. All else is from the answer, or from its runtime: a
/// learner who looks for a mistake prints what helps.
pub const MARK: char = '\u{1e}';

/// What a check prints that has passed. An answer that ends the process ends it with 0, too.
pub const PASSED: &str = "passed";

/// With which status a check's process ends.
pub mod status {
    /// The claim holds; standard output has the word [`PASSED`](super::PASSED).
    pub const PASSED: u8 = 0;
    /// The claim is false; standard output has the reason.
    pub const WRONG: u8 = 10;
    /// A `todo!()` was reached; standard output has its place.
    pub const TODO: u8 = 11;
    /// Something is polled again and again without need; standard output has the count.
    pub const SPINS: u8 = 12;
    /// It waits for a wake that doesn't come; standard output may have the case.
    pub const HANGS: u8 = 13;
    /// Code of the answer was called and has not returned; standard output says what it does.
    pub const NO_RETURN: u8 = 14;
}

pub(crate) fn report(status: u8, words: &str) -> ! {
    println!("{MARK}{words}{MARK}");
    // At once: threads that the check has left may never end.
    process::exit(i32::from(status));
}
