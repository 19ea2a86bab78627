//! How is a growing buffer filled?
//!
//! As in `read.rs`, each poll tries once. It reads into the buffer's free room, and only a
//! successful read makes the buffer longer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BufMut;
use kettle_read_buf::poll_fill;
use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::AsyncRead;

operation! {
    AsyncReadExt::read_buf => ReadBuf<['a, R: ?Sized, B: ?Sized], ['a, R, B]> {
        reader: &'a mut R,
        buf: &'a mut B,
    }
}

impl<R, B> Future for ReadBuf<'_, R, B>
where
    R: AsyncRead + Unpin + ?Sized,
    B: BufMut + ?Sized,
{
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        if !me.buf.has_remaining_mut() {
            return Poll::Ready(Ok(0));
        }
        poll_fill(*me.buf, |part| Pin::new(&mut **me.reader).poll_read(cx, part))
    }
}
