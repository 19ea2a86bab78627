//! How are the parts of a reader's bytes a stream?
//!
//! tokio: `tokio_stream::wrappers::SplitStream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::io::{AsyncBufRead, Split};

pin_project! {
    /// The parts of a buffered reader's bytes, which a certain byte separates.
    ///
    /// tokio: `tokio_stream::wrappers::SplitStream`.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    /// use kettle::stream::Stream;
    /// use kettle::stream::wrappers::SplitStream;
    /// use std::future::poll_fn;
    /// use std::pin::Pin;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut stream = SplitStream::new(AsyncBufReadExt::split(&b"green\nblack"[..], b'\n'));
    /// let first = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await.unwrap()?;
    /// assert_eq!(first, b"green");
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct SplitStream<R> {
        #[pin]
        inner: Split<R>,
    }
}

impl<R> SplitStream<R> {
    /// Wraps what [`split`](crate::io::AsyncBufReadExt::split) returns.
    ///
    /// tokio: `tokio_stream::wrappers::SplitStream::new`.
    pub fn new(split: Split<R>) -> SplitStream<R> {
        SplitStream { inner: split }
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_stream::wrappers::SplitStream::into_inner`.
    pub fn into_inner(self) -> Split<R> {
        self.inner
    }

    /// What was wrapped, if the stream is pinned.
    ///
    /// tokio: `tokio_stream::wrappers::SplitStream::as_pin_mut`.
    pub fn as_pin_mut(self: Pin<&mut Self>) -> Pin<&mut Split<R>> {
        self.project().inner
    }
}

impl<R: AsyncBufRead> Stream for SplitStream<R> {
    type Item = io::Result<Vec<u8>>;

    #[track_caller]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().inner.poll_next_segment(cx).map(Result::transpose)
    }
}

impl<R> AsRef<Split<R>> for SplitStream<R> {
    fn as_ref(&self) -> &Split<R> {
        &self.inner
    }
}

impl<R> AsMut<Split<R>> for SplitStream<R> {
    fn as_mut(&mut self) -> &mut Split<R> {
        &mut self.inner
    }
}
