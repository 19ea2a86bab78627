//! How does a program read and write bytes without blocking the thread?
//!
//! [`poll_read`](AsyncRead::poll_read) returns at once, with bytes, an error or `Pending`. If it
//! returns `Pending`, the reader keeps the task's waker, and calls it when another attempt is
//! worthwhile. A writer does the same in the other direction. Programs rarely call `poll_read`:
//! they await the futures that [`AsyncReadExt`] and [`AsyncWriteExt`] make, as in `reader.read(&mut
//! buffer).await` or `writer.write_all(b"hello").await`.
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! // A stream in memory, which is used like a socket.
//! let (mut here, mut there) = kettle::io::duplex(64);
//! here.write_all(b"tea").await?;
//! drop(here);
//! let mut text = String::new();
//! there.read_to_string(&mut text).await?;
//! assert_eq!(text, "tea");
//! # Ok(()) }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `async_read.rs`, `async_write.rs` | the two traits, and their implementations for slices, cursors, vectors and boxes |
//! | `async_buf_read.rs`, `async_seek.rs` | two more traits: for readers with a buffer, and for streams with a position |
//! | `through.rs` | how a stream forwards these traits to another |
//! | `portion.rs` | how many bytes a read or write moves |
//! | `room.rs` | the room that a socket reads into. The buffer itself, [`ReadBuf`], is in the crate `runtime/read-buf` |
//! | `interest.rs`, `ready.rs` | [`Interest`] and [`Ready`]: what to wait for, and what is ready |
//! | `descriptor.rs` | how a program borrows the descriptor of a socket, a pipe or a file |
//! | `evented.rs` | the code that all sockets and pipes share, for `net` |
//! | `unix/` | [`AsyncFd`](unix::AsyncFd): waiting for any descriptor |
//! | `join.rs`, `halves.rs` | [`join`]: a reader and a writer as one stream; [`split`]: the opposite |
//! | `stdio.rs`, `blocking.rs`, `jobs.rs` | `stdin`, `stdout`, `stderr`: blocking streams, used on other threads. Files (`fs`) use the same jobs |
//! | `util/` | the extension traits and their futures; buffers, copies, pipes in memory |
//!
//! Interface: the re-exports below. `net` implements the traits for sockets.
//!
//! Invariants: everything except the standard streams runs on any executor, and its futures pass on
//! the waker that they are polled with. The module uses the engine's budget, its waker slot and,
//! for the standard streams, its blocking pool.
//!
//! Not here: sockets (`net`).

mod async_buf_read;
mod async_read;
mod async_seek;
mod async_write;
#[cfg(feature = "io-std")]
mod blocking;
#[cfg(any(feature = "fs", feature = "io-std", feature = "net"))]
mod descriptor;
#[cfg(feature = "net")]
pub(crate) mod evented;
#[cfg(feature = "io-util")]
mod halves;
#[cfg(feature = "net")]
mod interest;
#[cfg(any(feature = "fs", feature = "io-std"))]
#[cfg_attr(not(feature = "fs"), allow(dead_code))] // only a file seeks
pub(crate) mod jobs;
#[cfg(feature = "io-util")]
mod join;
#[cfg(any(feature = "fs", feature = "io-std", feature = "io-util", feature = "net"))]
mod portion;
#[cfg(feature = "net")]
mod ready;
#[cfg(feature = "net")]
mod room;
#[cfg(feature = "io-std")]
mod stdio;
pub(crate) mod through;
#[cfg(all(unix, feature = "net"))]
pub mod unix;
#[cfg(feature = "io-util")]
mod util;

pub use async_buf_read::AsyncBufRead;
pub use async_read::AsyncRead;
pub use async_seek::AsyncSeek;
pub use async_write::AsyncWrite;
#[cfg(any(feature = "fs", feature = "io-std", feature = "net"))]
pub(crate) use descriptor::impl_descriptor;
#[cfg(feature = "io-util")]
pub use halves::{ReadHalf, WriteHalf, split};
#[cfg(feature = "net")]
pub use interest::Interest;
#[cfg(feature = "io-util")]
pub use join::{Join, join};
#[doc(inline)]
pub use kettle_read_buf::ReadBuf;
#[cfg(any(feature = "fs", feature = "io-std", feature = "io-util", feature = "net"))]
pub(crate) use portion::portion;
#[cfg(feature = "net")]
pub use ready::Ready;
#[cfg(feature = "net")]
pub(crate) use room::{read_len, room};
#[cfg(feature = "io-std")]
pub use stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};
#[cfg(feature = "io-util")]
pub use util::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufStream, BufWriter,
    Chain, DuplexStream, Empty, Lines, Repeat, SimplexStream, Sink, Split, Take, copy,
    copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, empty, repeat, simplex,
    sink,
};

// With these, a program with `use kettle::io;` needn't import std's module of the same name.
#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};
