//! How is a number written?
//!
//! One of std's functions (`u32::to_be_bytes`, `f64::to_le_bytes`, ...) turns it into bytes
//! beforehand, so one future can write all number types of one size.
//!
//! Not here: the table of numbers (`async_write_ext.rs`).
//!
//! tokio: a macro writes a separate future for each of the 22 number types.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;

use super::operation::operation;
use super::write_all::poll_some;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write_u8 => WriteNumber<[W, Bytes], [W, Bytes]> {
        #[pin] writer: W,
        bytes: Bytes;
        written: usize = 0,
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
