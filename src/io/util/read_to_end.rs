//! How is a reader read to its end into a vector?
//!
//! `fill.rs` reads into the caller's own vector and makes it grow. Between two polls the vector has
//! every byte read so far.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::awaited;

use super::fill::Fill;
use super::operation::operation;
use crate::io::AsyncRead;

operation! {
    AsyncReadExt::read_to_end => ReadToEnd<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        vec: &'a mut Vec<u8>;
        fill: Fill = Fill::new(vec),
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
