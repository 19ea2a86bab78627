//! How does one task at a time get a value that many share, and keep it across an `.await`?
//!
//! Through a lock with a line. The lock is a plain `parking_lot::Mutex<T>`, which is only ever
//! *tried*. A task that does not get it joins the line, and is woken when it is its turn.
//!
//! | file | what is in it |
//! |---|---|
//! | `../wait_list.rs` | the line, which channels use, too |
//! | `turn.rs` | line and lock: whose turn it is, and why no wake-up is lost |
//! | `value.rs` | [`Mutex`] itself: the value beside its line, and why it is in an `Arc` |
//! | `guard.rs` | the guards: unlocking, then looking at the line |
//! | `lock.rs` | taking the lock: at once, or by the future of `lock` |
//!
//! Each file imports only from those above it. Here are the ways to take the lock.
//!
//! tokio: a semaphore of one permit beside an `UnsafeCell`. There the value may be unsized.

mod guard;
mod lock;
mod turn;
mod value;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use self::lock::{Lock, try_take};
use super::blocking;
use super::pinned::pinned;

pub use self::guard::{MappedMutexGuard, MutexGuard, OwnedMutexGuard};
pub use self::value::Mutex;

/// The lock is held, or kept for a waiting task.
///
/// tokio: `tokio::sync::TryLockError`.
#[derive(Debug)]
pub struct TryLockError(pub(in crate::sync) ());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

impl<T> Mutex<T> {
    /// Takes the lock. Waits in line if it is held, or kept for a waiting task.
    ///
    /// tokio: `tokio::sync::Mutex::lock`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let mut guard = mutex.lock().await;
    /// *guard += 1;
    /// drop(guard);
    /// assert_eq!(mutex.into_inner(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        pinned(Lock::new(self, |value, holder| MutexGuard::new(value, holder)))
    }

    /// Takes the lock for a guard that owns the mutex, so that it can go into a spawned task.
    ///
    /// tokio: `tokio::sync::Mutex::lock_owned`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// use kettle::sync::Mutex;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main]
    /// # async fn main() {
    /// let mutex = Arc::new(Mutex::new(1));
    /// let mut guard = mutex.clone().lock_owned().await;
    /// kettle::spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*mutex.lock().await, 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        pinned(Lock::new(self, |value, holder| OwnedMutexGuard::new(value, holder)))
    }

    /// Takes the lock if it is free and no task is waiting for it.
    ///
    /// tokio: `tokio::sync::Mutex::try_lock`.
    ///
    /// # Errors
    ///
    /// If it is held, or kept for a waiting task.
    ///
    /// ```
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let value = try_take(&self).ok_or(TryLockError(()))?;
        Ok(MutexGuard::new(value, self))
    }

    /// As [`try_lock`](Mutex::try_lock), for a guard that owns the mutex.
    ///
    /// tokio: `tokio::sync::Mutex::try_lock_owned`.
    ///
    /// # Errors
    ///
    /// If it is held, or kept for a waiting task.
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        let value = try_take(&self).ok_or(TryLockError(()))?;
        Ok(OwnedMutexGuard::new(value, self))
    }

    /// Takes the lock in code that is not async, blocking the thread while it is held.
    ///
    /// tokio: `tokio::sync::Mutex::blocking_lock`.
    ///
    /// # Panics
    ///
    /// In async code: blocking the thread would stop the runtime whose task has to release the
    /// lock.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        blocking::block_on("Mutex::blocking_lock", self.lock())
    }

    /// As [`blocking_lock`](Mutex::blocking_lock), for a guard that owns the mutex.
    ///
    /// tokio: `tokio::sync::Mutex::blocking_lock_owned`.
    ///
    /// # Panics
    ///
    /// In async code, as [`blocking_lock`](Mutex::blocking_lock).
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        blocking::block_on("Mutex::blocking_lock_owned", self.lock_owned())
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mutex = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => mutex.field("data", &&*guard),
            Err(_) => mutex.field("data", &format_args!("<locked>")),
        };
        mutex.finish()
    }
}
