//! How do many small writes become one large one?
//!
//! [`BufWriter`] collects bytes in a buffer, and passes them to the inner writer when the buffer is
//! full and on a flush, a shutdown or a seek. A program must flush, because a `drop` can't wait and
//! discards the buffered bytes.
//!
//! A write at least as long as the buffer goes straight to the inner writer, after the buffered
//! bytes. Reads pass through.
//!
//! Invariants: the buffer's capacity never changes. The inner writer already has the first
//! `written` bytes, so a later poll can go on from there; `written` is 0 unless a handover is
//! unfinished.
//!
//! tokio: `io/util/buf_writer.rs` works in the same way.

use std::fmt;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::copy_buffer::BUFFER;
use super::write_all::poll_some;
use crate::io::through::{buf_read_through, inner, read_through};
use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};

pin_project! {
    /// A writer with a buffer in front of it.
    ///
    /// It pays when a program writes little at a time. **Call
    /// [`flush`](crate::io::AsyncWriteExt::flush) at the end**, because dropping it or taking it
    /// apart loses the buffered bytes.
    ///
    /// ```
    /// use kettle::io::{AsyncWriteExt, BufWriter};
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"green ").await?;
    /// writer.write_all(b"tea").await?;
    /// assert_eq!(writer.get_ref(), b""); // all of it is buffered
    /// writer.flush().await?;
    /// assert_eq!(writer.into_inner(), b"green tea");
    /// # Ok(()) }
    /// ```
    pub struct BufWriter<W> {
        #[pin]
        pub(super) inner: W,
        pub(super) buffer: Vec<u8>,
        pub(super) written: usize,
        pub(super) seeking: Seeking,
    }
}

/// The progress of a seek.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seeking {
    /// There is no seek.
    No,
    /// A seek was asked for, but hasn't reached the inner writer yet.
    Requested(SeekFrom),
    /// The inner writer is seeking.
    Begun,
}

impl<W: AsyncWrite> BufWriter<W> {
    /// Puts a buffer of 8 KiB in front of `inner`.
    pub fn new(inner: W) -> BufWriter<W> {
        BufWriter::with_capacity(BUFFER, inner)
    }

    /// Puts a buffer of `cap` bytes in front of `inner`. With 0, every write passes through.
    pub fn with_capacity(cap: usize, inner: W) -> BufWriter<W> {
        BufWriter { inner, buffer: Vec::with_capacity(cap), written: 0, seeking: Seeking::No }
    }

    inner! {
        W: "writer", "Bytes written to it here come before the buffered ones.",
        " The buffered bytes are lost."
    }

    /// Returns the buffered bytes. If a handover is unfinished, they may begin with bytes that the
    /// inner writer already has.
    pub fn buffer(&self) -> &[u8] {
        &self.buffer
    }

    /// Returns how many more bytes the buffer can hold.
    fn room(&self) -> usize {
        self.buffer.capacity() - self.buffer.len()
    }

    /// Hands the buffered bytes to the inner writer. After an error the rest stays buffered.
    fn poll_hand_over(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut me = self.project();
        let mut result = Ok(());
        while *me.written < me.buffer.len() {
            match ready!(poll_some(me.inner.as_mut(), cx, &me.buffer[*me.written..])) {
                Ok(n) => *me.written += n,
                Err(e) => {
                    result = Err(e);
                    break;
                }
            }
        }
        me.buffer.drain(..*me.written);
        *me.written = 0;
        Poll::Ready(result)
    }

    /// Hands the bytes over if there is no room for `n` more.
    fn poll_make_room(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        n: usize,
    ) -> Poll<io::Result<()>> {
        if n > self.room() { self.poll_hand_over(cx) } else { Poll::Ready(Ok(())) }
    }
}

impl<W: AsyncWrite> AsyncWrite for BufWriter<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.as_mut().poll_make_room(cx, buf.len()))?;
        let me = self.project();
        if buf.len() >= me.buffer.capacity() {
            return me.inner.poll_write(cx, buf);
        }
        me.buffer.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    /// If the inner writer takes several slices at once, treats them as if they were one. If not,
    /// writes the first that isn't empty, and buffers those after it that still fit.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.inner.is_write_vectored() {
            let all = bufs.iter().fold(0_usize, |sum, buf| sum.saturating_add(buf.len()));
            ready!(self.as_mut().poll_make_room(cx, all))?;
            let me = self.project();
            if all >= me.buffer.capacity() {
                return me.inner.poll_write_vectored(cx, bufs);
            }
            for buf in bufs {
                me.buffer.extend_from_slice(buf);
            }
            return Poll::Ready(Ok(all));
        }
        let mut bufs = bufs.iter().filter(|buf| !buf.is_empty());
        let Some(first) = bufs.next() else { return Poll::Ready(Ok(0)) };
        let mut n = ready!(self.as_mut().poll_write(cx, first))?;
        if n < first.len() || n >= self.buffer.capacity() {
            return Poll::Ready(Ok(n)); // these bytes bypassed the buffer
        }
        while let Some(buf) = bufs.next().filter(|buf| buf.len() <= self.room()) {
            self.as_mut().project().buffer.extend_from_slice(buf);
            n += buf.len();
        }
        Poll::Ready(Ok(n))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_hand_over(cx))?;
        self.get_pin_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_hand_over(cx))?;
        self.get_pin_mut().poll_shutdown(cx)
    }
}

/// Hands the buffered bytes over, and then seeks the inner writer.
impl<W: AsyncWrite + AsyncSeek> AsyncSeek for BufWriter<W> {
    /// Only remembers the position: the rest may have to wait, so it is left to `poll_complete`.
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        *self.project().seeking = Seeking::Requested(position);
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        if let Seeking::No = self.seeking {
            return self.get_pin_mut().poll_complete(cx);
        }
        ready!(self.as_mut().poll_hand_over(cx))?;
        let mut me = self.project();
        if let Seeking::Requested(position) = *me.seeking {
            // An earlier seek may be under way.
            ready!(me.inner.as_mut().poll_complete(cx))?;
            *me.seeking = Seeking::No;
            me.inner.as_mut().start_seek(position)?;
            *me.seeking = Seeking::Begun;
        }
        let at = ready!(me.inner.poll_complete(cx));
        *me.seeking = Seeking::No;
        Poll::Ready(at)
    }
}

/// Reads aren't buffered here; [`BufReader`](crate::io::BufReader) buffers them.
impl<W: AsyncWrite + AsyncRead> AsyncRead for BufWriter<W> {
    read_through!(self => self.get_pin_mut());
}

impl<W: AsyncWrite + AsyncBufRead> AsyncBufRead for BufWriter<W> {
    buf_read_through!(self => self.get_pin_mut());
}

// The same fields as tokio's.
#[allow(clippy::missing_fields_in_debug)]
impl<W: fmt::Debug> fmt::Debug for BufWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (buffered, capacity) = (self.buffer.len(), self.buffer.capacity());
        f.debug_struct("BufWriter")
            .field("writer", &self.inner)
            .field("buffer", &format_args!("{buffered}/{capacity}"))
            .field("written", &self.written)
            .finish()
    }
}
