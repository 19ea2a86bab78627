//! How is a writer's own buffer emptied? By calling `poll_flush` until it is ready.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::AsyncWrite;

operation! {
    AsyncWriteExt::flush => Flush<['a, W: ?Sized], ['a, W]> {
        writer: &'a mut W,
    }
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Flush<'_, W> {
    type Output = io::Result<()>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        Pin::new(&mut **self.project().writer).poll_flush(cx)
    }
}
