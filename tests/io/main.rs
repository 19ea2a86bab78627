//! `kettle::io`: the traits, the futures on readers and writers, and `copy`.
//!
//! Readers and writers here play a script (`script.rs`): each poll is one step, so that a test says
//! to the poll what is asked, and a poll too many panics. A runtime is needed only where two
//! sockets are.

mod copy;
mod numbers;
mod read;
mod read_all;
mod script;
mod write;
