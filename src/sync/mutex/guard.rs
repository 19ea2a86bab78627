//! How does a guard release the lock?
//!
//! Its fields are dropped in order. First the value's own guard unlocks the value; then `held`
//! gives the permit, and with it the mutex, to the first task in line. In the opposite order that
//! task would find the value locked.
//!
//! Interface: [`MutexGuard`], [`OwnedMutexGuard`], [`MappedMutexGuard`].
//!
//! Invariant: forgetting a guard leaves the mutex locked for ever and does no other harm.
//!
//! Not here: a guard's permits (`../semaphore/held.rs`); an owned guard for part of the value,
//! which can't exist (`../rwlock/owned.rs` says why).
//!
//! tokio: a guard is a pointer to the mutex, and releases a semaphore's permit.

use std::sync::Arc;

use super::value::Mutex;
use crate::sync::guard_traits::{maps, writes};
use crate::sync::report::Hold;
use crate::sync::semaphore::held::{FREE, Held};
use crate::sync::semaphore::permits::Permits;

/// Access to a [`Mutex`]'s value, until the guard is dropped. It can be held across an `.await`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T> {
    // In this order: see the header.
    value: parking_lot::MutexGuard<'a, T>,
    held: Held<&'a Mutex<T>>,
}

/// Access to part of a [`Mutex`]'s value, until the guard is dropped.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: parking_lot::MappedMutexGuard<'a, T>,
    held: Held<&'a Permits>,
}

/// A guard that owns an `Arc` of its [`Mutex`], so it can be moved to another task.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T> {
    // In this order: see the header. `get_mut` relies on it, too.
    value: parking_lot::ArcMutexGuard<parking_lot::RawMutex, T>,
    held: Held<Arc<Mutex<T>>>,
}

writes!(['a, T] MutexGuard<'a, T> => T);
writes!(['a, T: ?Sized] MappedMutexGuard<'a, T> => T);
writes!([T] OwnedMutexGuard<T> => T);

impl<'a, T> MutexGuard<'a, T> {
    #[inline]
    pub(super) fn new(mutex: &'a Mutex<T>, hold: Hold) -> MutexGuard<'a, T> {
        let held = Held::new(mutex, hold);
        MutexGuard { value: mutex.value().try_lock().expect(FREE), held }
    }

    /// Returns the mutex that it locks.
    ///
    /// ```
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(std::ptr::eq(kettle::sync::MutexGuard::mutex(&guard), &mutex));
    /// ```
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.held.owner
    }

    /// Turns this guard into one for part of the value.
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
        let MutexGuard { value, held } = this;
        let value = parking_lot::MutexGuard::map(value, f);
        MappedMutexGuard { value, held: held.of_a_part() }
    }

    /// Turns this guard into one for part of the value, if there is such a part.
    ///
    /// # Errors
    ///
    /// This guard, if `f` returns `None`.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let MutexGuard { value, held } = this;
        match parking_lot::MutexGuard::try_map(value, f) {
            Ok(value) => Ok(MappedMutexGuard { value, held: held.of_a_part() }),
            Err(value) => Err(MutexGuard { value, held }),
        }
    }
}

maps! {
    [U: ?Sized, F] MappedMutexGuard of parking_lot::MappedMutexGuard<'_, T> =>
    MappedMutexGuard, mut
}

impl<T> OwnedMutexGuard<T> {
    pub(super) fn new(mutex: Arc<Mutex<T>>, hold: Hold) -> OwnedMutexGuard<T> {
        let held = Held::new(mutex, hold);
        let value = held.owner.value().try_lock_arc().expect(FREE);
        OwnedMutexGuard { value, held }
    }

    /// Returns the mutex that it locks.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.held.owner
    }
}
