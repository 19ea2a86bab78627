//! How is a line read into a string, if a string must never hold half a character?
//!
//! As in `read_to_string.rs`, the bytes are read into a separate vector, which is added to the
//! string only when the line is complete and valid UTF-8. If the string is empty, its own memory is
//! used.
//!
//! tokio: it takes the string's bytes out and appends to them, so dropping the future early leaves
//! the string empty.

use std::io;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use super::read_to_string::not_text;
use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;

pin_project! {
    /// Made by [`AsyncBufReadExt::read_line`](crate::io::AsyncBufReadExt::read_line).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ReadLine<'a, R: ?Sized> {
        reader: &'a mut R,
        string: &'a mut String,
        bytes: Vec<u8>,
        read: usize,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, R: ?Sized> ReadLine<'a, R> {
    pub(super) fn new(reader: &'a mut R, string: &'a mut String) -> Self {
        let bytes = if string.is_empty() { mem::take(string).into_bytes() } else { Vec::new() };
        ReadLine { reader, string, bytes, read: 0, _pin: PhantomPinned }
    }
}

impl<R: AsyncBufRead + Unpin + ?Sized> Future for ReadLine<'_, R> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        let reader = Pin::new(&mut **me.reader);
        let read = ready!(poll_read_until(reader, cx, b'\n', me.bytes, me.read));
        Poll::Ready(match String::from_utf8(mem::take(me.bytes)) {
            // The text read so far is kept, even after an error.
            Ok(text) => {
                append(me.string, text);
                read
            }
            Err(no_text) => read.and(Err(not_text(me.string, no_text.as_bytes()))),
        })
    }
}

/// Appends text to a string. An empty string takes over the text's memory.
fn append(string: &mut String, text: String) {
    if string.is_empty() {
        *string = text;
    } else {
        string.push_str(&text);
    }
}
