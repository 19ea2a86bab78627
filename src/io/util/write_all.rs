//! How are all bytes written to a writer that takes a few at a time?
//!
//! By offering the rest until all of it is written. Only the future knows how much is left, and
//! dropping it loses this count: that is all that "`write_all` is not cancel safe" means.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::operation::operation;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write_all => WriteAll<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
        rest: &'a [u8],
    }
    where [W: AsyncWrite + Unpin]
    polled |me, cx| -> io::Result<()> {
        while !me.rest.is_empty() {
            let n = ready!(poll_some(Pin::new(&mut **me.writer), cx, me.rest))?;
            *me.rest = &me.rest[n..];
        }
        Poll::Ready(Ok(()))
    }
}

/// Writes at least one byte of a slice that isn't empty. Here it is an error if the writer takes
/// none, and an interrupted write is retried.
#[inline]
pub(super) fn poll_some<W: AsyncWrite + ?Sized>(
    mut writer: Pin<&mut W>,
    cx: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    loop {
        match ready!(writer.as_mut().poll_write(cx, bytes)) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Poll::Ready(Err(e)),
            Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
            Ok(n) => {
                let len = bytes.len();
                assert!(n <= len, "`poll_write` returned {n} for a buffer of {len} bytes");
                return Poll::Ready(Ok(n));
            }
        }
    }
}
