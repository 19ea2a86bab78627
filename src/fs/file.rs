//! How does a task read and write a file?
//!
//! Through jobs on the blocking pool, one at a time (`io/jobs.rs`). A read asks for as many bytes
//! as the caller's buffer can hold. A write copies the bytes, starts a job and returns; the next
//! operation waits for that job.
//!
//! Bytes that a job has read but that the program hasn't taken yet are *unread*; because of them
//! the system's position in the file is ahead of the program's. Each later job therefore steps back
//! over them first, except for a read, which takes them and starts a job only when none are left.
//!
//! The jobs are behind a lock, because several tasks may call methods that take `&self` at once.
//! Methods that take `&mut self` don't take the lock.
//!
//! Not here: how a file is opened (`open_options.rs`).
//!
//! tokio: `fs/file.rs`.

use std::fmt;
use std::fs::{File as StdFile, Metadata, Permissions};
use std::future::poll_fn;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use super::file_times::FileTimes;
use super::off_thread::off_thread;
use crate::io::jobs::{Jobs, Kind, MAX_LEN};
use crate::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf, impl_descriptor};
use crate::origin::located;
use crate::sync::Mutex;

/// An open file.
///
/// # Writes end late
///
/// A write returns as soon as its bytes are copied and its job has started. The bytes are in the
/// file once a later [`flush`](crate::io::AsyncWriteExt::flush) has returned, and that call or the
/// next write returns the error, if any. A file dropped earlier is closed when the job ends.
///
/// # Cancel safety
///
/// Dropping a read doesn't lose data: its bytes are kept for the next read, or stepped back over.
///
/// ```
/// use kettle::fs::{self, File};
/// use kettle::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("kettle-file-{}", std::process::id()));
/// let mut file = File::create_new(&path).await?;
/// file.write_all(b"green tea").await?;
/// file.flush().await?;
///
/// file.seek(SeekFrom::Start(6)).await?;
/// let mut rest = String::new();
/// file.read_to_string(&mut rest).await?;
/// assert_eq!(rest, "tea");
/// fs::remove_file(path).await
/// # }
/// ```
pub struct File {
    std: Arc<StdFile>,
    jobs: Mutex<Jobs>,
    max_bytes: usize,
}

impl File {
    /// Converts a file that std has opened.
    pub fn from_std(std: StdFile) -> File {
        File { std: Arc::new(std), jobs: Mutex::default(), max_bytes: MAX_LEN }
    }

    /// Waits until everything that was written is on the disk, including the file's metadata.
    #[track_caller]
    pub fn sync_all(&self) -> impl Future<Output = io::Result<()>> {
        located(self.when_idle(StdFile::sync_all))
    }

    /// Waits until the written bytes are on the disk.
    #[track_caller]
    pub fn sync_data(&self) -> impl Future<Output = io::Result<()>> {
        located(self.when_idle(StdFile::sync_data))
    }

    /// Cuts the file off after `size` bytes, or extends it with zeros. The position doesn't change.
    ///
    /// # Errors
    ///
    /// If the file wasn't opened for writing.
    #[track_caller]
    pub fn set_len(&self, size: u64) -> impl Future<Output = io::Result<()>> {
        located(async move {
            let mut jobs = self.jobs.lock().await;
            poll_fn(|cx| jobs.poll_idle(cx)).await?;
            start_seek(&self.std, &mut jobs, move |mut file| {
                file.set_len(size)?;
                file.stream_position()
            })?;
            match poll_fn(|cx| jobs.poll_idle(cx)).await? {
                Some((_, Err(error))) => Err(error),
                _ => Ok(()),
            }
        })
    }

    /// Returns the file's metadata.
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> {
        let std = Arc::clone(&self.std);
        located(async { off_thread(move || std.metadata()).await })
    }

    /// Makes a second handle to the same open file. Both share one position.
    #[track_caller]
    pub fn try_clone(&self) -> impl Future<Output = io::Result<File>> {
        located(async {
            let std = self.when_idle(StdFile::try_clone).await?;
            Ok(File { max_bytes: self.max_bytes, ..File::from_std(std) })
        })
    }

    /// Waits for the operation under way and returns std's file.
    ///
    /// If the job of a dropped future, such as [`sync_all`](File::sync_all), is still running, the
    /// result is a second handle to the same open file. tokio's `into_std` panics in that case.
    ///
    /// # Panics
    ///
    /// If a second handle is needed and the system can't make one.
    #[track_caller]
    pub fn into_std(mut self) -> impl Future<Output = StdFile> {
        located(async move {
            // The result of the last job is lost with the file.
            let _ = poll_fn(|cx| self.jobs.get_mut().poll_idle(cx)).await;
            let shared = match Arc::try_unwrap(self.std) {
                Ok(std) => return std,
                Err(shared) => shared,
            };
            shared.try_clone().expect("failed to duplicate the file's handle")
        })
    }

    /// Returns std's file if no operation is under way.
    ///
    /// # Errors
    ///
    /// The file itself, if an operation is under way.
    #[allow(clippy::result_large_err)] // tokio's signature
    pub fn try_into_std(self) -> Result<StdFile, File> {
        let File { std, jobs, max_bytes } = self;
        Arc::try_unwrap(std).map_err(|std| File { std, jobs, max_bytes })
    }

    /// Changes the file's permissions.
    #[track_caller]
    pub fn set_permissions(&self, perm: Permissions) -> impl Future<Output = io::Result<()>> {
        let std = Arc::clone(&self.std);
        located(async { off_thread(move || std.set_permissions(perm)).await })
    }

    /// Waits for the operation under way, then sets the file's times.
    #[track_caller]
    pub fn set_times(&self, times: FileTimes) -> impl Future<Output = io::Result<()>> {
        located(self.when_idle(move |std| std.set_times(times.into_std())))
    }

    /// Sets the time at which the file was last changed.
    #[track_caller]
    pub fn set_modified(&self, time: SystemTime) -> impl Future<Output = io::Result<()>> {
        self.set_times(FileTimes::new().set_modified(time))
    }

    /// Sets how many bytes one job may read or write at most. The default is 2 MiB.
    ///
    /// # Panics
    ///
    /// If `max_buf_size` is 0.
    #[track_caller]
    pub fn set_max_buf_size(&mut self, max_buf_size: usize) {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        self.max_bytes = max_buf_size;
    }

    /// Returns how many bytes one job may read or write at most.
    pub fn max_buf_size(&self) -> usize {
        self.max_bytes
    }

    /// Waits for the operation under way, then runs `work` with the file on the pool.
    async fn when_idle<R: Send + 'static>(
        &self,
        work: impl FnOnce(&StdFile) -> io::Result<R> + Send + 'static,
    ) -> io::Result<R> {
        let mut jobs = self.jobs.lock().await;
        poll_fn(|cx| jobs.poll_idle(cx)).await?;
        let std = Arc::clone(&self.std);
        off_thread(move || work(&std)).await
    }

    fn poll_write_slices<'a>(
        &mut self,
        cx: &mut Context<'_>,
        slices: impl IntoIterator<Item = &'a [u8]>,
    ) -> Poll<io::Result<usize>> {
        let jobs = self.jobs.get_mut();
        ready!(jobs.poll_written(cx))?;
        let (std, unread) = (Arc::clone(&self.std), jobs.unread());
        Poll::Ready(jobs.start_write(slices, self.max_bytes, move |bytes| {
            step_back(&std, unread)?;
            (&*std).write_all(bytes)
        }))
    }
}

/// Starts a job that needs the program's position in the file, and returns the new position.
fn start_seek(
    std: &Arc<StdFile>,
    jobs: &mut Jobs,
    work: impl FnOnce(&StdFile) -> io::Result<u64> + Send + 'static,
) -> io::Result<()> {
    let (std, unread) = (Arc::clone(std), jobs.unread());
    jobs.start_seek(move || {
        step_back(&std, unread)?;
        work(&std)
    })
}

fn step_back(mut file: &StdFile, unread: usize) -> io::Result<()> {
    match i64::try_from(unread) {
        Ok(0) => Ok(()),
        Ok(unread) => file.seek(SeekFrom::Current(-unread)).map(drop),
        Err(_) => unreachable!("{unread} bytes in one buffer"),
    }
}

impl AsyncRead for File {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let std = Arc::clone(&this.std);
        let read = move |bytes: &mut [u8]| (&*std).read(bytes);
        this.jobs.get_mut().poll_read(cx, buf, this.max_bytes, read)
    }
}

impl AsyncSeek for File {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        let this = self.get_mut();
        let jobs = this.jobs.get_mut();
        if !jobs.is_idle() {
            return Err(io::Error::other(
                "another operation on this file is in progress: call `poll_complete` until it is ready",
            ));
        }
        start_seek(&this.std, jobs, move |mut file| file.seek(position))
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let jobs = self.jobs.get_mut();
        match ready!(jobs.poll_idle(cx))? {
            Some((Kind::Seek, result)) => Poll::Ready(result),
            _ => Poll::Ready(Ok(jobs.position())),
        }
    }
}

impl AsyncWrite for File {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_slices(cx, [buf])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_slices(cx, bufs.iter().map(|slice| &**slice))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.jobs.get_mut().poll_written(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl From<StdFile> for File {
    fn from(std: StdFile) -> File {
        File::from_std(std)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("std", &self.std).finish_non_exhaustive()
    }
}

impl_descriptor!(handle File, self => self.std);

#[cfg(unix)]
impl From<std::os::fd::OwnedFd> for File {
    fn from(fd: std::os::fd::OwnedFd) -> File {
        File::from_std(fd.into())
    }
}
