//! Which streams never have to wait?
//!
//! Three streams for tests, and for code that must pass a stream and doesn't care which: [`empty`]
//! ends at once, [`repeat`] never ends, and [`sink`] discards the bytes written to it, like
//! [`empty`].
//!
//! Each operation spends one unit of the task's budget; otherwise a loop around one of them would
//! never give up the thread.
//!
//! tokio: `io/util/{empty,repeat,sink}.rs`.

use std::fmt;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;

use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

/// Makes a stream that is always at its end, and that discards the bytes written to it.
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut bytes = Vec::new();
/// assert_eq!(io::empty().read_to_end(&mut bytes).await?, 0);
/// assert_eq!(io::empty().write(b"green tea").await?, 9);
/// # Ok(()) }
/// ```
pub fn empty() -> Empty {
    Empty { _private: () }
}

/// An empty stream, made by [`empty`].
pub struct Empty {
    _private: (),
}

/// Makes a reader that repeats one byte for ever.
///
/// ```
/// use kettle::io::{self, AsyncReadExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut bytes = [0; 3];
/// io::repeat(b'z').read_exact(&mut bytes).await?;
/// assert_eq!(&bytes, b"zzz");
/// # Ok(()) }
/// ```
pub fn repeat(byte: u8) -> Repeat {
    Repeat { byte }
}

/// A reader that repeats one byte, made by [`repeat`].
#[derive(Debug)]
pub struct Repeat {
    byte: u8,
}

/// Makes a writer that discards all bytes.
///
/// ```
/// use kettle::io::{self, AsyncReadExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// // Skips the headers to get to the body.
/// let mut message: &[u8] = b"headers, then the body";
/// io::copy(&mut (&mut message).take(14), &mut io::sink()).await?;
/// assert_eq!(message, b"the body");
/// # Ok(()) }
/// ```
pub fn sink() -> Sink {
    Sink { _private: () }
}

/// A writer that discards all bytes, made by [`sink`].
pub struct Sink {
    _private: (),
}

/// Spends one unit of the budget, or returns `Pending` if none is left.
#[inline]
fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    ready!(budget::poll_proceed(cx)).made_progress();
    Poll::Ready(())
}

impl AsyncRead for Empty {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        poll_spend(cx).map(Ok)
    }
}

impl AsyncBufRead for Empty {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        poll_spend(cx).map(|()| Ok(&[][..]))
    }

    #[inline]
    fn consume(self: Pin<&mut Self>, _amt: usize) {}
}

/// Every position counts as the start.
impl AsyncSeek for Empty {
    #[inline]
    fn start_seek(self: Pin<&mut Self>, _position: SeekFrom) -> io::Result<()> {
        Ok(())
    }

    #[inline]
    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        poll_spend(cx).map(|()| Ok(0))
    }
}

impl AsyncRead for Repeat {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(poll_spend(cx));
        let n = buf.remaining();
        buf.initialize_unfilled().fill(self.byte);
        buf.advance(n);
        Poll::Ready(Ok(()))
    }
}

/// Implements a writer that takes all bytes at once and has nothing to flush.
macro_rules! forgets {
    ($($name:ident),*) => { $(
        impl AsyncWrite for $name {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                poll_spend(cx).map(|()| Ok(buf.len()))
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_spend(cx).map(Ok)
            }

            #[inline]
            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_spend(cx).map(Ok)
            }

            #[inline]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                poll_spend(cx).map(|()| Ok(bufs.iter().map(|buf| buf.len()).sum()))
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                true
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(concat!(stringify!($name), " { .. }"))
            }
        }
    )* };
}

forgets!(Empty, Sink);
