//! How can many tasks read a value at once, but only one at a time change it?
//!
//! | file | what is in it |
//! |---|---|
//! | `../semaphore/permits.rs` | permits and the line: a reader takes one, a writer all |
//! | `../semaphore/acquire.rs` | the future that takes them, or waits for them |
//! | `../semaphore/held.rs` | how a guard holds them |
//! | `../late_arc.rs` | where the value is stored |
//! | `value.rs` | [`RwLock`] itself |
//! | `guard.rs` | the guards that borrow the lock: releasing, mapping, downgrading |
//! | `owned.rs` | the guards that own an `Arc` of it |
//!
//! Each file imports only from files above it. This file has the ways to take the lock.
//!
//! tokio: `sync/rwlock.rs` on `sync/batch_semaphore.rs`.

mod guard;
mod owned;
mod value;

use std::sync::Arc;

use kettle_runtime::event::done_here;

use self::value::SHARE;
use super::blocking;
use super::mutex::TryLockError;
use super::pinned::pinned;
use super::semaphore::acquire::Acquire;

pub use self::guard::{
    RwLockMappedReadGuard, RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use self::owned::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard};
pub use self::value::RwLock;

const NEVER_CLOSED: &str = "nothing closes the permits of a lock";

impl<T> RwLock<T> {
    /// Takes the lock to read. Waits in line while a task is writing or waiting to write.
    ///
    /// A task that is reading already and reads again may deadlock: if a writer has begun to wait
    /// in between, the second read waits for the writer, which is waiting for the first.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let lock = kettle::sync::RwLock::new(1);
    /// let (one, other) = (lock.read().await, lock.read().await);
    /// assert_eq!(*one, *other);
    /// # }
    /// ```
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        pinned(Acquire::new(self, SHARE, |lock, taken| {
            RwLockReadGuard::new(lock, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Like [`read`](RwLock::read), but the guard owns the lock, so it can be moved to a spawned
    /// task.
    ///
    /// ```
    /// use kettle::sync::RwLock;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main] async fn main() {
    /// let lock = Arc::new(RwLock::new(1));
    /// let reads = lock.clone().read_owned().await;
    /// kettle::spawn(async move { assert_eq!(*reads, 1) }).await.unwrap();
    /// # }
    /// ```
    #[track_caller]
    pub fn read_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> {
        pinned(Acquire::new(self, SHARE, |lock, taken| {
            OwnedRwLockReadGuard::new(lock, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Takes the lock to write. Waits in line while any task holds it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let lock = kettle::sync::RwLock::new(1);
    /// *lock.write().await += 1;
    /// assert_eq!(*lock.read().await, 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        pinned(Acquire::new(self, self.permits.whole(), |lock, taken| {
            RwLockWriteGuard::new(lock, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Like [`write`](RwLock::write), but the guard owns the lock.
    #[track_caller]
    pub fn write_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockWriteGuard<T>> {
        let whole = self.permits.whole();
        pinned(Acquire::new(self, whole, |lock, taken| {
            OwnedRwLockWriteGuard::new(lock, taken.expect(NEVER_CLOSED))
        }))
    }

    /// Takes the lock to read, if it doesn't have to wait.
    ///
    /// # Errors
    ///
    /// If a task is writing or waiting to write, or if there is no room for another reader.
    ///
    /// ```
    /// let lock = kettle::sync::RwLock::new(1);
    /// let reads = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_ok() && lock.try_write().is_err());
    /// # drop(reads);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        done_here(|| {
            let hold = self.permits.try_take(SHARE, false).map_err(|_| TryLockError(()))?;
            Ok(RwLockReadGuard::new(self, hold))
        })
    }

    /// Like [`try_read`](RwLock::try_read), but the guard owns the lock.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        done_here(|| {
            let hold = self.permits.try_take(SHARE, true).map_err(|_| TryLockError(()))?;
            Ok(OwnedRwLockReadGuard::new(self, hold))
        })
    }

    /// Takes the lock to write, if it doesn't have to wait.
    ///
    /// # Errors
    ///
    /// If a task holds the lock or is waiting for it.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        done_here(|| {
            let whole = self.permits.whole();
            let hold = self.permits.try_take(whole, false).map_err(|_| TryLockError(()))?;
            Ok(RwLockWriteGuard::new(self, hold))
        })
    }

    /// Like [`try_write`](RwLock::try_write), but the guard owns the lock.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        done_here(|| {
            let whole = self.permits.whole();
            let hold = self.permits.try_take(whole, true).map_err(|_| TryLockError(()))?;
            Ok(OwnedRwLockWriteGuard::new(self, hold))
        })
    }

    /// Takes the lock to read in synchronous code, blocking the thread until it has it.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose task has to release the
    /// lock.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        blocking::block_on("RwLock::blocking_read", self.read())
    }

    /// Like [`blocking_read`](RwLock::blocking_read), but takes the lock to write.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        blocking::block_on("RwLock::blocking_write", self.write())
    }
}
