//! How is a reader read to its end into a vector?
//!
//! `fill.rs` reads into the caller's own vector and makes it grow. Between two polls the vector has
//! every byte read so far.

use std::io;
use std::pin::Pin;

use super::fill::Fill;
use super::operation::operation;
use crate::io::AsyncRead;

operation! {
    AsyncReadExt::read_to_end => ReadToEnd<['a, R: ?Sized], ['a, R]> {
        reader: &'a mut R,
        vec: &'a mut Vec<u8>;
        fill: Fill = Fill::new(vec),
    }
    where [R: AsyncRead + Unpin]
    polled |me, cx| -> io::Result<usize> {
        me.fill.poll(me.vec, Pin::new(&mut **me.reader), cx)
    }
}
