//! How do a writer's own methods become futures?
//!
//! Like `read`: the future keeps the writer and the arguments, and each poll calls the writer's
//! `poll_` method once, without remembering anything between two polls.

use std::io::{self, IoSlice};
use std::pin::Pin;

use super::operation::operation;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write => Write<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
        buf: &'a [u8],
    }
    where [W: AsyncWrite + Unpin]
    polled |me, cx| -> io::Result<usize> {
        Pin::new(&mut **me.writer).poll_write(cx, me.buf)
    }
}

operation! {
    AsyncWriteExt::write_vectored => WriteVectored<['a, 'b, W: ?Sized], ['a, 'b, W]> {
        writer: &'a mut W,
        bufs: &'a [IoSlice<'b>],
    }
    where [W: AsyncWrite + Unpin]
    polled |me, cx| -> io::Result<usize> {
        Pin::new(&mut **me.writer).poll_write_vectored(cx, me.bufs)
    }
}

operation! {
    AsyncWriteExt::flush => Flush<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
    }
    where [W: AsyncWrite + Unpin]
    polled |me, cx| -> io::Result<()> {
        Pin::new(&mut **me.writer).poll_flush(cx)
    }
}

operation! {
    AsyncWriteExt::shutdown => Shutdown<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
    }
    where [W: AsyncWrite + Unpin]
    polled |me, cx| -> io::Result<()> {
        Pin::new(&mut **me.writer).poll_shutdown(cx)
    }
}
