//! What do the project's commands have in common?
//!
//! | module | the question it answers |
//! |---|---|
//! | [`tree`] | where is everything? |
//! | [`files`] | how is a file written so that Cargo builds only what has changed? |
//! | [`patch`] | how is a faulty file made of a right one? |
//! | [`process`] | how is another program run, so that it can't hang us? |
//! | [`cargo`] | how is Cargo called, and what of its words is shown? |
//! | [`report`], [`tally`] | what came of a check? how many tests was that? |
//! | [`table`] | what is in the tables of a paper? |
//! | [`map`] | which exercises belong to which chapter, and how are they numbered? |
//! | [`record`] | how is a program run so that there is a replay of it? |
//!
//! Not here: the checks themselves (`xtask`).

#[cfg(feature = "cargo")]
pub mod cargo;
pub mod files;
pub mod map;
pub mod patch;
pub mod process;
pub mod record;
pub mod report;
pub mod table;
pub mod tally;
pub mod tree;
