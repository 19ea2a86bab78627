//! How does a seek become a future?
//!
//! The future waits for a seek that an earlier, dropped future may have started, then starts its
//! own and waits for it.

use std::io::{self, SeekFrom};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use crate::io::AsyncSeek;

pin_project! {
    /// Made by [`AsyncSeekExt::seek`](crate::io::AsyncSeekExt::seek).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Seek<'a, S: ?Sized> {
        inner: &'a mut S,
        // `None` after the seek has been started.
        position: Option<SeekFrom>,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, S: ?Sized> Seek<'a, S> {
    pub(super) fn new(inner: &'a mut S, position: SeekFrom) -> Self {
        Seek { inner, position: Some(position), _pin: PhantomPinned }
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
