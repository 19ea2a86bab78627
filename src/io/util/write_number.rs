//! How is a number written?
//!
//! One of std's functions (`u32::to_be_bytes`, `f64::to_le_bytes`, ...) turns it into bytes
//! beforehand, so one future can write all number types of one size.
//!
//! Not here: the table of numbers (`async_write_ext.rs`).
//!
//! tokio: a macro writes a separate future for each of the 22 number types.

use std::io;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use super::write_all::poll_some;
use crate::io::AsyncWrite;

pin_project! {
    /// Made by [`AsyncWriteExt::write_u8`](crate::io::AsyncWriteExt::write_u8) and similar methods.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct WriteNumber<W, Bytes> {
        #[pin]
        writer: W,
        bytes: Bytes,
        written: usize,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<W, const N: usize> WriteNumber<W, [u8; N]> {
    pub(super) fn new(writer: W, bytes: [u8; N]) -> Self {
        WriteNumber { writer, bytes, written: 0, _pin: PhantomPinned }
    }
}

impl<W: AsyncWrite, const N: usize> Future for WriteNumber<W, [u8; N]> {
    type Output = io::Result<()>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        let mut me = self.project();
        while *me.written < N {
            let rest = &me.bytes[*me.written..];
            *me.written += ready!(poll_some(me.writer.as_mut(), cx, rest))?;
        }
        Poll::Ready(Ok(()))
    }
}
