//! How is a line read into a string, if a string must never hold half a character?
//!
//! As in `read_to_string.rs`, the bytes are read into a separate vector, which is added to the
//! string only when the line is complete and valid UTF-8. If the string is empty, its own memory is
//! used.
//!
//! tokio: it takes the string's bytes out and appends to them, so dropping the future early leaves
//! the string empty.

use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Poll, ready};

use super::operation::operation;
use super::read_to_string::{append, not_text, take_if_empty};
use super::read_until::poll_read_until;
use crate::io::AsyncBufRead;

operation! {
    AsyncBufReadExt::read_line => ReadLine<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        string: &'a mut String;
        bytes: Vec<u8> = take_if_empty(string),
        read: usize = 0,
    }
    where [R: AsyncBufRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
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
