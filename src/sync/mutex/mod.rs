//! How does one task at a time get a value that many share, and keep it across an `.await`?
//!
//! Through a lock with a line. The lock is a plain `parking_lot::Mutex<T>`, which is only ever
//! *tried*; whoever does not get it stands in line and is woken when it is his turn.
//!
//! | file | what is in it |
//! |---|---|
//! | `../wait_list.rs` | the line, as channels have it, too |
//! | `turn.rs` | line and lock: whose turn it is, and why no wake-up is lost |
//! | `guard.rs` | [`MutexGuard`], [`OwnedMutexGuard`]: unlocking, then looking at the line |
//! | `lock.rs` | the future behind `lock` |
//!
//! Why the value lies in an `Arc` of its own: a guard that *owns* the mutex (`lock_owned`) cannot
//! at the same time borrow from it, without `unsafe`; `parking_lot`'s guard for an `Arc` can. The
//! price is one allocation in `new`, which so can't be `const`, and that `Mutex<[u8; 4]>` does not turn
//! into `Mutex<[u8]>`.
//!
//! tokio: a semaphore of one permit beside an `UnsafeCell`. `const_new` and unsizing work there.

mod guard;
mod lock;
mod turn;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use kettle_runtime::Serial;
use kettle_runtime::event::{Event, emit};

use self::guard::Holder;
use self::lock::Lock;
use self::turn::Turn;
use super::blocking;
use super::pinned::pinned;

pub use self::guard::{MutexGuard, OwnedMutexGuard};

/// A lock that waits without blocking the thread, and whose guard may be held across an `.await`.
///
/// Those who wait get it in the order in which they came. A panic while it is held does not poison
/// it: the guard is dropped, the value stays as it is.
///
/// If no guard lives across an `.await`, `std::sync::Mutex` does the same for less.
///
/// tokio: `tokio::sync::Mutex`.
///
/// ```
/// use kettle::sync::Mutex;
/// use std::sync::Arc;
///
/// # #[kettle::main]
/// # async fn main() {
/// let counter = Arc::new(Mutex::new(0));
/// let tasks: Vec<_> = (0..10)
///     .map(|_| {
///         let counter = counter.clone();
///         kettle::spawn(async move { *counter.lock().await += 1 })
///     })
///     .collect();
/// for task in tasks {
///     task.await.unwrap();
/// }
/// assert_eq!(*counter.lock().await, 10);
/// # }
/// ```
pub struct Mutex<T: ?Sized> {
    serial: Serial,
    turn: Turn,
    value: Arc<parking_lot::Mutex<T>>,
}

/// The lock is held, or kept for somebody who waits.
///
/// tokio: `tokio::sync::TryLockError`.
#[derive(Debug)]
pub struct TryLockError(());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

impl<T: ?Sized> Mutex<T> {
    /// A lock, free, round this value.
    ///
    /// tokio: `tokio::sync::Mutex::new`.
    pub fn new(t: T) -> Mutex<T>
    where
        T: Sized,
    {
        Mutex {
            serial: Serial::new(),
            turn: Turn::new(),
            value: Arc::new(parking_lot::Mutex::new(t)),
        }
    }

    /// Takes the lock, waiting in line if it is held, or kept for somebody who waits.
    ///
    /// tokio: `tokio::sync::Mutex::lock`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: called again it stands at the end.
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
    /// Cancel safe, but the place in line is lost: called again it stands at the end.
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

    /// Takes the lock if it is free and nobody waits for it.
    ///
    /// tokio: `tokio::sync::Mutex::try_lock`.
    ///
    /// # Errors
    ///
    /// If it is held, or kept for somebody who waits.
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
    /// If it is held, or kept for somebody who waits.
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
    /// In async code: blocking the thread would stop the runtime whose task is to release it.
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

    /// The value, without locking: who has `&mut` is alone.
    ///
    /// tokio: `tokio::sync::Mutex::get_mut`.
    ///
    /// ```
    /// let mut mutex = kettle::sync::Mutex::new(1);
    /// *mutex.get_mut() += 1;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        Arc::get_mut(&mut self.value).expect(ALONE).get_mut()
    }

    /// The value, and the mutex is no more.
    ///
    /// tokio: `tokio::sync::Mutex::into_inner`.
    pub fn into_inner(self) -> T
    where
        T: Sized,
    {
        Arc::into_inner(self.value).expect(ALONE).into_inner()
    }
}

/// An owned guard, the only other holder of the value's `Arc`, holds the mutex itself too, and lets
/// go of the value first.
const ALONE: &str = "nobody else holds the value of a mutex that is held alone";

/// Takes the value if it is free and nobody waits for it.
#[inline]
fn try_take<H: Holder>(holder: &H) -> Option<H::Guard> {
    let mutex = holder.mutex();
    let value = mutex.turn.try_take(holder)?;
    emit(|| Event::LockTake { lock: mutex.serial });
    Some(value)
}

impl<T> From<T> for Mutex<T> {
    fn from(t: T) -> Mutex<T> {
        Mutex::new(t)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mutex = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => mutex.field("data", &&*guard),
            Err(_) => mutex.field("data", &format_args!("<locked>")),
        };
        mutex.finish()
    }
}
