//! How do readers and writers of kettle and of the crate `futures-io` meet?
//!
//! Both worlds have traits of the same names and nearly the same functions. A [`Compat`] around one
//! of either world has the traits of the other: `.compat()` for what reads (or does both),
//! `.compat_write()` for what only writes.
//!
//! | | kettle | `futures-io` |
//! |---|---|---|
//! | where a read puts its bytes | a `ReadBuf` | a slice, and the number of bytes is returned |
//! | the end of writing | `poll_shutdown` | `poll_close` |
//! | seeking | in two steps | in one |
//!
//! Interface: [`Compat`] and the four traits that make it.
//!
//! Invariant: `seeking` is where a seek goes that has begun and not ended. The side with one step
//! is asked again with the same position until it is ready.
//!
//! tokio: `tokio_util::compat`.

use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

pin_project! {
    /// Something of one world, with the traits of the other.
    ///
    /// tokio: `tokio_util::compat::Compat`.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    /// use kettle::util::compat::{FuturesAsyncReadCompatExt, TokioAsyncReadCompatExt};
    ///
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// // A reader of kettle's, for a library on `futures-io`, and back.
    /// let theirs = TokioAsyncReadCompatExt::compat(&b"tea"[..]);
    /// let mut ours = FuturesAsyncReadCompatExt::compat(theirs);
    /// let mut text = String::new();
    /// ours.read_to_string(&mut text).await?;
    /// assert_eq!(text, "tea");
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Copy, Clone, Debug)]
    pub struct Compat<T> {
        #[pin]
        inner: T,
        seeking: Option<SeekFrom>,
    }
}

impl<T> Compat<T> {
    fn new(inner: T) -> Compat<T> {
        Compat { inner, seeking: None }
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_util::compat::Compat::get_ref`.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_util::compat::Compat::get_mut`.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_util::compat::Compat::into_inner`.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

/// Readers of `futures-io`, for kettle.
///
/// tokio: `tokio_util::compat::FuturesAsyncReadCompatExt`.
pub trait FuturesAsyncReadCompatExt: futures_io::AsyncRead {
    /// The same reader, with kettle's traits.
    ///
    /// tokio: `tokio_util::compat::FuturesAsyncReadCompatExt::compat`.
    fn compat(self) -> Compat<Self>
    where
        Self: Sized,
    {
        Compat::new(self)
    }
}

impl<T: futures_io::AsyncRead> FuturesAsyncReadCompatExt for T {}

/// Writers of `futures-io`, for kettle.
///
/// tokio: `tokio_util::compat::FuturesAsyncWriteCompatExt`.
pub trait FuturesAsyncWriteCompatExt: futures_io::AsyncWrite {
    /// The same writer, with kettle's traits.
    ///
    /// tokio: `tokio_util::compat::FuturesAsyncWriteCompatExt::compat_write`.
    fn compat_write(self) -> Compat<Self>
    where
        Self: Sized,
    {
        Compat::new(self)
    }
}

impl<T: futures_io::AsyncWrite> FuturesAsyncWriteCompatExt for T {}

/// Readers of kettle, for `futures-io`. (The name is tokio-util's.)
///
/// tokio: `tokio_util::compat::TokioAsyncReadCompatExt`.
pub trait TokioAsyncReadCompatExt: AsyncRead {
    /// The same reader, with the traits of `futures-io`.
    ///
    /// tokio: `tokio_util::compat::TokioAsyncReadCompatExt::compat`.
    fn compat(self) -> Compat<Self>
    where
        Self: Sized,
    {
        Compat::new(self)
    }
}

impl<T: AsyncRead> TokioAsyncReadCompatExt for T {}

/// Writers of kettle, for `futures-io`. (The name is tokio-util's.)
///
/// tokio: `tokio_util::compat::TokioAsyncWriteCompatExt`.
pub trait TokioAsyncWriteCompatExt: AsyncWrite {
    /// The same writer, with the traits of `futures-io`.
    ///
    /// tokio: `tokio_util::compat::TokioAsyncWriteCompatExt::compat_write`.
    fn compat_write(self) -> Compat<Self>
    where
        Self: Sized,
    {
        Compat::new(self)
    }
}

impl<T: AsyncWrite> TokioAsyncWriteCompatExt for T {}

// ----- reading -----

impl<T: futures_io::AsyncRead> AsyncRead for Compat<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = ready!(self.project().inner.poll_read(cx, buf.initialize_unfilled()))?;
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead> futures_io::AsyncRead for Compat<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slice: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(slice);
        ready!(self.project().inner.poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

impl<T: futures_io::AsyncBufRead> AsyncBufRead for Compat<T> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.project().inner.poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        self.project().inner.consume(amt);
    }
}

impl<T: AsyncBufRead> futures_io::AsyncBufRead for Compat<T> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.project().inner.poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        self.project().inner.consume(amt);
    }
}

// ----- writing -----

impl<T: futures_io::AsyncWrite> AsyncWrite for Compat<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_close(cx)
    }
}

impl<T: AsyncWrite> futures_io::AsyncWrite for Compat<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_shutdown(cx)
    }
}

// ----- seeking -----

impl<T: AsyncSeek> futures_io::AsyncSeek for Compat<T> {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pos: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        let mut this = self.project();
        if *this.seeking != Some(pos) {
            // An earlier seek, which was given up, must end first.
            ready!(this.inner.as_mut().poll_complete(cx))?;
            this.inner.as_mut().start_seek(pos)?;
            *this.seeking = Some(pos);
        }
        let ended = ready!(this.inner.poll_complete(cx));
        *this.seeking = None;
        Poll::Ready(ended)
    }
}

impl<T: futures_io::AsyncSeek> AsyncSeek for Compat<T> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        *self.project().seeking = Some(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let this = self.project();
        let Some(position) = *this.seeking else { return Poll::Ready(Ok(0)) };
        let ended = ready!(this.inner.poll_seek(cx, position));
        *this.seeking = None;
        Poll::Ready(ended)
    }
}

#[cfg(unix)]
impl<T: std::os::fd::AsRawFd> std::os::fd::AsRawFd for Compat<T> {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.inner.as_raw_fd()
    }
}
