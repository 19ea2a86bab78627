//! How does a closure that blocks become a future?
//!
//! It runs as a job of the blocking pool, whose handle the future awaits.

use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use crate::origin::located;
use crate::task::{JoinError, spawn_blocking};

/// Runs the closure on the blocking pool. Events record the caller's line.
///
/// # Errors
///
/// The closure's own error, or [`job_error`].
#[track_caller]
pub(super) fn off_thread<R, F>(work: F) -> impl Future<Output = io::Result<R>>
where
    R: Send + 'static,
    F: FnOnce() -> io::Result<R> + Send + 'static,
{
    let job = spawn_blocking(work);
    async { job.await.map_err(job_error)? }
}

/// Runs the closure with a path. The caller's value lives as long as the future, since its
/// destructor may delete the file, as that of a temporary file does.
#[track_caller]
pub(super) fn with_path<R, F>(
    path: impl AsRef<Path>,
    work: F,
) -> impl Future<Output = io::Result<R>>
where
    R: Send + 'static,
    F: FnOnce(PathBuf) -> io::Result<R> + Send + 'static,
{
    let copy = path.as_ref().to_owned();
    located(async move {
        let result = off_thread(move || work(copy)).await;
        drop(path);
        result
    })
}

/// Like [`with_path`], with two.
#[track_caller]
pub(super) fn with_paths<R, F>(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
    work: F,
) -> impl Future<Output = io::Result<R>>
where
    R: Send + 'static,
    F: FnOnce(PathBuf, PathBuf) -> io::Result<R> + Send + 'static,
{
    let copy = to.as_ref().to_owned();
    let both = with_path(from, move |from| work(from, copy));
    async move {
        let result = both.await;
        drop(to);
        result
    }
}

/// The error of a job without a result.
///
/// # Panics
///
/// If the job panicked, with the same panic.
pub(super) fn job_error(error: JoinError) -> io::Error {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        // tokio: the same text, which `is_rt_shutdown_err` doesn't recognise.
        Err(_) => io::Error::other("background task failed"),
    }
}
