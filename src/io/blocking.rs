//! How does a stream that blocks its thread become an async one?
//!
//! Jobs on the blocking pool read and write it (`jobs.rs`), each with a reference to the stream.
//!
//! Interface: [`Blocking`], for a stream without a position, which is read or written, never both.
//!
//! Not here: the streams (`stdio.rs`); files, which have a position (`fs`).
//!
//! tokio: `io/blocking.rs`.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::jobs::{Jobs, MAX_LEN};
use super::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that is read or written on the blocking pool.
#[derive(Debug)]
pub(super) struct Blocking<T> {
    pub(super) stream: Arc<T>,
    jobs: Jobs,
    /// Whether nothing has been written since the last flush started.
    flushed: bool,
}

impl<T> Blocking<T> {
    pub(super) fn new(stream: T) -> Blocking<T> {
        Blocking { stream: Arc::new(stream), jobs: Jobs::default(), flushed: true }
    }
}

impl<T: Send + Sync + 'static> AsyncRead for Blocking<T>
where
    for<'s> &'s T: Read,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let stream = this.stream.clone();
        this.jobs.poll_read(cx, buf, MAX_LEN, move |bytes| (&*stream).read(bytes))
    }
}

impl<T: Send + Sync + 'static> AsyncWrite for Blocking<T>
where
    for<'s> &'s T: Write,
{
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.jobs.poll_written(cx))?;
        let stream = this.stream.clone();
        let n = this.jobs.start_write([buf], MAX_LEN, move |bytes| (&*stream).write_all(bytes))?;
        this.flushed = false;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.jobs.poll_written(cx))?;
        if !this.flushed {
            let stream = this.stream.clone();
            this.jobs.start_write([], 0, move |_| (&*stream).flush())?;
            this.flushed = true;
            ready!(this.jobs.poll_written(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Only waits until the bytes are written, because there is nothing to shut down.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

#[cfg(test)]
#[path = "blocking_tests.rs"]
mod tests;
