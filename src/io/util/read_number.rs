//! How is a number read?
//!
//! Its bytes are read, and one of std's functions (`u32::from_be_bytes`, `f64::from_le_bytes`, ...)
//! makes the number. One future serves all the number types, because it stores the number of bytes
//! and the function.
//!
//! Not here: the table of numbers (`async_read_ext.rs`).
//!
//! tokio: a macro writes a separate future for each of the 22 number types.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;

use super::operation::operation;
use super::read_exact::poll_some;
use crate::io::{AsyncRead, ReadBuf};

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
            ready!(poll_some(me.reader.as_mut(), cx, &mut rest))?;
            *me.filled += rest.filled().len();
        }
        Poll::Ready(Ok((me.decode)(*me.bytes)))
    }
}
