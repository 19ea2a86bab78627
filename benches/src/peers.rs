//! How is a row written once, and run on kettle and on tokio?
//!
//! Both have the same paths for the same things, and each has a module here with these names in it
//! (`peers/names.rs`):
//!
//! | name | what it is |
//! |---|---|
//! | `block_on` | makes a runtime, runs a future on it, drops it |
//! | `spawn` | starts a task; its handle gives the task's output |
//! | `detach` | starts a task that nobody joins |
//! | `yield_now` | lets the others run first |
//! | `listen` | listens on a port of this machine, and says on which |
//! | `TcpStream`, `AsyncReadExt`, `AsyncWriteExt` | `read` and `write_all`, as with `std` |
//! | `sleep`, `timeout`, `mpsc`, `Mutex`, `select` | kettle's and tokio's paths |
//!
//! A family of rows is a file that says `use super::rt;`, and is compiled once for each runtime,
//! inside of a module in which `rt` is that runtime (`rows.rs`). So a row is plain code: no trait,
//! no macro, nothing between it and the runtime.

#![allow(clippy::duplicate_mod, reason = "that is how the names are those of several runtimes")]

#[path = "peers"]
pub(crate) mod kettle {
    use ::kettle as lib;

    mod names;
    pub(crate) use names::*;
}

#[cfg(feature = "peers")]
#[path = "peers"]
pub(crate) mod tokio {
    use ::tokio as lib;

    mod names;
    pub(crate) use names::*;
}

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A handle whose task did not panic: gives the output itself.
pub(crate) struct Joined<H>(H);

impl<H, T, E> Future for Joined<H>
where
    H: Future<Output = Result<T, E>> + Unpin,
    E: Error,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0).poll(cx).map(|result| result.expect("no task of the bench panics"))
    }
}
