//! How is a whole buffer filled by a reader that gives a few bytes at a time?
//!
//! By reading until it is full. The future keeps a `ReadBuf`, which knows how much of it is filled.
//! Dropping the future loses this count: that is all that "`read_exact` is not cancel safe" means.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::operation::operation;
use crate::io::{AsyncRead, ReadBuf};

operation! {
    AsyncReadExt::read_exact => ReadExact<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        buf: ReadBuf<'a>,
    }
    where [R: AsyncRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
        while me.buf.remaining() > 0 {
            ready!(poll_some(Pin::new(&mut **me.reader), cx, me.buf))?;
        }
        Poll::Ready(Ok(me.buf.capacity()))
    }
}

/// Reads at least one byte into a buffer that has room. Here the end of file is an error, and an
/// interrupted read is retried.
pub(super) fn poll_some<R: AsyncRead + ?Sized>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    buf: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let before = buf.remaining();
    loop {
        match ready!(reader.as_mut().poll_read(cx, buf)) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Poll::Ready(Err(e)),
            Ok(()) if buf.remaining() == before => {
                let e = io::Error::new(ErrorKind::UnexpectedEof, "early eof");
                return Poll::Ready(Err(e));
            }
            Ok(()) => return Poll::Ready(Ok(())),
        }
    }
}
