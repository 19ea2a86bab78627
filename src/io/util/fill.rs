//! How does a vector grow if nobody knows how many bytes will come?
//!
//! Each read borrows a part of the vector's spare capacity, which need not be zeroed first, and the
//! vector grows by the bytes read. The part is twice as large as the last read. So a fast reader
//! soon gets large buffers, while a slow one that has to zero its buffer, like a socket, doesn't
//! zero much for nothing.
//!
//! ```text
//!  [ was there before | read by us |  room  |  spare  ]
//!                                 len            capacity
//! ```
//!
//! Interface: [`Fill::new`], then [`Fill::poll`] with the same vector until it is ready.
//!
//! Invariant: the vector always ends with the last byte read. So the futures that use it need no
//! `Drop`, which would keep the vector borrowed for as long as a finished future is in scope.
//!
//! tokio: it lends the whole spare capacity, and remembers how much of it has been zeroed.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use kettle_read_buf::poll_fill;

use crate::io::{AsyncRead, ReadBuf};

/// With less room than this, a call isn't worthwhile.
const MIN_ROOM: usize = 32;

/// The room for the first read, if the vector has that much to spare. Even zeroing it costs less
/// than a system call.
const FIRST_ROOM: usize = 8 * 1024;

#[derive(Debug)]
pub(super) struct Fill {
    /// How many bytes have been read.
    read: usize,
    /// The room for the next read.
    room: usize,
    /// The capacity that the caller gave the vector.
    initial_capacity: usize,
}

impl Fill {
    pub(super) fn new(vec: &Vec<u8>) -> Fill {
        Fill { read: 0, room: FIRST_ROOM, initial_capacity: vec.capacity() }
    }

    /// Reads to the end of file, and returns how many bytes were read.
    pub(super) fn poll<R: AsyncRead + ?Sized>(
        &mut self,
        vec: &mut Vec<u8>,
        mut reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let read = if self.may_fit_exactly(vec) {
                probe(vec, reader.as_mut(), cx)
            } else {
                make_capacity(vec);
                let mut room = (&mut *vec).limit(self.room);
                poll_fill(&mut room, |part| reader.as_mut().poll_read(cx, part))
            };
            match ready!(read) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Poll::Ready(Err(e)),
                Ok(0) => return Poll::Ready(Ok(self.read)),
                Ok(n) => {
                    self.read += n;
                    self.room = n.saturating_mul(2).max(FIRST_ROOM);
                }
            }
        }
    }

    /// Returns whether the caller's own capacity is used up. If so, it may have been exactly
    /// enough, so that only the end of file is left to read.
    fn may_fit_exactly(&self, vec: &Vec<u8>) -> bool {
        let capacity = vec.capacity();
        capacity == self.initial_capacity && capacity >= MIN_ROOM && capacity - vec.len() < MIN_ROOM
    }
}

/// Doubles a vector that is almost full, so that a byte is moved O(1) times.
fn make_capacity(vec: &mut Vec<u8>) {
    if vec.capacity() - vec.len() < MIN_ROOM {
        vec.reserve(MIN_ROOM);
    }
}

/// Checks for the end of file without doubling the vector for it.
fn probe<R: AsyncRead + ?Sized>(
    vec: &mut Vec<u8>,
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut bytes = [0; MIN_ROOM];
    let mut buf = ReadBuf::new(&mut bytes);
    ready!(reader.poll_read(cx, &mut buf))?;
    vec.extend_from_slice(buf.filled());
    Poll::Ready(Ok(buf.filled().len()))
}
