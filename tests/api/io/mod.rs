//! The traits of `io`, their methods, and what is built of them.
//!
//! Readers and writers here play a script (`script.rs`): each poll is one step, so that a test says
//! to the poll what is asked, and a poll too many panics. A runtime is needed only where two
//! sockets are, or the budget of a task.

mod buffered;
mod bufs;
mod copy;
mod duplex;
mod halves;
mod lines;
mod numbers;
mod read;
mod read_all;
mod read_buf;
mod script;
mod seek;
mod stdio;
mod write;
