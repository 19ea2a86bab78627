//! How is a reader read line by line?
//!
//! [`Lines`] itself stores the bytes of the current line, so dropping the future of `next_line`
//! loses nothing: the next one goes on.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;
use crate::origin::located;

pin_project! {
    /// The lines of a reader, one at a time. Made by
    /// [`AsyncBufReadExt::lines`](crate::io::AsyncBufReadExt::lines).
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let reader: &[u8] = b"one\r\ntwo\n\nthree";
    /// let mut lines = reader.lines();
    /// let mut all = Vec::new();
    /// while let Some(line) = lines.next_line().await? {
    ///     all.push(line);
    /// }
    /// assert_eq!(all, ["one", "two", "", "three"]);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "lines are read when `next_line` is awaited"]
    pub struct Lines<R> {
        #[pin]
        reader: R,
        // What has come of the next line.
        buf: Vec<u8>,
    }
}

impl<R> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines { reader, buf: Vec::new() }
    }
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// The next line, without the `\n` or `\r\n` that ends it. `None` at the end of file.
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if the line is not UTF-8: it is lost, and
    /// the next call returns the line after it. Else those of the reader, except
    /// [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried again.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, what has come of the line is kept,
    /// and the next call goes on after it.
    #[track_caller]
    pub fn next_line(&mut self) -> impl Future<Output = io::Result<Option<String>>> {
        located(async move { poll_fn(|cx| Pin::new(&mut *self).poll_next_line(cx)).await })
    }

    /// The inner reader. What is read from it here is missing in the lines.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The inner reader.
    pub fn get_ref(&mut self) -> &R {
        &self.reader
    }

    /// Takes the inner reader out. What has come of a line that is not complete is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: AsyncBufRead> Lines<R> {
    /// Tries to read the next line; results and errors as those of
    /// [`next_line`](Lines::next_line).
    ///
    /// `Pending`: the line is not complete, and the waker of `cx` has been stored, in place of any
    /// earlier one.
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<String>>> {
        let me = self.project();
        ready!(poll_read_until(me.reader, cx, b'\n', me.buf, &mut 0))?;
        if me.buf.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let mut line = mem::take(me.buf);
        if line.pop_if(|byte| *byte == b'\n').is_some() {
            line.pop_if(|byte| *byte == b'\r');
        }
        let text = String::from_utf8(line).map_err(|e| io::Error::new(ErrorKind::InvalidData, e));
        Poll::Ready(text.map(Some))
    }
}
