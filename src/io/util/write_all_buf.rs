//! How is a whole buffer written that may be in several pieces?
//!
//! As in `write_all.rs`, by offering the rest until nothing is left. But here the buffer itself
//! knows how far it has been written, and so dropping the future forgets nothing.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use super::write_buf::poll_pieces;
use crate::io::AsyncWrite;

pin_project! {
    /// Made by [`AsyncWriteExt::write_all_buf`](crate::io::AsyncWriteExt::write_all_buf).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct WriteAllBuf<'a, W, B> {
        writer: &'a mut W,
        buf: &'a mut B,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, W, B> WriteAllBuf<'a, W, B> {
    pub(super) fn new(writer: &'a mut W, buf: &'a mut B) -> Self {
        WriteAllBuf { writer, buf, _pin: PhantomPinned }
    }
}

impl<W, B> Future for WriteAllBuf<'_, W, B>
where
    W: AsyncWrite + Unpin,
    B: Buf,
{
    type Output = io::Result<()>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        awaited(None);
        let me = self.project();
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
