//! How are several slices written in one call?
//!
//! As in `write.rs`, each poll of the future calls the writer once.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::write_vectored => WriteVectored<['a, 'b, W: ?Sized], ['a, 'b, W]> {
        writer: &'a mut W,
        bufs: &'a [IoSlice<'b>],
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for WriteVectored<'_, '_, W> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        Pin::new(&mut **me.writer).poll_write_vectored(cx, me.bufs)
    }
}
