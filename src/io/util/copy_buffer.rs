//! How are bytes copied as fast as the reader and the writer allow?
//!
//! Through a buffer, which is filled, then written until it is empty, and so on. Four details:
//!
//! - While the writer isn't ready, more bytes are read into the buffer, so that one large write
//!   follows instead of two small ones.
//! - When the buffer is empty and the reader isn't ready, the writer is flushed, because the reader
//!   may be waiting for an answer to bytes in the writer's own buffer.
//! - The end of file is remembered, so that the reader isn't read again.
//! - A poll that makes progress spends one unit of the task's budget. Otherwise a copy from memory
//!   to memory, which doesn't spend any, would never yield.
//!
//! Interface: [`CopyBuffer`], for one direction; `copy.rs` has one and `copy_bidirectional.rs` has
//! two.
//!
//! Invariants: `written <= filled`. After the end of file the buffer is only emptied. A poll
//! returns `Pending` only when the reader, the writer or the budget has just done so.
//!
//! tokio: `io/util/copy.rs` works in the same way.

use std::fmt;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget::{self, Permit};

use super::write_all::poll_some;
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The default size of a buffer, which is also how much `std::io::copy` takes at a time.
pub(super) const BUFFER: usize = 8 * 1024;

/// The bytes under way in one direction.
pub(super) struct CopyBuffer {
    /// Bytes before `written` have been written, and those from there to `filled` haven't.
    buffer: Box<[u8]>,
    written: usize,
    filled: usize,
    /// How many bytes the writer has taken.
    copied: u64,
    /// Whether the reader has ended.
    ended: bool,
    /// Whether nothing has been written since the last flush.
    flushed: bool,
    /// This poll's permit, until it makes progress.
    permit: Option<Permit>,
}

impl CopyBuffer {
    pub(super) fn new(size: usize) -> CopyBuffer {
        let buffer = vec![0; size].into_boxed_slice();
        let (written, filled, copied) = (0, 0, 0);
        CopyBuffer { buffer, written, filled, copied, ended: false, flushed: true, permit: None }
    }

    /// Copies to the end of file, flushes, and returns how many bytes the writer has taken.
    pub(super) fn poll_copy<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        self.permit = Some(ready!(budget::poll_proceed(cx)));
        loop {
            let read = self.poll_fill(cx, reader.as_mut())?;
            if read.is_pending() && self.is_empty() {
                if !self.flushed {
                    ready!(self.poll_flush(cx, writer))?;
                }
                return Poll::Pending;
            }
            ready!(self.poll_write(cx, reader.as_mut(), writer.as_mut()))?;
            if self.ended {
                ready!(self.poll_flush(cx, writer))?;
                return Poll::Ready(Ok(self.copied));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.written == self.filled
    }

    /// Called when the reader or the writer was ready, with a value or an error.
    fn made_progress(&mut self) {
        if let Some(permit) = self.permit.take() {
            permit.made_progress();
        }
    }

    /// Reads once, if there is room and the reader hasn't ended.
    fn poll_fill<R: AsyncRead + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
    ) -> Poll<io::Result<()>> {
        if self.ended || self.filled == self.buffer.len() {
            return Poll::Ready(Ok(()));
        }
        let mut room = ReadBuf::new(&mut self.buffer[self.filled..]);
        let read = loop {
            match ready!(reader.as_mut().poll_read(cx, &mut room)) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let n = room.filled().len();
        self.made_progress();
        read?;
        self.filled += n;
        self.ended = n == 0;
        Poll::Ready(Ok(()))
    }

    /// Writes until the buffer is empty.
    fn poll_write<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<()>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        while !self.is_empty() {
            let rest = &self.buffer[self.written..self.filled];
            let Poll::Ready(wrote) = poll_some(writer.as_mut(), cx, rest) else {
                // The writer will wake us, whatever this read does.
                ready!(self.poll_fill(cx, reader))?;
                return Poll::Pending;
            };
            self.made_progress();
            let n = wrote?;
            self.written += n;
            self.copied += n as u64;
            self.flushed = false;
        }
        (self.written, self.filled) = (0, 0);
        Poll::Ready(Ok(()))
    }

    fn poll_flush<W: AsyncWrite + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        writer: Pin<&mut W>,
    ) -> Poll<io::Result<()>> {
        ready!(writer.poll_flush(cx))?;
        self.made_progress();
        self.flushed = true;
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for CopyBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyBuffer").field("copied", &self.copied).finish_non_exhaustive()
    }
}
