//! How does `read` become a future?
//!
//! The future keeps the reader and the buffer, and each poll tries once. Since it doesn't remember
//! anything between two polls, dropping it doesn't lose anything.

use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};

use super::operation::operation;
use crate::io::{AsyncRead, ReadBuf};

operation! {
    AsyncReadExt::read => Read<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        buf: &'a mut [u8],
    }
    where [R: AsyncRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
        let mut buf = ReadBuf::new(me.buf);
        ready!(Pin::new(me.reader).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}
