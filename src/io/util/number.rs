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
use std::task::{Poll, ready};

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
    where [R: AsyncRead, Bytes: AsMut<[u8]> + Copy]
    polled |me, cx| -> io::Result<T> {
        let (mut reader, bytes) = (me.reader, me.bytes.as_mut());
        while *me.filled < bytes.len() {
            let mut rest = ReadBuf::new(&mut bytes[*me.filled..]);
            ready!(read_some(reader.as_mut(), cx, &mut rest))?;
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
    where [W: AsyncWrite, Bytes: AsRef<[u8]>]
    polled |me, cx| -> io::Result<()> {
        let (mut writer, bytes) = (me.writer, me.bytes.as_ref());
        while *me.written < bytes.len() {
            *me.written += ready!(write_some(writer.as_mut(), cx, &bytes[*me.written..]))?;
        }
        Poll::Ready(Ok(()))
    }
}
