//! How do all bytes of a reader get into a writer?
//!
//! Through a buffer of 8 KiB, in turns: fill it, then write until it is empty. Three details:
//!
//! - While the writer is not ready, what else the reader gives is added to it: one large write
//!   later instead of two small ones.
//! - When there is nothing to write and the reader is not ready, the writer is flushed. The reader
//!   may be waiting for an answer to bytes that are in the writer's buffer.
//! - The end of file is remembered. A reader is not read again after it.
//!
//! tokio: `io/util/copy.rs`; an interrupted read or write is an error there, and tried again here.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::write_all::poll_some;
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As much as `std::io::copy` takes at a time.
const BUFFER: usize = 8 * 1024;

/// Writes all that a reader gives, up to its end, into a writer, and flushes that: how many bytes
/// those were.
///
/// # Errors
///
/// The reader's or the writer's; `WriteZero` if the writer takes no more. What was copied before
/// the error stays written, and what was read but not written is lost.
///
/// # Cancel safety
///
/// Not cancel safe: if the future is dropped, how much was copied is forgotten, and up to 8 KiB
/// that were read and not yet written are lost.
///
/// tokio: `tokio::io::copy`.
///
/// ```
/// use kettle::io;
/// use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main]
/// # async fn main() -> io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// kettle::spawn(async move {
///     let mut socket = TcpStream::connect(address).await?;
///     io::copy(&mut &b"hello"[..], &mut socket).await
/// });
///
/// let (mut socket, _) = listener.accept().await?;
/// let mut text = Vec::new();
/// assert_eq!(io::copy(&mut socket, &mut text).await?, 5);
/// assert_eq!(text, b"hello");
/// # Ok(())
/// # }
/// ```
pub async fn copy<R, W>(reader: &mut R, writer: &mut W) -> io::Result<u64>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let buffer = vec![0; BUFFER].into_boxed_slice();
    let (written, filled, copied) = (0, 0, 0);
    Copy { reader, writer, buffer, written, filled, copied, ended: false, flushed: true }.await
}

/// The future of [`copy`].
struct Copy<'a, R: ?Sized, W: ?Sized> {
    reader: &'a mut R,
    writer: &'a mut W,
    /// Up to `written` it has gone, from there to `filled` it is still to go.
    buffer: Box<[u8]>,
    written: usize,
    filled: usize,
    /// How many bytes the writer has taken.
    copied: u64,
    /// Has the reader come to its end?
    ended: bool,
    /// Has nothing been written since the last flush?
    flushed: bool,
}

impl<R, W> Future for Copy<'_, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    type Output = io::Result<u64>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        loop {
            let read = self.poll_fill(cx)?;
            if read.is_pending() && self.is_empty() {
                if !self.flushed {
                    ready!(self.poll_flush(cx))?;
                }
                return Poll::Pending;
            }
            ready!(self.poll_write(cx))?;
            if self.ended {
                ready!(self.poll_flush(cx))?;
                return Poll::Ready(Ok(self.copied));
            }
        }
    }
}

impl<R, W> Copy<'_, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    fn is_empty(&self) -> bool {
        self.written == self.filled
    }

    /// Reads once, if there is room and anything to come.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ended || self.filled == self.buffer.len() {
            return Poll::Ready(Ok(()));
        }
        let mut room = ReadBuf::new(&mut self.buffer[self.filled..]);
        loop {
            match ready!(Pin::new(&mut *self.reader).poll_read(cx, &mut room)) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Poll::Ready(Err(e)),
                Ok(()) => break,
            }
        }
        let n = room.filled().len();
        self.filled += n;
        self.ended = n == 0;
        Poll::Ready(Ok(()))
    }

    /// Writes until the buffer is empty.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            let rest = &self.buffer[self.written..self.filled];
            let Poll::Ready(n) = poll_some(Pin::new(&mut *self.writer), cx, rest)? else {
                // The writer will wake us, whatever comes of this.
                ready!(self.poll_fill(cx))?;
                return Poll::Pending;
            };
            self.written += n;
            self.copied += n as u64;
            self.flushed = false;
        }
        (self.written, self.filled) = (0, 0);
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut *self.writer).poll_flush(cx))?;
        self.flushed = true;
        Poll::Ready(Ok(()))
    }
}
