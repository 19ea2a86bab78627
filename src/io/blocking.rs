//! How is something that blocks its thread read and written like any other stream?
//!
//! Each operation is a job of the blocking pool. The stream goes to the job's thread, with a buffer,
//! and comes back with the result:
//!
//! ```text
//!            start                          its result was taken
//!   Idle ───────────▶ Busy (a job) ───────────────────────────────▶ Idle
//!    has the stream    └──▶ Gone: the job was refused or panicked, and the stream is lost
//! ```
//!
//! - A read asks for as many bytes as the caller has room for. What the caller does not fetch,
//!   because it was cancelled or has less room by then, is kept for the next read.
//! - A write copies the caller's bytes, starts a job and returns at once. So an error is reported by
//!   the *next* write or flush, and a flush waits for the job.
//!
//! Interface: [`Blocking`]. Invariants: at most one job runs for a stream, so operations keep their
//! order. No byte is in two places: what was read and not fetched is only in the buffer, and a write
//! begins with the buffer empty.
//!
//! Not here: which streams these are (`stdio.rs`).
//!
//! tokio: `io/blocking.rs`, where the buffer is not zeroed before it is read into.

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::{JoinHandle, spawn_blocking, spawn_mandatory};

use super::{AsyncRead, AsyncWrite, ReadBuf};

/// The most that one job reads or writes.
const MOST: usize = 2 * 1024 * 1024;

/// A stream that is read or written on the blocking pool; one of the two, never both.
#[derive(Debug)]
pub(super) struct Blocking<T> {
    state: State<T>,
    /// Has nothing been written since the last flush began?
    flushed: bool,
}

#[derive(Debug)]
enum State<T> {
    Idle(Work<T>),
    Busy(JoinHandle<(io::Result<()>, Work<T>)>),
    Gone,
}

/// What a job needs, and what it leaves.
#[derive(Debug)]
struct Work<T> {
    stream: T,
    buffer: Vec<u8>,
    /// Up to here the buffer's bytes were fetched by the caller.
    fetched: usize,
    /// Up to here they were read from the stream.
    filled: usize,
}

impl<T> Blocking<T> {
    pub(super) fn new(stream: T) -> Blocking<T> {
        let work = Work { stream, buffer: Vec::new(), fetched: 0, filled: 0 };
        Blocking { state: State::Idle(work), flushed: true }
    }

    /// Waits for the job, if there is one. Its error is returned once, and it is over then.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&mut Work<T>>> {
        if let State::Busy(job) = &mut self.state {
            let (result, work) = match ready!(Pin::new(job).poll(cx)) {
                Ok(ended) => ended,
                Err(lost) => {
                    self.state = State::Gone;
                    return Poll::Ready(Err(lost.into()));
                }
            };
            self.state = State::Idle(work);
            result?;
        }
        Poll::Ready(match &mut self.state {
            State::Idle(work) => Ok(work),
            _ => Err(gone()),
        })
    }
}

impl<T: Send + 'static> Blocking<T> {
    /// Starts a job. A mandatory one is run also if the runtime is shut down before it has a thread.
    fn start<F>(&mut self, mandatory: bool, job: F) -> io::Result<()>
    where
        F: FnOnce(&mut Work<T>) -> io::Result<()> + Send + 'static,
    {
        let State::Idle(mut work) = mem::replace(&mut self.state, State::Gone) else {
            return Err(gone());
        };
        let job = move || (job(&mut work), work);
        let handle = if mandatory { spawn_mandatory(job) } else { Some(spawn_blocking(job)) };
        self.state = State::Busy(handle.ok_or_else(gone)?);
        Ok(())
    }
}

fn gone() -> io::Error {
    io::Error::other("the runtime has been shut down, so nothing can be read or written any more")
}

impl<T: Read + Unpin + Send + 'static> AsyncRead for Blocking<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let room = buf.remaining().min(MOST);
        if matches!(&this.state, State::Idle(work) if work.fetched == work.filled) {
            this.start(false, move |work| work.read(room))?;
        }
        ready!(this.poll_idle(cx))?.fetch(buf);
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin + Send + 'static> AsyncWrite for Blocking<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let work = ready!(this.poll_idle(cx))?;
        let n = buf.len().min(MOST);
        work.buffer.clear();
        work.buffer.extend_from_slice(&buf[..n]);
        this.start(true, |work| work.stream.write_all(&work.buffer))?;
        this.flushed = false;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_idle(cx))?;
        if !this.flushed {
            this.start(true, |work| work.stream.flush())?;
            this.flushed = true;
            ready!(this.poll_idle(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// There is nothing to shut down, but what was written can be waited for.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl<T> Work<T> {
    /// Gives the caller what was read.
    fn fetch(&mut self, buf: &mut ReadBuf<'_>) {
        let there = &self.buffer[self.fetched..self.filled];
        let n = there.len().min(buf.remaining());
        buf.put_slice(&there[..n]);
        self.fetched += n;
    }
}

impl<T: Read> Work<T> {
    /// Reads once, up to `room` bytes.
    fn read(&mut self, room: usize) -> io::Result<()> {
        (self.fetched, self.filled) = (0, 0);
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        loop {
            match self.stream.read(&mut self.buffer[..room]) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                read => {
                    self.filled = read?;
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "blocking_tests.rs"]
mod tests;
