//! How is a reader read line by line, or in segments that end with another byte?
//!
//! [`Lines`] itself stores the bytes of the current line, so dropping the future of `next_line`
//! doesn't lose any, and the next future continues the line. [`Split`] does the same with segments.
//!
//! Not here: `io::split`, which is unrelated (`halves.rs`).

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
    /// A reader's lines, one at a time, made by
    /// [`AsyncBufReadExt::lines`](crate::io::AsyncBufReadExt::lines).
    #[derive(Debug)]
    #[must_use = "lines are read when `next_line` is awaited"]
    pub struct Lines<R> {
        #[pin]
        reader: R,
        // The bytes of the next line so far.
        buf: Vec<u8>,
    }
}

impl<R> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines { reader, buf: Vec::new() }
    }
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// Returns the next line, without the `\n` or `\r\n` that ends it, or `None` at the end of
    /// file.
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if the line isn't UTF-8, which loses it;
    /// the next call returns the line after it. Otherwise the reader's errors, except
    /// [`Interrupted`](std::io::ErrorKind::Interrupted), which is retried.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, the line's bytes so far are kept,
    /// and the next call continues after them.
    #[track_caller]
    pub fn next_line(&mut self) -> impl Future<Output = io::Result<Option<String>>> {
        located(async move { poll_fn(|cx| Pin::new(&mut *self).poll_next_line(cx)).await })
    }

    /// Returns the inner reader mutably. Bytes read from it here don't appear in the lines.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Returns the inner reader.
    pub fn get_ref(&mut self) -> &R {
        &self.reader
    }

    /// Returns the inner reader. The bytes of an incomplete line are lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: AsyncBufRead> Lines<R> {
    /// Tries to read the next line, with the same results and errors as
    /// [`next_line`](Lines::next_line).
    ///
    /// `Pending` means that the line isn't complete, and that `cx`'s waker has been stored in
    /// place of an earlier one.
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

pin_project! {
    /// A reader's segments, one at a time, made by
    /// [`AsyncBufReadExt::split`](crate::io::AsyncBufReadExt::split).
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
