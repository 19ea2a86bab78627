//! How does a closure that blocks become a future of its result?

use std::io;
use std::panic::resume_unwind;

use crate::task::{JoinError, spawn_blocking};

/// Runs the closure on the blocking pool. (Events name the line that calls this: which function?)
///
/// # Errors
///
/// The closure's, or [`not_run`].
#[track_caller]
pub(super) fn off_thread<R, F>(work: F) -> impl Future<Output = io::Result<R>>
where
    R: Send + 'static,
    F: FnOnce() -> io::Result<R> + Send + 'static,
{
    let job = spawn_blocking(work);
    async { job.await.map_err(not_run)? }
}

/// What a program is told of a job that has no result.
///
/// # Panics
///
/// With the job's own panic, if that is the reason.
pub(super) fn not_run(error: JoinError) -> io::Error {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        // tokio: the same words, which `is_rt_shutdown_err` doesn't know.
        Err(_) => io::Error::other("background task failed"),
    }
}
