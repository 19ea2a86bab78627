//! How is memory read into that has not been written yet?
//!
//! Rust calls such memory *uninitialised*: it is there, but reading it as bytes is undefined
//! behaviour. Zeroing it first is safe, but then each byte is written twice. [`ReadBuf`] is the way
//! out: it remembers how far its memory has ever been written, and hands out no more than that as
//! bytes.
//!
//! | file | what is in it |
//! |---|---|
//! | `read_buf.rs` | [`ReadBuf`], the buffer that each `poll_read` is given |
//! | `fill.rs` | [`fill`] and [`poll_fill`]: a reader fills a `Vec`, or any other `bytes::BufMut` |
//!
//! **This is the only crate of the project with `unsafe` in it.** It is small so that it can be
//! proved by reading. Each block says why it is sound, in terms of two invariants that are written
//! in `read_buf.rs`. The tests compare every operation with a plain model, and run under Miri, the
//! interpreter that notices undefined behaviour. `cargo xtask test house` checks that no other
//! crate has `unsafe`, and that this one has at most 150 lines of code.
//!
//! Not here: readers. This crate knows neither a task nor a socket.
//!
//! Once std's `BorrowedBuf` is stable, the crate can go: it keeps the same books.

#![warn(missing_docs)]

#[cfg(feature = "bytes")]
mod fill;
mod read_buf;

#[cfg(feature = "bytes")]
pub use fill::{fill, poll_fill};
pub use read_buf::ReadBuf;
