//! How is a reader read into a string, if a string must never hold half a character?
//!
//! `fill.rs` reads into a separate vector, which is added to the string only when it is complete
//! and valid UTF-8. So an error, or dropping the future early, leaves the string unchanged. If the
//! string is empty, its own memory is used.
//!
//! tokio: it takes the string's bytes out and appends to them, so dropping the future early leaves
//! the string empty.

use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::task::{Poll, ready};

use super::fill::Fill;
use super::operation::operation;
use crate::io::AsyncRead;

operation! {
    AsyncReadExt::read_to_string => ReadToString<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        string: &'a mut String;
        bytes: Vec<u8> = take_if_empty(string),
        fill: Fill = Fill::new(&bytes),
    }
    where [R: AsyncRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
        let n = ready!(me.fill.poll(me.bytes, Pin::new(&mut **me.reader), cx))?;
        let text = String::from_utf8(mem::take(me.bytes))
            .map_err(|e| not_text(me.string, e.as_bytes()))?;
        append(me.string, text);
        Poll::Ready(Ok(n))
    }
}

/// Takes the bytes, and so the memory, out of a string that is empty.
pub(super) fn take_if_empty(string: &mut String) -> Vec<u8> {
    if string.is_empty() { mem::take(string).into_bytes() } else { Vec::new() }
}

/// Appends text to a string. An empty string takes over the text's memory.
pub(super) fn append(string: &mut String, text: String) {
    if string.is_empty() {
        *string = text;
    } else {
        string.push_str(&text);
    }
}

/// Returns the error for bytes that aren't UTF-8. The position in it counts from the start of the
/// string to which the bytes were to be added.
pub(super) fn not_text(string: &str, bytes: &[u8]) -> io::Error {
    let all = String::from_utf8([string.as_bytes(), bytes].concat());
    let error = all.expect_err("what is no text is none after a text");
    io::Error::new(ErrorKind::InvalidData, error.utf8_error())
}
