//! What do the project's commands have in common?
//!
//! | module | the question it answers |
//! |---|---|
//! | [`tree`] | where are the project's files? |
//! | [`files`] | how is a file written so that Cargo builds only what has changed? |
//! | [`patch`] | how is a faulty file made from a right one? |
//! | [`process`] | how is another program run, so that it can't hang us? |
//! | [`cargo`] | how is Cargo called, and which part of its output is shown? |
//! | [`report`], [`tally`] | how is the result of a check reported? how many tests was that? |
//! | [`table`] | how are the tables of a Markdown file read? |
//! | [`map`] | which exercises belong to which chapter, and how are they numbered? |
//! | [`record`] | how is an example run and recorded as a replay? |

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
