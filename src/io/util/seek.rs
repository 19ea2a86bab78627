//! How does a seek become a future?
//!
//! The future waits for a seek that an earlier, dropped future may have started, then starts its
//! own and waits for it.

use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;

use super::operation::operation;
use crate::io::AsyncSeek;

operation! {
    AsyncSeekExt::seek => Seek<['a, S: ?Sized], ['a, S]> {
        inner: &'a mut S,
        // `None` after the seek has been started.
        position: Option<SeekFrom>,
    }
}

impl<S: AsyncSeek + Unpin + ?Sized> Future for Seek<'_, S> {
    type Output = io::Result<u64>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let _line = awaited(None);
        let me = self.project();
        let mut inner = Pin::new(&mut **me.inner);
        if let Some(position) = *me.position {
            ready!(inner.as_mut().poll_complete(cx))?;
            inner.as_mut().start_seek(position)?;
            *me.position = None;
        }
        inner.poll_complete(cx)
    }
}
