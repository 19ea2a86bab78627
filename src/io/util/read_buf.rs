//! How is a buffer filled that grows?
//!
//! As in `read.rs`, the future tries once each time it is polled and remembers nothing. What it
//! reads into is the buffer's free room; only a successful read makes the buffer longer.

use std::future::Future;
use std::io;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BufMut;
use kettle_read_buf::poll_fill;
use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use crate::io::AsyncRead;

pin_project! {
    /// Made by [`AsyncReadExt::read_buf`](crate::io::AsyncReadExt::read_buf).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ReadBuf<'a, R: ?Sized, B: ?Sized> {
        reader: &'a mut R,
        buf: &'a mut B,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, R: ?Sized, B: ?Sized> ReadBuf<'a, R, B> {
    pub(super) fn new(reader: &'a mut R, buf: &'a mut B) -> Self {
        ReadBuf { reader, buf, _pin: PhantomPinned }
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
        awaited(None);
        let me = self.project();
        if !me.buf.has_remaining_mut() {
            return Poll::Ready(Ok(0));
        }
        poll_fill(*me.buf, |part| Pin::new(&mut **me.reader).poll_read(cx, part))
    }
}
