//! What is a file doing on the blocking pool, and what does it have in memory?
//!
//! One job at a time: reading, writing or seeking. While it runs it has the file's buffer, and
//! brings it back. What a job has read and no task has taken yet is *unread*. The file's own
//! position is then behind the position that the program knows. Each later job therefore steps back
//! over the unread bytes first, except for a read, which comes only when there are none.
//!
//! A write is reported as done when its bytes are in the job's buffer. So its error comes late: the
//! next write or flush gets it.
//!
//! Interface: [`Jobs`]. Invariant: `unread` is empty while a job runs.
//!
//! Not here: which file, how large a job may be (`file.rs`).
//!
//! tokio: `Inner` of `fs/file.rs`, with `io/blocking.rs`.

use std::fs::File as StdFile;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::spawn_mandatory;

use super::off_thread::{not_run, runtime_ended};
use crate::io::ReadBuf;
use crate::task::{JoinHandle, spawn_blocking};

/// The one job of a file, and what earlier ones left.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    running: Option<JoinHandle<Done>>,
    /// What was read and not taken: the bytes from `taken` on.
    bytes: Vec<u8>,
    taken: usize,
    /// Of a write that no task was told of yet.
    failed_write: Option<io::Error>,
    /// Where the last seek went.
    position: u64,
}

/// What a job brings back.
#[derive(Debug)]
struct Done {
    kind: Kind,
    /// How many bytes were read, or the position after a seek.
    result: io::Result<u64>,
    bytes: Vec<u8>,
}

/// Of which kind a job was, and the result of a read or a seek.
pub(super) type Ended = (Kind, io::Result<u64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
    Seek,
}

impl Jobs {
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_none()
    }

    /// Waits until no job runs. Says what it was if one has ended in this very call.
    pub(super) fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Ended>>> {
        let Some(running) = &mut self.running else { return Poll::Ready(Ok(None)) };
        let ended = ready!(Pin::new(running).poll(cx));
        self.running = None;
        let Done { kind, mut result, bytes } = ended.map_err(not_run)?;
        (self.bytes, self.taken) = (bytes, 0);
        match kind {
            Kind::Read => {}
            Kind::Write => {
                self.failed_write = std::mem::replace(&mut result, Ok(0)).err();
            }
            Kind::Seek => self.position = *result.as_ref().unwrap_or(&self.position),
        }
        Poll::Ready(Ok(Some((kind, result))))
    }

    pub(super) fn take_failed_write(&mut self) -> io::Result<()> {
        self.failed_write.take().map_or(Ok(()), Err)
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn has_unread(&self) -> bool {
        self.taken < self.bytes.len()
    }

    /// Fills the buffer with what was read ahead, as far as that goes.
    pub(super) fn take_unread(&mut self, into: &mut ReadBuf<'_>) {
        let n = into.remaining().min(self.bytes.len() - self.taken);
        into.put_slice(&self.bytes[self.taken..self.taken + n]);
        self.taken += n;
    }

    /// Reads at most `n` bytes ahead.
    pub(super) fn start_read(&mut self, file: &Arc<StdFile>, n: usize) {
        debug_assert!(!self.has_unread(), "a read beside {} unread bytes", self.bytes.len());
        let job = self.job(file, Kind::Read, move |mut file, bytes| {
            bytes.resize(n, 0);
            let result = loop {
                match file.read(bytes) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    result => break result,
                }
            };
            bytes.truncate(*result.as_ref().unwrap_or(&0));
            result.map(|n| n as u64)
        });
        self.running = Some(spawn_blocking(job));
    }

    /// Writes these bytes. They are written even if the runtime ends before a thread takes the job:
    /// the program was told that they are.
    ///
    /// # Errors
    ///
    /// If the runtime has ended already.
    pub(super) fn start_write<'a>(
        &mut self,
        file: &Arc<StdFile>,
        slices: impl IntoIterator<Item = &'a [u8]>,
    ) -> io::Result<()> {
        let mut from = Vec::new();
        slices.into_iter().for_each(|slice| from.extend_from_slice(slice));
        let job = self.job(file, Kind::Write, move |mut file, _| {
            file.write_all(&from)?;
            Ok(0)
        });
        self.running = Some(spawn_mandatory(job).ok_or_else(runtime_ended)?);
        Ok(())
    }

    /// Moves to a position, or does something else that needs the position to be right.
    pub(super) fn start_seek(
        &mut self,
        file: &Arc<StdFile>,
        work: impl FnOnce(&StdFile) -> io::Result<u64> + Send + 'static,
    ) {
        let job = self.job(file, Kind::Seek, |file, _| work(file));
        self.running = Some(spawn_blocking(job));
    }

    /// A job that steps back over what is unread, and then does its work.
    fn job(
        &mut self,
        file: &Arc<StdFile>,
        kind: Kind,
        work: impl FnOnce(&StdFile, &mut Vec<u8>) -> io::Result<u64> + Send + 'static,
    ) -> impl FnOnce() -> Done + Send + 'static {
        let file = Arc::clone(file);
        let unread = self.bytes.len() - self.taken;
        let mut bytes = std::mem::take(&mut self.bytes);
        self.taken = 0;
        move || {
            bytes.clear();
            let stepped_back = step_back(&file, unread);
            let result = stepped_back.and_then(|()| work(&file, &mut bytes));
            Done { kind, result, bytes }
        }
    }
}

fn step_back(mut file: &StdFile, unread: usize) -> io::Result<()> {
    match i64::try_from(unread) {
        Ok(0) => Ok(()),
        Ok(unread) => file.seek(SeekFrom::Current(-unread)).map(drop),
        Err(_) => unreachable!("{unread} bytes in one buffer"),
    }
}
