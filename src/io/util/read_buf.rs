//! How is a growing buffer filled?
//!
//! As in `read.rs`, each poll tries once. It reads into the buffer's free room, and only a
//! successful read makes the buffer longer.

use std::io;
use std::pin::Pin;
use std::task::Poll;

use bytes::BufMut;
use kettle_read_buf::poll_fill;

use super::operation::operation;
use crate::io::AsyncRead;

operation! {
    AsyncReadExt::read_buf => ReadBuf<['a, R: ?Sized, B: ?Sized], ['a, R, B]> {
        reader: &'a mut R,
        buf: &'a mut B,
    }
    where [R: AsyncRead + Unpin, B: BufMut]
    polled |me, cx| -> io::Result<usize> {
        if !me.buf.has_remaining_mut() {
            return Poll::Ready(Ok(0));
        }
        poll_fill(*me.buf, |part| Pin::new(&mut **me.reader).poll_read(cx, part))
    }
}
