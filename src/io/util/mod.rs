//! What can a program await on a reader or a writer?
//!
//! The methods of [`AsyncReadExt`], [`AsyncWriteExt`], [`AsyncBufReadExt`] and [`AsyncSeekExt`].
//! Each returns a small future, most in a file of its own, that holds the reader and the buffer and
//! loops around `poll_read` or `poll_write`. Read `read.rs` first, then `read_exact.rs`, a future
//! that remembers how far it got. The macro in `operation.rs` writes their structs.
//!
//! | files | what is in them |
//! |---|---|
//! | `async_…_ext.rs` | the four traits; their futures are in files named after the methods |
//! | `write.rs`, `write_buf.rs` | also `write_vectored`, `flush` and `shutdown`; also `write_all_buf` |
//! | `read_until.rs`, `lines.rs`, `number.rs` | lines and segments; numbers, read and written |
//! | `buf_reader.rs`, `buf_writer.rs`, `buf_stream.rs` | a buffer in front of a stream |
//! | `copy_buffer.rs`, `copy.rs`, `copy_bidirectional.rs` | copying from a reader into a writer |
//! | `pipe.rs`, `simplex.rs`, `duplex.rs` | streams in memory, from task to task |
//! | `always_ready.rs`, `chain.rs`, `take.rs` | simple readers and writers |
//!
//! Invariants:
//! - A future here returns `Pending` only if the reader or writer below it has just returned it and
//!   stored the waker, or if the task's budget is spent and the waker is deferred.
//! - Operations that could go on for ever without waiting spend budget: copies, pipes, and the
//!   streams in `always_ready.rs`. Operations on slices, vectors and cursors don't.
//! - Operations that loop (`copy`, `read_exact`, `read_to_end`, `read_until`, `write_all`,
//!   `write_all_buf`, the numbers) try again on `ErrorKind::Interrupted`; those that make one call
//!   return it.
//! - Like tokio's, all these futures are `!Unpin`, although none refers to itself. So we can turn
//!   one into an `async fn` later.

mod always_ready;
mod async_buf_read_ext;
mod async_read_ext;
mod async_seek_ext;
mod async_write_ext;
mod buf_reader;
mod buf_stream;
mod buf_writer;
mod chain;
mod copy;
mod copy_bidirectional;
mod copy_buffer;
mod duplex;
mod fill;
mod fill_buf;
mod lines;
mod number;
mod operation;
mod pipe;
mod read;
mod read_buf;
mod read_exact;
mod read_line;
mod read_to_end;
mod read_to_string;
mod read_until;
mod seek;
mod simplex;
mod take;
mod write;
mod write_all;
mod write_buf;

pub use always_ready::{Empty, Repeat, Sink, empty, repeat, sink};
pub use async_buf_read_ext::AsyncBufReadExt;
pub use async_read_ext::AsyncReadExt;
pub use async_seek_ext::AsyncSeekExt;
pub use async_write_ext::AsyncWriteExt;
pub use buf_reader::BufReader;
pub use buf_stream::BufStream;
pub use buf_writer::BufWriter;
pub use chain::Chain;
pub use copy::{copy, copy_buf};
pub use copy_bidirectional::{copy_bidirectional, copy_bidirectional_with_sizes};
pub use duplex::{DuplexStream, duplex};
pub use lines::{Lines, Split};
pub use simplex::{SimplexStream, simplex};
pub use take::Take;
