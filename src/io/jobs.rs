//! What is a blocking stream's job doing, and which bytes has the stream buffered?
//!
//! A stream runs one job at a time, which reads, writes or seeks. The job holds a reference to the
//! stream and, while it runs, the buffer, which it returns with its result.
//!
//! - A read asks for as many bytes as the caller has room for. Bytes that the caller doesn't fetch,
//!   because it was cancelled or has less room by then, are *unread*: the next read gets them.
//! - A write copies the caller's bytes, starts a job and returns, so the next write or flush
//!   reports its error.
//!
//! Interface: [`Jobs`]. Its owner says what a job does to the stream. Invariants: at most one job
//! runs, so operations keep their order. No bytes are unread while a job runs. A stream that is
//! ahead of its reader must step back over the unread bytes before it does anything but read; only
//! its owner can do that.
//!
//! Not here: the owners, `blocking.rs` (the standard streams) and `fs/file.rs`.
//!
//! tokio: `io/blocking.rs`, where the buffer is not zeroed before it is read into, and `Inner` of
//! `fs/file.rs`.

use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::{JoinHandle, try_spawn_blocking};

use super::{ReadBuf, portion};

/// The most bytes that one job reads or writes, unless its owner says otherwise.
pub(crate) const MOST: usize = 2 * 1024 * 1024;

/// The one job of a stream, and what earlier ones left.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    running: Option<JoinHandle<Done>>,
    buffer: Buffer,
    /// Of a write that no task was told of yet.
    failed_write: Option<io::Error>,
    /// Where the last seek went.
    position: u64,
}

/// What a job needs, and what it leaves.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// Up to here the bytes were fetched by the caller.
    fetched: usize,
    /// Up to here they were read from the stream.
    filled: usize,
}

/// What a job brings back.
#[derive(Debug)]
struct Done {
    kind: Kind,
    /// How many bytes were read, or the position after a seek.
    result: io::Result<u64>,
    buffer: Buffer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    /// Also a flush: its error is told like a write's.
    Write,
    Seek,
}

/// Of which kind a job was, and the result of a read or a seek.
pub(crate) type Ended = (Kind, io::Result<u64>);

impl Jobs {
    pub(crate) fn is_idle(&self) -> bool {
        self.running.is_none()
    }

    /// Waits until no job runs. Says what it was if one has ended in this very call.
    pub(crate) fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Ended>>> {
        let Some(running) = &mut self.running else { return Poll::Ready(Ok(None)) };
        let ended = ready!(Pin::new(running).poll(cx));
        self.running = None;
        let Done { kind, mut result, buffer } = match ended {
            Ok(done) => done,
            Err(lost) if lost.is_panic() => return Poll::Ready(Err(lost.into())),
            Err(_) => return Poll::Ready(Err(runtime_ended())),
        };
        self.buffer = buffer;
        match kind {
            Kind::Read => {}
            Kind::Write => self.failed_write = mem::replace(&mut result, Ok(0)).err(),
            Kind::Seek => self.position = *result.as_ref().unwrap_or(&self.position),
        }
        Poll::Ready(Ok(Some((kind, result))))
    }

    /// Waits until all that was written is with the stream.
    ///
    /// # Errors
    ///
    /// That of a write, once.
    pub(crate) fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_idle(cx))?;
        Poll::Ready(self.failed_write.take().map_or(Ok(()), Err))
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes were read and not fetched.
    pub(crate) fn unread(&self) -> usize {
        self.buffer.filled - self.buffer.fetched
    }

    /// Fills `into` with what is unread. If nothing is, a job reads at most `most` bytes by `read`.
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
        most: usize,
        read: impl FnMut(&mut [u8]) -> io::Result<usize> + Send + 'static,
    ) -> Poll<io::Result<()>> {
        let mut ended = ready!(self.poll_idle(cx))?;
        let was_read = matches!(ended, Some((Kind::Read, _)));
        if !was_read && self.unread() == 0 && into.remaining() > 0 {
            self.start_read(into.remaining().min(most), read)?;
            ended = ready!(self.poll_idle(cx))?;
        }
        if let Some((Kind::Read, result)) = ended {
            result?;
        }
        let Buffer { bytes, fetched, filled } = &mut self.buffer;
        let there = &bytes[*fetched..*filled];
        let n = portion(there.len().min(into.remaining()));
        into.put_slice(&there[..n]);
        *fetched += n;
        Poll::Ready(Ok(()))
    }

    fn start_read(
        &mut self,
        room: usize,
        mut read: impl FnMut(&mut [u8]) -> io::Result<usize> + Send + 'static,
    ) -> io::Result<()> {
        debug_assert_eq!(self.unread(), 0, "a read beside unread bytes");
        self.start(Kind::Read, move |buffer| {
            if buffer.bytes.len() < room {
                buffer.bytes = vec![0; room];
            }
            loop {
                match read(&mut buffer.bytes[..room]) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    result => {
                        buffer.filled = result?;
                        return Ok(buffer.filled as u64);
                    }
                }
            }
        })
    }

    /// Copies at most `most` of these bytes, and has a job `write` them. Returns how many.
    pub(crate) fn start_write<'a>(
        &mut self,
        slices: impl IntoIterator<Item = &'a [u8]>,
        most: usize,
        write: impl FnOnce(&[u8]) -> io::Result<()> + Send + 'static,
    ) -> io::Result<usize> {
        let bytes = &mut self.buffer.bytes;
        bytes.clear();
        for slice in slices {
            bytes.extend_from_slice(&slice[..slice.len().min(most - bytes.len())]);
        }
        bytes.truncate(portion(bytes.len()));
        let n = bytes.len();
        self.start(Kind::Write, move |buffer| write(&buffer.bytes).map(|()| 0))?;
        Ok(n)
    }

    /// Has a job move to a position, or do something else that needs the position to be right.
    pub(crate) fn start_seek(
        &mut self,
        work: impl FnOnce() -> io::Result<u64> + Send + 'static,
    ) -> io::Result<()> {
        self.start(Kind::Seek, move |_| work())
    }

    /// Starts a job.
    ///
    /// # Errors
    ///
    /// If the runtime has ended already.
    fn start(
        &mut self,
        kind: Kind,
        work: impl FnOnce(&mut Buffer) -> io::Result<u64> + Send + 'static,
    ) -> io::Result<()> {
        debug_assert!(self.is_idle(), "one job at a time");
        let mut buffer = Buffer { bytes: mem::take(&mut self.buffer).bytes, ..Buffer::default() };
        let job = move || Done { kind, result: work(&mut buffer), buffer };
        self.running = Some(try_spawn_blocking(job).ok_or_else(runtime_ended)?);
        Ok(())
    }
}

/// What a program is told if the pool takes no more jobs. `is_rt_shutdown_err` knows it.
fn runtime_ended() -> io::Error {
    io::Error::other(kettle_runtime::RUNTIME_IS_GONE)
}
