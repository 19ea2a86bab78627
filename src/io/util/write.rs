//! How does `write` become a future?
//!
//! Like `read`: the future keeps the writer and the bytes, and each poll tries once, without
//! remembering anything between two polls.

use std::io;
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
