//! How is a pipe in memory used by one owner, or by two?
//!
//! A [`SimplexStream`] has both ends of a pipe. [`simplex`] gives the two ends to two owners, as
//! `split` does with any stream.
//!
//! Dropping one of the two ends doesn't close the pipe, because `split` doesn't tell the stream
//! about the drop. Shutting down the writing end closes it.
//!
//! Not here: the queue (`pipe.rs`).
//!
//! tokio: in `io/util/mem.rs` the `SimplexStream` is the queue itself, without a lock.

use super::pipe::{Pipe, stream_over_pipes};
use crate::io::halves::split;
use crate::io::{ReadHalf, WriteHalf};

/// Makes a pipe in memory: bytes written to the second half are read from the first. The pipe holds
/// at most `max_buf_size` bytes; writing more waits until some are read.
///
/// [`ReadHalf::unsplit`] joins the halves into a [`SimplexStream`].
///
/// # Panics
///
/// If `max_buf_size` is 0.
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let (mut reader, mut writer) = io::simplex(64);
/// writer.write_all(b"green tea").await?;
/// writer.shutdown().await?;
/// let mut text = String::new();
/// reader.read_to_string(&mut text).await?;
/// assert_eq!(text, "green tea");
/// # Ok(()) }
/// ```
#[track_caller]
pub fn simplex(max_buf_size: usize) -> (ReadHalf<SimplexStream>, WriteHalf<SimplexStream>) {
    split(SimplexStream::new_unsplit(max_buf_size))
}

/// Both ends of a pipe in memory: bytes written to it can be read from it.
///
/// After [`shutdown`](crate::io::AsyncWriteExt::shutdown) it can be read to its end, and writing
/// fails with [`BrokenPipe`](std::io::ErrorKind::BrokenPipe).
#[derive(Debug)]
pub struct SimplexStream {
    pipe: Pipe,
}

impl SimplexStream {
    /// Makes an empty pipe for at most `max_buf_size` bytes. [`simplex`] makes two halves instead.
    ///
    /// # Panics
    ///
    /// If `max_buf_size` is 0.
    ///
    /// ```
    /// use kettle::io::{self, AsyncReadExt, AsyncWriteExt, SimplexStream};
    ///
    /// # #[kettle::main] async fn main() -> io::Result<()> {
    /// let mut pipe = SimplexStream::new_unsplit(64);
    /// pipe.write_u8(7).await?;
    /// assert_eq!(pipe.read_u8().await?, 7);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn new_unsplit(max_buf_size: usize) -> SimplexStream {
        SimplexStream { pipe: Pipe::new(max_buf_size) }
    }
}

stream_over_pipes!(SimplexStream: reads pipe, writes pipe);
