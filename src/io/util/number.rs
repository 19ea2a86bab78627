//! How is a number read or written?
//!
//! One of std's functions (`u32::from_be_bytes`, `f64::to_le_bytes`, ...) converts between the
//! number and its bytes. A reading future stores the bytes and the function, so one future serves
//! all the number types. A number is converted before it is written, so one writing future serves
//! all numbers of one size.
//!
//! Not here: the tables of numbers (`async_read_ext.rs`, `async_write_ext.rs`).
//!
//! tokio: a macro writes a separate future for each of the 22 number types, in each direction.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;

use super::operation::operation;
use super::read_exact::poll_some as read_some;
use super::write_all::poll_some as write_some;
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

operation! {
    AsyncReadExt::read_u8 => ReadNumber<[R, T, Bytes], [R, T, Bytes]> {
        #[pin] reader: R,
        bytes: Bytes,
        decode: fn(Bytes) -> T;
        filled: usize = 0,
    }
}

impl<R: AsyncRead, T, const N: usize> Future for ReadNumber<R, T, [u8; N]> {
    type Output = io::Result<T>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let _line = awaited(None);
        let mut me = self.project();
        while *me.filled < N {
            let mut rest = ReadBuf::new(&mut me.bytes[*me.filled..]);
            ready!(read_some(me.reader.as_mut(), cx, &mut rest))?;
            *me.filled += rest.filled().len();
        }
        Poll::Ready(Ok((me.decode)(*me.bytes)))
    }
}

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
            *me.written += ready!(write_some(me.writer.as_mut(), cx, rest))?;
        }
        Poll::Ready(Ok(()))
    }
}
