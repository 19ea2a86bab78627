//! How does a guard release the lock, and then look whether a task is waiting for it?
//!
//! By the order of its fields, which is the order in which they are dropped. First goes the guard
//! of the value, which unlocks; then the holder's part, which looks at the line. (The other way
//! round it would find the lock held and wake no task, and nothing would look again.) There are two
//! holders: a borrow of the mutex, and an `Arc` of it.
//!
//! Interface: [`MutexGuard`], [`OwnedMutexGuard`], and [`Holder`] for `lock.rs`.
//!
//! Invariant: a guard that is forgotten leaves the mutex locked for ever, and does nothing worse.
//!
//! tokio: both guards release a semaphore's permit.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use kettle_runtime::event::{Event, emit};

use super::turn::Try;
use super::value::Mutex;

/// How a guard, or the future of one, holds the mutex. [`Try`] gives the guard of the value.
pub(super) trait Holder: Try {
    type T: ?Sized;

    fn mutex(&self) -> &Mutex<Self::T>;
}

impl<'a, T: ?Sized> Try for &'a Mutex<T> {
    type Guard = parking_lot::MutexGuard<'a, T>;

    #[inline]
    fn try_lock(&self) -> Option<parking_lot::MutexGuard<'a, T>> {
        self.value.try_lock()
    }

    fn is_free(&self) -> bool {
        !self.value.is_locked()
    }
}

impl<T: ?Sized> Holder for &Mutex<T> {
    type T = T;

    fn mutex(&self) -> &Mutex<T> {
        self
    }
}

impl<T: ?Sized> Try for Arc<Mutex<T>> {
    type Guard = parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>;

    #[inline]
    fn try_lock(&self) -> Option<Self::Guard> {
        self.value.try_lock_arc()
    }

    fn is_free(&self) -> bool {
        !self.value.is_locked()
    }
}

impl<T: ?Sized> Holder for Arc<Mutex<T>> {
    type T = T;

    fn mutex(&self) -> &Mutex<T> {
        self
    }
}

/// The holder's part of a guard, dropped after the value was unlocked.
struct Release<H: Holder>(H);

impl<H: Holder> Drop for Release<H> {
    #[inline]
    fn drop(&mut self) {
        let mutex = self.0.mutex();
        let next = mutex.turn.after_release(&self.0);
        emit(|| Event::LockRelease { lock: mutex.serial, handed_over: next.is_some() });
        if let Some(next) = next {
            next.wake();
        }
    }
}

/// Access to the value of a [`Mutex`], until it is dropped. May be held across an `.await`.
///
/// tokio: `tokio::sync::MutexGuard`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: parking_lot::MutexGuard<'a, T>,
    release: Release<&'a Mutex<T>>,
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    pub(super) fn new(
        value: parking_lot::MutexGuard<'a, T>,
        mutex: &'a Mutex<T>,
    ) -> MutexGuard<'a, T> {
        MutexGuard { value, release: Release(mutex) }
    }

    /// The mutex that it locks.
    ///
    /// tokio: `tokio::sync::MutexGuard::mutex`.
    ///
    /// ```
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(std::ptr::eq(kettle::sync::MutexGuard::mutex(&guard), &mutex));
    /// ```
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.release.0
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

/// A guard that owns an `Arc` of its [`Mutex`], so that it can go anywhere.
///
/// tokio: `tokio::sync::OwnedMutexGuard`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T: ?Sized> {
    // In this order: see the header. `get_mut` relies on it too.
    value: parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>,
    release: Release<Arc<Mutex<T>>>,
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    pub(super) fn new(
        value: parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>,
        mutex: Arc<Mutex<T>>,
    ) -> OwnedMutexGuard<T> {
        OwnedMutexGuard { value, release: Release(mutex) }
    }

    /// The mutex that it locks.
    ///
    /// tokio: `tokio::sync::OwnedMutexGuard::mutex`.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.release.0
    }
}

impl<T: ?Sized> Deref for OwnedMutexGuard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for OwnedMutexGuard<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for OwnedMutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for OwnedMutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
