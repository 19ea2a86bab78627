//! How are bytes read up to a delimiter, and not one byte more?
//!
//! The future looks for the delimiter in the buffer that the reader lends. It copies the bytes up
//! to and including the delimiter into the caller's vector and consumes them; the rest stays in the
//! reader.
//!
//! Even if the future is dropped early, every consumed byte is in the vector, because the future
//! itself keeps only the count. So `read_until` never loses bytes, and the futures in `lines.rs`,
//! which have a vector of their own, are cancel safe.
//!
//! Interface: [`ReadUntil`]; [`poll_read_until`] for lines and segments.
//!
//! tokio: it looks for the delimiter with the C library's `memchr`.

use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::operation::operation;
use crate::io::AsyncBufRead;

operation! {
    AsyncBufReadExt::read_until => ReadUntil<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        delimiter: u8,
        buf: &'a mut Vec<u8>;
        read: usize = 0,
    }
    where [R: AsyncBufRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
        poll_read_until(Pin::new(&mut **me.reader), cx, *me.delimiter, me.buf, me.read)
    }
}

/// Appends bytes to `buf` up to and including the delimiter, or to the end of file. `read` counts
/// the bytes over several polls. Unless there is an error, the count is returned and `read` reset.
pub(super) fn poll_read_until<R: AsyncBufRead + ?Sized>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    delimiter: u8,
    buf: &mut Vec<u8>,
    read: &mut usize,
) -> Poll<io::Result<usize>> {
    loop {
        let available = match ready!(reader.as_mut().poll_fill_buf(cx)) {
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            available => available?,
        };
        let found = available.iter().position(|byte| *byte == delimiter);
        let n = found.map_or(available.len(), |at| at + 1);
        buf.extend_from_slice(&available[..n]);
        reader.as_mut().consume(n);
        *read += n;
        if found.is_some() || n == 0 {
            return Poll::Ready(Ok(mem::take(read)));
        }
    }
}
