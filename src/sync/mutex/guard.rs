//! How does a guard release the lock, and then look whether a task is waiting for it?
//!
//! By the order of its fields, which is the order in which they are dropped. First goes the guard
//! of the value, which unlocks; then the holder's part, which looks at the line. (The other way
//! round it would find the lock held and wake no task, and nothing would look again.) There are
//! three holders: a borrow of the mutex, an `Arc` of it, and for a guard of a part of the value a
//! borrow of the line alone, because its type doesn't know the whole value.
//!
//! Interface: [`MutexGuard`], [`OwnedMutexGuard`], [`MappedMutexGuard`], and [`Holder`] for `lock.rs`.
//!
//! Invariant: a guard that is forgotten leaves the mutex locked for ever, and does nothing worse.
//!
//! Not here: an owned guard of a part of the value (`../rwlock/owned.rs` says why).
//!
//! tokio: all guards release a semaphore's permit.

use std::sync::{Arc, OnceLock};

use kettle_runtime::Id;
use kettle_runtime::event::{Event, emit};

use super::turn::{Try, Turn};
use super::value::Mutex;
use crate::sync::guard_traits::writes;

/// How a guard, or the future of one, holds the mutex. [`Try`] gives the guard of the value.
pub(super) trait Holder: Try {
    fn turn(&self) -> &Turn;

    /// What events call the mutex.
    fn id(&self) -> Id;
}

impl<'a, T> Try for &'a Mutex<T> {
    type Guard = parking_lot::MutexGuard<'a, T>;

    #[inline]
    fn try_lock(&self) -> Option<parking_lot::MutexGuard<'a, T>> {
        self.value().try_lock()
    }

    fn is_free(&self) -> bool {
        !self.value().is_locked()
    }
}

impl<T> Holder for &Mutex<T> {
    #[inline]
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn id(&self) -> Id {
        *self.id.get_or_init(Id::next)
    }
}

impl<T> Try for Arc<Mutex<T>> {
    type Guard = parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>;

    #[inline]
    fn try_lock(&self) -> Option<Self::Guard> {
        self.value().try_lock_arc()
    }

    fn is_free(&self) -> bool {
        !self.value().is_locked()
    }
}

impl<T> Holder for Arc<Mutex<T>> {
    #[inline]
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn id(&self) -> Id {
        (&**self).id()
    }
}

/// The line of a mutex whose type of value is not known.
struct Line<'a> {
    turn: &'a Turn,
    id: &'a OnceLock<Id>,
}

impl Try for Line<'_> {
    type Guard = ();

    /// It only releases.
    fn try_lock(&self) -> Option<()> {
        None
    }

    /// It was, when this holder released it. If another thread has taken it since, the first in
    /// line is called once for nothing.
    fn is_free(&self) -> bool {
        true
    }
}

impl Holder for Line<'_> {
    fn turn(&self) -> &Turn {
        self.turn
    }

    fn id(&self) -> Id {
        *self.id.get_or_init(Id::next)
    }
}

/// The holder's part of a guard, dropped after the value was unlocked.
struct Release<H: Holder>(H);

impl<H: Holder> Drop for Release<H> {
    #[inline]
    fn drop(&mut self) {
        let next = self.0.turn().after_release(&self.0);
        emit(|| Event::LockRelease { lock: self.0.id(), handed_over: next.is_some() });
        if let Some(next) = next {
            next.wake();
        }
    }
}

impl<'a, T> Release<&'a Mutex<T>> {
    /// The same for a guard of a part of the value.
    fn of_a_part(self) -> Release<Line<'a>> {
        let mutex = self.0;
        std::mem::forget(self);
        Release(Line { turn: &mutex.turn, id: &mutex.id })
    }
}

/// Access to the value of a [`Mutex`], until it is dropped. May be held across an `.await`.
///
/// tokio: `tokio::sync::MutexGuard`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T> {
    // In this order: see the header.
    value: parking_lot::MutexGuard<'a, T>,
    release: Release<&'a Mutex<T>>,
}

/// Access to a part of the value of a [`Mutex`], until it is dropped.
///
/// tokio: `tokio::sync::MappedMutexGuard`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: parking_lot::MappedMutexGuard<'a, T>,
    release: Release<Line<'a>>,
}

/// A guard that owns an `Arc` of its [`Mutex`], so that it can go anywhere.
///
/// tokio: `tokio::sync::OwnedMutexGuard`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T> {
    // In this order: see the header. `get_mut` relies on it too.
    value: parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>,
    release: Release<Arc<Mutex<T>>>,
}

writes!(['a, T] MutexGuard<'a, T> => T);
writes!(['a, T: ?Sized] MappedMutexGuard<'a, T> => T);
writes!([T] OwnedMutexGuard<T> => T);

impl<'a, T> MutexGuard<'a, T> {
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

    /// A guard of a part of the value.
    ///
    /// tokio: `tokio::sync::MutexGuard::map`.
    ///
    /// ```
    /// use kettle::sync::{Mutex, MutexGuard};
    ///
    /// let mutex = Mutex::new(("tea", 5));
    /// *MutexGuard::map(mutex.try_lock().unwrap(), |(_, minutes)| minutes) += 1;
    /// assert_eq!(mutex.into_inner(), ("tea", 6));
    /// ```
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let MutexGuard { value, release } = this;
        let value = parking_lot::MutexGuard::map(value, f);
        MappedMutexGuard { value, release: release.of_a_part() }
    }

    /// A guard of a part of the value, if there is such a part.
    ///
    /// tokio: `tokio::sync::MutexGuard::try_map`.
    ///
    /// # Errors
    ///
    /// If `f` returns `None`: the guard comes back.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let MutexGuard { value, release } = this;
        match parking_lot::MutexGuard::try_map(value, f) {
            Ok(value) => Ok(MappedMutexGuard { value, release: release.of_a_part() }),
            Err(value) => Err(MutexGuard { value, release }),
        }
    }
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// A guard of a part of this part.
    ///
    /// tokio: `tokio::sync::MappedMutexGuard::map`.
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let MappedMutexGuard { value, release } = this;
        MappedMutexGuard { value: parking_lot::MappedMutexGuard::map(value, f), release }
    }

    /// A guard of a part of this part, if there is such a part.
    ///
    /// tokio: `tokio::sync::MappedMutexGuard::try_map`.
    ///
    /// # Errors
    ///
    /// If `f` returns `None`: the guard comes back.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let MappedMutexGuard { value, release } = this;
        match parking_lot::MappedMutexGuard::try_map(value, f) {
            Ok(value) => Ok(MappedMutexGuard { value, release }),
            Err(value) => Err(MappedMutexGuard { value, release }),
        }
    }
}

impl<T> OwnedMutexGuard<T> {
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
