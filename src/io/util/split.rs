//! How is a reader read in segments that end with a certain byte?
//!
//! As in `lines.rs`, [`Split`] itself stores the bytes of the current segment, so dropping the
//! future of `next_segment` doesn't lose any.
//!
//! Not here: `io::split`, which is unrelated (`halves.rs`).

use std::future::poll_fn;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;
use crate::origin::located;

pin_project! {
    /// A reader's segments, one at a time, made by
    /// [`AsyncBufReadExt::split`](crate::io::AsyncBufReadExt::split).
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut teas = Cursor::new("green,black,,mint").split(b',');
    /// let mut all = Vec::new();
    /// while let Some(tea) = teas.next_segment().await? {
    ///     all.push(tea);
    /// }
    /// assert_eq!(all, [&b"green"[..], b"black", b"", b"mint"]);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "segments are read when `next_segment` is awaited"]
    pub struct Split<R> {
        #[pin]
        reader: R,
        // The bytes of the next segment so far.
        buf: Vec<u8>,
        delimiter: u8,
    }
}

impl<R> Split<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Split<R> {
        Split { reader, buf: Vec::new(), delimiter }
    }
}

impl<R: AsyncBufRead + Unpin> Split<R> {
    /// Returns the next segment, without the byte that ends it, or `None` at the end of file.
    ///
    /// # Errors
    ///
    /// All of the reader's but [`Interrupted`](std::io::ErrorKind::Interrupted), which is retried.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, the segment's bytes so far are
    /// kept, and the next call continues after them.
    #[track_caller]
    pub fn next_segment(&mut self) -> impl Future<Output = io::Result<Option<Vec<u8>>>> {
        located(async move { poll_fn(|cx| Pin::new(&mut *self).poll_next_segment(cx)).await })
    }
}

impl<R: AsyncBufRead> Split<R> {
    /// Tries to read the next segment, with the same results and errors as
    /// [`next_segment`](Split::next_segment).
    ///
    /// `Pending` means that the segment isn't complete, and that `cx`'s waker has been stored
    /// in place of an earlier one.
    pub fn poll_next_segment(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Vec<u8>>>> {
        let me = self.project();
        ready!(poll_read_until(me.reader, cx, *me.delimiter, me.buf, &mut 0))?;
        if me.buf.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let mut segment = mem::take(me.buf);
        segment.pop_if(|byte| *byte == *me.delimiter);
        Poll::Ready(Ok(Some(segment)))
    }
}
