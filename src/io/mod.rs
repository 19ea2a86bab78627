//! How do bytes come in and go out without blocking the thread?
//!
//! A reader is asked for bytes with [`poll_read`](AsyncRead::poll_read) and answers at once: here
//! they are, or an error, or `Pending` - in which case it keeps the task's waker and wakes it when
//! it is worth asking again. A writer is the same in the other direction. Nobody writes `poll_read`
//! in a program, though: [`AsyncReadExt`] and [`AsyncWriteExt`] put the futures on top that are
//! awaited, `reader.read(&mut buffer).await`, `writer.write_all(b"hello").await`.
//!
//! | file | what is in it |
//! |---|---|
//! | `async_read.rs`, `async_write.rs` | the two traits, and what has them besides sockets: slices, cursors, vectors, boxes |
//! | `room.rs` | what a socket reads into. The buffer itself, [`ReadBuf`], is a crate of its own, `runtime/read-buf` |
//! | `interest.rs`, `ready.rs` | [`Interest`] and [`Ready`]: which way to wait on a socket, and what came of it |
//! | `util/` | the extension traits and their futures, one idea per file; [`copy`] |
//!
//! Interface: what is re-exported below. `net` implements the traits for sockets.
//!
//! Invariants: nothing in this module knows the runtime. All of it runs on any executor, and no
//! future in it makes a waker of its own: it passes on the one that it is polled with.
//!
//! Not here: sockets (`net`); `AsyncBufRead`, `AsyncSeek` (which belong beside the two traits), and
//! `split`, `BufReader`, `duplex` (which belong in `util/`), are still to come.
//!
//! tokio: `tokio::io`.

mod async_read;
mod async_write;
#[cfg(feature = "net")]
mod interest;
#[cfg(feature = "net")]
mod ready;
#[cfg(feature = "net")]
mod room;
#[cfg(feature = "io-util")]
mod util;

pub use async_read::AsyncRead;
pub use async_write::AsyncWrite;
#[cfg(feature = "net")]
pub use interest::Interest;
#[doc(inline)]
pub use kettle_read_buf::ReadBuf;
#[cfg(feature = "net")]
pub use ready::Ready;
#[cfg(feature = "net")]
pub(crate) use room::room;
#[cfg(feature = "io-util")]
pub use util::{AsyncReadExt, AsyncWriteExt, Chain, Take, copy};

// A program that says `use kettle::io;` does not have to import std's module of the same name too.
#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};
