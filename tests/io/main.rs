//! `kettle::io`: the traits, `ReadBuf`, and the futures on readers and writers.
//!
//! Readers and writers here play a script (`script.rs`): each poll is one step, so that a test says
//! to the poll what is asked, and a poll too many panics. No runtime is needed for any of it.

mod numbers;
mod read;
mod read_all;
mod read_buf;
mod script;
mod write;
