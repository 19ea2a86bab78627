//! How is a whole `Buf` written, even if it has several pieces?
//!
//! As in `write_all.rs`, by offering the rest until all of it is written. But here the buffer
//! itself knows how much is left, so dropping the future doesn't lose anything.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use kettle_runtime::event::awaited;

use super::operation::operation;
use super::write_buf::poll_pieces;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write_all_buf => WriteAllBuf<['a, W, B], ['a, W, B]> {
        writer: &'a mut W,
        buf: &'a mut B,
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
        let _line = awaited(None);
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
