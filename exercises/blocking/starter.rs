//! A pool of threads for work that blocks.
//!
//! Decide what the pool and its threads share, then replace each `todo!()`. `Handle` may use
//! `kettle::sync::oneshot` (you have built one in `oneshot`), or something of your own.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    // Where do jobs wait for a thread, and threads for a job?
}

impl Pool {
    /// A pool of at most `limit` threads, and none yet.
    pub fn new(limit: usize) -> Pool {
        todo!("no job, no thread, and {limit} to be remembered")
    }

    /// Runs `work` on a thread of the pool, as soon as one is free. Never blocks.
    pub fn spawn_blocking<F, R>(&self, work: F) -> Handle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        todo!("a job into the queue, a thread if none is free, a handle for the output")
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        todo!("no more jobs; then join the threads")
    }
}

/// Why there is no output.
#[derive(Debug)]
pub enum JobError {
    /// The work panicked, with this.
    Panicked(Box<dyn Any + Send>),
    /// The pool was shut down before the work began.
    Cancelled,
}

/// Waits for the output. Dropped, it lets the work go on.
#[derive(Debug)]
pub struct Handle<R> {
    output: PhantomData<R>, // what will you put here?
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        todo!("the output, or why there is none; or wait")
    }
}
