//! How can a reader fill memory that has never been written?
//!
//! Rust calls such memory *uninitialised*: it is there, but reading it as bytes is undefined
//! behaviour. Zeroing it first is safe, but writes each byte twice. [`ReadBuf`] instead remembers
//! how far its memory has ever been written, and hands out no more than that as bytes.
//!
//! | file | what is in it |
//! |---|---|
//! | `read_buf.rs` | [`ReadBuf`], the buffer that each `poll_read` is given |
//! | `fill.rs` | [`fill`] and [`poll_fill`]: a reader fills a `Vec`, or any other `bytes::BufMut` |
//!
//! **This is the only crate of the project with `unsafe` in it.** It is small so that it can be
//! proved by reading. Each block says why it is sound, in terms of the two invariants in
//! `read_buf.rs`. The tests compare every operation with a plain model, and run under Miri, the
//! interpreter that notices undefined behaviour. `cargo xtask test house` checks that no other
//! crate has `unsafe`, and that this one has at most 150 lines of code.
//!
//! Once std's `BorrowedBuf` is stable, it can replace this crate.

#![warn(missing_docs)]

#[cfg(feature = "bytes")]
mod fill;
mod read_buf;

#[cfg(feature = "bytes")]
pub use fill::{fill, poll_fill};
pub use read_buf::ReadBuf;
