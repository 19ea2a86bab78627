//! How does a blocking stream run its jobs, and which bytes does it buffer?
//!
//! A stream runs one job at a time, which reads, writes or seeks. The job has a reference to the
//! stream and, while it runs, the buffer, which it returns with its result.
//!
//! - A read asks for as many bytes as the caller has room for. If the caller has been cancelled or
//!   has less room when the job ends, the remaining bytes are *unread*: the next read gets them.
//! - A write copies the caller's bytes, starts a job and returns, so its error is reported by the
//!   next write or flush.
//!
//! Interface: [`Jobs`], whose owner passes in the operations. Invariants: at most one job runs, so
//! operations keep their order. No bytes are unread while a job runs. Before any operation other
//! than a read, a stream with a position must step back over the unread bytes; its owner does that.
//!
//! Not here: the owners, `blocking.rs` (the standard streams) and `fs/file.rs`.
//!
//! tokio: `io/blocking.rs`, which doesn't zero the buffer before it reads, and `Inner` in
//! `fs/file.rs`.

use std::io::{self, ErrorKind};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::{JoinHandle, try_spawn_blocking};

use super::{ReadBuf, portion};

/// The most bytes that one job reads or writes, unless its owner sets another limit.
pub(crate) const MAX_LEN: usize = 2 * 1024 * 1024;

/// A stream's job, and the results of earlier ones.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    running: Option<JoinHandle<Done>>,
    buffer: Buffer,
    /// A write's error that hasn't been reported yet.
    failed_write: Option<io::Error>,
    /// The position after the last seek.
    position: u64,
}

/// The bytes that a job is writing or has read.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// The end of the bytes that the caller has taken.
    fetched: usize,
    /// The end of the bytes read from the stream.
    filled: usize,
}

/// The result of a job.
#[derive(Debug)]
struct Done {
    kind: Kind,
    /// The number of bytes read, or the position after a seek.
    result: io::Result<u64>,
    buffer: Buffer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    /// Also a flush, whose error is reported like a write's.
    Write,
    Seek,
}

/// The kind of a job, and the result of a read or a seek.
pub(crate) type Ended = (Kind, io::Result<u64>);

impl Jobs {
    pub(crate) fn is_idle(&self) -> bool {
        self.running.is_none()
    }

    /// Waits until no job is running. If a job has ended in this call, returns its result.
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

    /// Waits until all bytes are written to the stream.
    ///
    /// # Errors
    ///
    /// The error of a write, reported once.
    pub(crate) fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_idle(cx))?;
        Poll::Ready(self.failed_write.take().map_or(Ok(()), Err))
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Returns the number of unread bytes.
    pub(crate) fn unread(&self) -> usize {
        self.buffer.filled - self.buffer.fetched
    }

    /// Fills `into` with unread bytes. If there are none, a job reads at most `most` bytes with
    /// `read`.
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
        let available = &bytes[*fetched..*filled];
        let n = portion(available.len().min(into.remaining()));
        into.put_slice(&available[..n]);
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

    /// Copies at most `most` bytes, starts a job that writes them, and returns their number.
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

    /// Starts a job that moves to a position, or does something else that needs the right position.
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

/// The error from a pool that doesn't accept jobs any more. `is_rt_shutdown_err` recognises it.
fn runtime_ended() -> io::Error {
    io::Error::other(kettle_runtime::RUNTIME_IS_GONE)
}
