//! Which entries does a folder have?
//!
//! A job on the pool reads [`BATCH`] of them at a time, so that a large folder doesn't need a job
//! for each entry. The batch is either in [`ReadDir`] or with the job that is filling it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{FileType, Metadata};
use std::future::poll_fn;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::off_thread::{job_error, off_thread, with_path};
use crate::origin::located;
use crate::task::{JoinHandle, spawn_blocking};

/// How many entries a job reads.
const BATCH: usize = 32;

/// Reads the entries of a folder, in the order in which the system returns them.
///
/// ```
/// use kettle::fs;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let mut entries = fs::read_dir(env!("CARGO_MANIFEST_DIR")).await?;
/// let mut names = Vec::new();
/// while let Some(entry) = entries.next_entry().await? {
///     names.push(entry.file_name());
/// }
/// assert!(names.iter().any(|name| name == "Cargo.toml"));
/// # Ok(()) }
/// ```
#[track_caller]
pub fn read_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<ReadDir>> {
    let batch = with_path(path, |path| {
        let rest = Some(std::fs::read_dir(path)?);
        Ok(Batch { entries: VecDeque::new(), rest }.filled())
    });
    async { Ok(ReadDir(State::Batch(batch.await?))) }
}

/// The remaining entries of a folder, made by [`read_dir`].
#[derive(Debug)]
#[must_use = "no entry is read unless it is asked for"]
pub struct ReadDir(State);

#[derive(Debug)]
#[cfg_attr(
    windows,
    expect(clippy::large_enum_variant, reason = "the system's own reader holds an entry there")
)]
enum State {
    Batch(Batch),
    Job(JoinHandle<Batch>),
}

#[derive(Debug, Default)]
struct Batch {
    entries: VecDeque<io::Result<DirEntry>>,
    /// `None` once the system has no more entries.
    rest: Option<std::fs::ReadDir>,
}

impl Batch {
    /// Reads entries until the batch is full, or until one can't be read.
    fn filled(mut self) -> Batch {
        while self.entries.len() < BATCH
            && let Some(rest) = &mut self.rest
        {
            match rest.next() {
                Some(entry) => {
                    let failed = entry.is_err();
                    self.entries.push_back(entry.map(DirEntry::new));
                    if failed {
                        break;
                    }
                }
                None => self.rest = None,
            }
        }
        self
    }
}

impl ReadDir {
    /// Returns the next entry, or `None` after the last.
    ///
    /// # Cancel safety
    ///
    /// No entry is lost.
    #[track_caller]
    pub fn next_entry(&mut self) -> impl Future<Output = io::Result<Option<DirEntry>>> {
        located(poll_fn(|cx| self.poll_next_entry(cx)))
    }

    /// [`next_entry`](ReadDir::next_entry) for hand-written futures. After `Pending`, the next
    /// batch wakes the waker of the latest poll.
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        loop {
            match &mut self.0 {
                State::Batch(batch) => {
                    if let Some(entry) = batch.entries.pop_front() {
                        return Poll::Ready(entry.map(Some));
                    }
                    if batch.rest.is_none() {
                        return Poll::Ready(Ok(None));
                    }
                    let batch = std::mem::take(batch);
                    self.0 = State::Job(spawn_blocking(|| batch.filled()));
                }
                State::Job(job) => match ready!(Pin::new(job).poll(cx)) {
                    Ok(batch) => self.0 = State::Batch(batch),
                    Err(error) => {
                        // If the job is lost, so is the folder.
                        self.0 = State::Batch(Batch::default());
                        return Poll::Ready(Err(job_error(error)));
                    }
                },
            }
        }
    }
}

/// One entry of a folder.
#[derive(Debug)]
pub struct DirEntry {
    /// Most systems return the type with the name, so we needn't ask again.
    file_type: Option<FileType>,
    std: Arc<std::fs::DirEntry>,
}

impl DirEntry {
    fn new(std: std::fs::DirEntry) -> DirEntry {
        DirEntry { file_type: std.file_type().ok(), std: Arc::new(std) }
    }

    /// Returns the path that was given to [`read_dir`], joined with this entry's name.
    pub fn path(&self) -> PathBuf {
        self.std.path()
    }

    /// Returns the name alone.
    pub fn file_name(&self) -> OsString {
        self.std.file_name()
    }

    /// Returns the entry's metadata. Doesn't follow a link.
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> {
        let std = Arc::clone(&self.std);
        located(async { off_thread(move || std.metadata()).await })
    }

    /// Returns whether the entry is a file, a folder or a link. Doesn't follow a link.
    #[track_caller]
    pub fn file_type(&self) -> impl Future<Output = io::Result<FileType>> {
        located(async {
            if let Some(file_type) = self.file_type {
                return Ok(file_type);
            }
            let std = Arc::clone(&self.std);
            off_thread(move || std.file_type()).await
        })
    }

    /// Returns the entry's inode number.
    #[cfg(unix)]
    pub fn ino(&self) -> u64 {
        std::os::unix::fs::DirEntryExt::ino(&*self.std)
    }
}
