//! How do a writer's own methods become futures?
//!
//! Like `read`: the future keeps the writer and the arguments, and each poll calls the writer's
//! `poll_` method once, without remembering anything between two polls.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write => Write<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
        buf: &'a [u8],
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Write<'_, W> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        Pin::new(&mut **me.writer).poll_write(cx, me.buf)
    }
}

operation! {
    AsyncWriteExt::write_vectored => WriteVectored<['a, 'b, W: ?Sized], ['a, 'b, W]> {
        writer: &'a mut W,
        bufs: &'a [IoSlice<'b>],
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for WriteVectored<'_, '_, W> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        Pin::new(&mut **me.writer).poll_write_vectored(cx, me.bufs)
    }
}

operation! {
    AsyncWriteExt::flush => Flush<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Flush<'_, W> {
    type Output = io::Result<()>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        Pin::new(&mut **self.project().writer).poll_flush(cx)
    }
}

operation! {
    AsyncWriteExt::shutdown => Shutdown<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Shutdown<'_, W> {
    type Output = io::Result<()>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        Pin::new(&mut **self.project().writer).poll_shutdown(cx)
    }
}
