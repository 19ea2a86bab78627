//! How do tasks get into a [`JoinSet`]?
//!
//! Through a method for each way to spawn a task or a blocking job. The set keeps the join handle,
//! and the caller gets an abort handle.
//!
//! Not here: taking the outputs (`mod.rs`).
//!
//! tokio: `task/join_set.rs`.

use std::task::Poll;

use kettle_runtime::event::{ScopeKind, StateLock};
use kettle_runtime::{AbortHandle, Handle, JoinHandle, spawn, spawn_blocking};

use super::ready::member_waker;
use super::{JoinSet, Member, poll_handle};
use crate::task::local_set::LocalSet;
use crate::task::spawn_local::spawn_local;

/// Spawning tasks into the set.
impl<T: 'static> JoinSet<T> {
    /// Spawns a task of the entered runtime into the set and returns a handle that can abort it.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mut set = kettle::task::JoinSet::new();
    /// let task = set.spawn(std::future::pending::<()>());
    /// task.abort();
    /// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(spawn(task))
    }

    /// Like [`spawn`](JoinSet::spawn), but as a task of `handle`'s runtime.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(task))
    }

    /// Like [`spawn`](JoinSet::spawn), but as a task of the current [`LocalSet`] or
    /// [`LocalRuntime`](crate::runtime::LocalRuntime), so that the future need not be `Send`.
    ///
    /// # Panics
    ///
    /// If called outside both.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(spawn_local(task))
    }

    /// Like [`spawn_local`](JoinSet::spawn_local), but in `local_set`, which runs when it is
    /// polled.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(local_set.spawn_local(task))
    }

    /// Runs a blocking closure on the blocking pool, as a member of the set. Once it has started,
    /// it can't be aborted.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mut set = kettle::task::JoinSet::new();
    /// set.spawn_blocking(|| (1..=10).sum::<u32>());
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 55);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(spawn_blocking(f))
    }

    /// Like [`spawn_blocking`](JoinSet::spawn_blocking), but on the pool of `handle`'s runtime.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn_blocking(f))
    }

    /// Inserts a handle after one poll, which gives it the member's waker.
    pub(super) fn insert(&mut self, mut handle: JoinHandle<T>) -> AbortHandle {
        let abort = handle.abort_handle();
        if let Some(set) = self.ready.id() {
            self.scope.first_polled(set, ScopeKind::Set);
        }
        let entry = self.members.vacant_entry();
        let waker = member_waker(&self.ready, entry.key());
        let polled = {
            // In events it is the set that waits for the new task, not the running task.
            let _set = self.scope.within();
            poll_handle(&mut handle, &waker)
        };
        match polled {
            Poll::Pending => {
                entry.insert(Member::Running(handle, waker));
            }
            // The output goes into the set first, because a wake may panic in foreign code.
            Poll::Ready(output) => {
                entry.insert(Member::Ended(abort.id(), Box::new(StateLock::new(Some(output)))));
                waker.wake();
            }
        }
        abort
    }
}

/// Spawns each future as a task.
///
/// # Panics
///
/// If there is no runtime.
impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> JoinSet<T> {
        let mut set = JoinSet::new();
        set.extend(futures);
        set
    }
}

/// Spawns each future as a task.
///
/// # Panics
///
/// If there is no runtime.
impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        for future in futures {
            self.spawn(future);
        }
    }
}
