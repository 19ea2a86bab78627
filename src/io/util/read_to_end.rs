//! How is a reader read to its end into a vector?
//!
//! `fill.rs` reads into the caller's own vector and makes it grow. Between two polls the vector has
//! every byte read so far.

use std::io;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::awaited;
use pin_project_lite::pin_project;

use super::fill::Fill;
use crate::io::AsyncRead;

pin_project! {
    /// Made by [`AsyncReadExt::read_to_end`](crate::io::AsyncReadExt::read_to_end).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ReadToEnd<'a, R: ?Sized> {
        reader: &'a mut R,
        vec: &'a mut Vec<u8>,
        fill: Fill,
        #[pin]
        _pin: PhantomPinned,
    }
}

impl<'a, R: ?Sized> ReadToEnd<'a, R> {
    pub(super) fn new(reader: &'a mut R, vec: &'a mut Vec<u8>) -> Self {
        let fill = Fill::new(vec);
        ReadToEnd { reader, vec, fill, _pin: PhantomPinned }
    }
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadToEnd<'_, R> {
    type Output = io::Result<usize>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let me = self.project();
        me.fill.poll(me.vec, Pin::new(&mut **me.reader), cx)
    }
}
