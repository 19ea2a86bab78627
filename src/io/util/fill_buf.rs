//! How does a future lend the buffer of a reader that it holds?
//!
//! The future must give up the reader, because the bytes are borrowed for as long as the reader
//! was. But it needs the reader while it is waiting. So it asks twice: the first call shows whether
//! there are bytes, and the second, which gives up the reader, lends them. A reader lends the same
//! bytes until they are consumed.
//!
//! The second call ignores the task's budget, which the first may have used up. At the end of file
//! there is no second call, because that call might read again.
//!
//! tokio: it asks once, and lengthens the borrow with `unsafe`, since the compiler doesn't yet
//! accept a borrow that is returned on one path and given back on another.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::budget::with_unconstrained;

use super::operation::operation;
use crate::io::AsyncBufRead;

operation! {
    AsyncBufReadExt::fill_buf => FillBuf<['a, R: ?Sized], ['a, R]> {
        // `None` after it is ready.
        reader: Option<&'a mut R>,
    }
    where [R: AsyncBufRead + Unpin]
    polled |me, cx| -> io::Result<&'a [u8]> {
        let slot = me.reader;
        let reader = slot.take().expect("`fill_buf` polled after completion");
        match Pin::new(&mut *reader).poll_fill_buf(cx) {
            Poll::Pending => {
                *slot = Some(reader);
                Poll::Pending
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Ready(Ok([])) => Poll::Ready(Ok(&[])),
            Poll::Ready(Ok(_)) => Poll::Ready(buffered(reader, cx)),
        }
    }
}

/// Lends the bytes that the reader has just shown.
fn buffered<'a, R: AsyncBufRead + Unpin + ?Sized>(
    reader: &'a mut R,
    cx: &mut Context<'_>,
) -> io::Result<&'a [u8]> {
    match with_unconstrained(|| Pin::new(reader).poll_fill_buf(cx)) {
        Poll::Ready(bytes) => bytes,
        Poll::Pending => Err(io::Error::other("`poll_fill_buf` lost the bytes it had returned")),
    }
}
