//! What do the process of a check and the checker agree on?
//!
//! The checker (`exercises/checker`) compiles this file, too. If it depended on the judge, it would
//! have to build all of kettle before it can list the exercises.

/// Stands before and after what the judge prints. All other output comes from the answer or its
/// runtime: a learner who looks for a mistake may print something.
pub const MARK: char = '\u{1e}';

/// What a check prints when it passes. (The status alone isn't enough: an answer may exit with 0.)
pub const PASSED: &str = "passed";

/// The statuses with which the process of a check ends.
pub mod status {
    /// The claim holds; standard output has the word [`PASSED`](super::PASSED).
    pub const PASSED: u8 = 0;
    /// The claim is false; standard output has the reason.
    pub const WRONG: u8 = 10;
    /// A `todo!()` was reached; standard output has its place.
    pub const TODO: u8 = 11;
    /// Something is polled again and again without need; standard output has the count.
    pub const SPINS: u8 = 12;
    /// It waits for a wake that doesn't come; standard output may have an explanation and the case.
    pub const HANGS: u8 = 13;
    /// A call into the answer has not returned; standard output says what it does.
    pub const NO_RETURN: u8 = 14;
}
