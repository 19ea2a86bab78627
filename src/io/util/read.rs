//! How does `read` become a future?
//!
//! The future keeps the reader and the buffer, and each poll tries once. Since it doesn't remember
//! anything between two polls, dropping it doesn't lose anything.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::{AsyncRead, ReadBuf};

operation! {
    AsyncReadExt::read => Read<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        buf: &'a mut [u8],
    }
}

impl<R: AsyncRead + Unpin + ?Sized> Future for Read<'_, R> {
    type Output = io::Result<usize>;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        let mut buf = ReadBuf::new(me.buf);
        ready!(Pin::new(me.reader).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}
