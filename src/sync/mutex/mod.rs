//! How do tasks take turns with a shared value, and keep it across an `.await`?
//!
//! Through a semaphore with one permit: whichever task has the permit has the value. A task that
//! doesn't get the permit joins the line; when its turn comes, it is given the permit and woken.
//!
//! | file | what is in it |
//! |---|---|
//! | `../semaphore/permits.rs` | the permit and the line: who gets a returned permit? |
//! | `../semaphore/acquire.rs` | the future that takes it, or waits for it |
//! | `../semaphore/held.rs` | how a guard holds it |
//! | `../late_arc.rs` | where the value is stored |
//! | `value.rs` | [`Mutex`] itself: the value and its permit, and why it is in an `Arc` |
//! | `guard.rs` | the guards: unlocking, then giving the permit back |
//!
//! Each file imports only from files above it. This file has the ways to take the lock.
//!
//! tokio: `sync/mutex.rs` on `sync/batch_semaphore.rs`.

mod guard;
mod value;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use kettle_runtime::event::done_here;

use self::value::ONE;
use super::blocking;
use super::pinned::pinned;
use super::semaphore::acquire::Acquire;

pub use self::guard::{MappedMutexGuard, MutexGuard, OwnedMutexGuard};
pub use self::value::Mutex;

/// The error from `try_lock`: the lock is held or belongs to a waiting task.
#[derive(Debug)]
pub struct TryLockError(pub(in crate::sync) ());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

const NEVER_CLOSED: &str = "nothing closes the permits of a lock";

impl<T> Mutex<T> {
    /// Takes the lock. Waits in line if the lock is held or belongs to a waiting task.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let mut guard = mutex.lock().await;
    /// *guard += 1;
    /// drop(guard);
    /// assert_eq!(mutex.into_inner(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        pinned(Acquire::new(self, ONE, |mutex, taken| {
            MutexGuard::new(mutex, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Like [`lock`](Mutex::lock), but the guard owns the mutex, so it can be moved to a spawned
    /// task.
    ///
    /// ```
    /// use kettle::sync::Mutex;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main] async fn main() {
    /// let mutex = Arc::new(Mutex::new(1));
    /// let mut guard = mutex.clone().lock_owned().await;
    /// kettle::spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*mutex.lock().await, 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        pinned(Acquire::new(self, ONE, |mutex, taken| {
            OwnedMutexGuard::new(mutex, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Takes the lock, if it is free and no task is waiting for it.
    ///
    /// # Errors
    ///
    /// If the lock is held or belongs to a waiting task.
    ///
    /// ```
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        done_here(|| {
            let hold = self.permits.try_take(ONE, false).map_err(|_| TryLockError(()))?;
            Ok(MutexGuard::new(self, hold))
        })
    }

    /// Like [`try_lock`](Mutex::try_lock), but the guard owns the mutex.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        done_here(|| {
            let hold = self.permits.try_take(ONE, true).map_err(|_| TryLockError(()))?;
            Ok(OwnedMutexGuard::new(self, hold))
        })
    }

    /// Takes the lock in synchronous code, blocking the thread while it is held.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose task has to release the
    /// lock.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        blocking::block_on("Mutex::blocking_lock", self.lock())
    }

    /// Like [`blocking_lock`](Mutex::blocking_lock), but the guard owns the mutex.
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        blocking::block_on("Mutex::blocking_lock_owned", self.lock_owned())
    }
}
