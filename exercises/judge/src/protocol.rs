//! What do the process of a check and the checker agree on?
//!
//! The checker (`exercises/checker`) compiles this file, too. With the judge it would have all of
//! kettle below it, and build that before it can list the exercises.
//!
//! Interface: [`status`], [`MARK`], [`PASSED`].

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
