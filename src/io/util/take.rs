//! How is a reader limited to a given number of bytes?
//!
//! [`Take`] lends it a buffer with no more room than the limit allows. At the limit `Take` stops
//! reading and reports the end of file.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use kettle_read_buf::poll_fill;
use pin_project_lite::pin_project;

use crate::io::through::inner;
use crate::io::{AsyncBufRead, AsyncRead, ReadBuf};

pin_project! {
    /// A reader that reads at most a given number of another one's bytes, made by
    /// [`AsyncReadExt::take`](crate::io::AsyncReadExt::take).
    #[derive(Debug)]
    #[must_use = "readers do nothing unless they are read"]
    pub struct Take<R> {
        #[pin]
        inner: R,
        limit_: u64,
    }
}

impl<R: AsyncRead> Take<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Take { inner, limit_: limit }
    }

    /// Returns how many bytes can still be read. The inner reader may end earlier.
    pub fn limit(&self) -> u64 {
        self.limit_
    }

    /// Allows `limit` bytes from now on, however many have already been read.
    pub fn set_limit(&mut self, limit: u64) {
        self.limit_ = limit;
    }

    inner!(R: "reader", "Bytes read from it here don't count towards the limit.", "");
}

impl<R: AsyncRead> AsyncRead for Take<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = self.project();
        if *me.limit_ == 0 {
            return Poll::Ready(Ok(()));
        }
        let limit = usize::try_from(*me.limit_).unwrap_or(usize::MAX);
        let n = ready!(poll_fill(&mut buf.limit(limit), |part| me.inner.poll_read(cx, part)))?;
        *me.limit_ -= n as u64;
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncBufRead> AsyncBufRead for Take<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let me = self.project();
        if *me.limit_ == 0 {
            return Poll::Ready(Ok(&[]));
        }
        let available = ready!(me.inner.poll_fill_buf(cx))?;
        let n = available.len().min(usize::try_from(*me.limit_).unwrap_or(usize::MAX));
        Poll::Ready(Ok(&available[..n]))
    }

    /// If `amt` is above the limit, takes as many bytes as the limit allows.
    fn consume(self: Pin<&mut Self>, amt: usize) {
        let me = self.project();
        let n = amt.min(usize::try_from(*me.limit_).unwrap_or(usize::MAX));
        *me.limit_ -= n as u64;
        me.inner.consume(n);
    }
}
