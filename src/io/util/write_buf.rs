//! How is a `Buf` written, even if it has several pieces?
//!
//! A `Buf` from the `bytes` crate knows how much of it is consumed, and each write advances it by
//! the bytes written. So `write_all_buf` can offer the rest until all of it is written, and to drop
//! its future loses nothing. A writer that takes several slices at once is offered several pieces.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::operation::operation;
use crate::io::AsyncWrite;

/// The most pieces offered in one call; that many take a kilobyte of the stack.
const PIECES: usize = 64;

operation! {
    AsyncWriteExt::write_buf => WriteBuf<['a, W, B], ['a, W, B]> {
        writer: &'a mut W,
        buf: &'a mut B,
    }
    where [W: AsyncWrite + Unpin, B: Buf]
    polled |me, cx| -> io::Result<usize> {
        if !me.buf.has_remaining() {
            return Poll::Ready(Ok(0));
        }
        poll_pieces(Pin::new(&mut **me.writer), cx, *me.buf)
    }
}

operation! {
    AsyncWriteExt::write_all_buf => WriteAllBuf<['a, W, B], ['a, W, B]> {
        writer: &'a mut W,
        buf: &'a mut B,
    }
    where [W: AsyncWrite + Unpin, B: Buf]
    polled |me, cx| -> io::Result<()> {
        while me.buf.has_remaining() {
            match ready!(poll_pieces(Pin::new(&mut **me.writer), cx, *me.buf)) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Poll::Ready(Err(e)),
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(_) => {}
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Writes from the front of `buf` once, and advances it past the written bytes.
pub(super) fn poll_pieces<W: AsyncWrite, B: Buf>(
    writer: Pin<&mut W>,
    cx: &mut Context<'_>,
    buf: &mut B,
) -> Poll<io::Result<usize>> {
    let n = if writer.is_write_vectored() {
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = buf.chunks_vectored(&mut pieces);
        ready!(writer.poll_write_vectored(cx, &pieces[..count]))?
    } else {
        ready!(writer.poll_write(cx, buf.chunk()))?
    };
    buf.advance(n);
    Poll::Ready(Ok(n))
}
