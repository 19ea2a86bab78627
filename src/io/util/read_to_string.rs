//! How is a reader read into a string, if a string must never hold half a character?
//!
//! `fill.rs` reads into a separate vector, which is added to the string only when it is complete
//! and valid UTF-8. So an error, or dropping the future early, leaves the string unchanged. If the
//! string is empty, its own memory is used.
//!
//! tokio: it takes the string's bytes out and appends to them, so dropping the future early leaves
//! the string empty.

use std::io::{self, ErrorKind};
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use super::fill::Fill;
use crate::io::AsyncRead;

pin_project! {
    /// Made by [`AsyncReadExt::read_to_string`](crate::io::AsyncReadExt::read_to_string).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ReadToString<'a, R: ?Sized> {
        reader: &'a mut R,
        string: &'a mut String,
        bytes: Vec<u8>,
        fill: Fill,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, R: ?Sized> ReadToString<'a, R> {
    pub(super) fn new(reader: &'a mut R, string: &'a mut String) -> Self {
        let bytes = if string.is_empty() { mem::take(string).into_bytes() } else { Vec::new() };
        let fill = Fill::new(&bytes);
        ReadToString { reader, string, bytes, fill, _pin: PhantomPinned }
    }
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadToString<'_, R> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        let n = ready!(me.fill.poll(me.bytes, Pin::new(&mut **me.reader), cx))?;
        let text = String::from_utf8(mem::take(me.bytes))
            .map_err(|e| not_text(me.string, e.as_bytes()))?;
        if me.string.is_empty() {
            **me.string = text;
        } else {
            me.string.push_str(&text);
        }
        Poll::Ready(Ok(n))
    }
}

/// Returns the error for bytes that aren't UTF-8. The position in it counts from the start of the
/// string to which the bytes were to be added.
pub(super) fn not_text(string: &str, bytes: &[u8]) -> io::Error {
    let all = String::from_utf8([string.as_bytes(), bytes].concat());
    let error = all.expect_err("what is no text is none after a text");
    io::Error::new(ErrorKind::InvalidData, error.utf8_error())
}
