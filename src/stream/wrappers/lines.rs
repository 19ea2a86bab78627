//! How are the lines of a reader a stream?
//!
//! tokio: `tokio_stream::wrappers::LinesStream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::io::{AsyncBufRead, Lines};

pin_project! {
    /// The lines of a buffered reader.
    ///
    /// tokio: `tokio_stream::wrappers::LinesStream`.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    /// use kettle::stream::Stream;
    /// use kettle::stream::wrappers::LinesStream;
    /// use std::future::poll_fn;
    /// use std::pin::Pin;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut stream = LinesStream::new((&b"green\nblack"[..]).lines());
    /// let first = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await.unwrap()?;
    /// assert_eq!(first, "green");
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct LinesStream<R> {
        #[pin]
        inner: Lines<R>,
    }
}

impl<R> LinesStream<R> {
    /// Wraps what [`lines`](crate::io::AsyncBufReadExt::lines) returns.
    ///
    /// tokio: `tokio_stream::wrappers::LinesStream::new`.
    pub fn new(lines: Lines<R>) -> LinesStream<R> {
        LinesStream { inner: lines }
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_stream::wrappers::LinesStream::into_inner`.
    pub fn into_inner(self) -> Lines<R> {
        self.inner
    }

    /// What was wrapped, if the stream is pinned.
    ///
    /// tokio: `tokio_stream::wrappers::LinesStream::as_pin_mut`.
    pub fn as_pin_mut(self: Pin<&mut Self>) -> Pin<&mut Lines<R>> {
        self.project().inner
    }
}

impl<R: AsyncBufRead> Stream for LinesStream<R> {
    type Item = io::Result<String>;

    #[track_caller]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().inner.poll_next_line(cx).map(Result::transpose)
    }
}

impl<R> AsRef<Lines<R>> for LinesStream<R> {
    fn as_ref(&self) -> &Lines<R> {
        &self.inner
    }
}

impl<R> AsMut<Lines<R>> for LinesStream<R> {
    fn as_mut(&mut self) -> &mut Lines<R> {
        &mut self.inner
    }
}
