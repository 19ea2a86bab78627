//! How does a guard release the lock, and how does it become another guard?
//!
//! In the order of its fields, it drops the value's own guard, then gives its permits back. A guard
//! that is *mapped* to part of the value keeps its permits. A *downgraded* guard keeps a reader's
//! permit and gives the others back. The value's own lock is downgraded, too, so no writer can get
//! in between.
//!
//! Unlike in tokio, a mapped read guard has its own type, so that a plain read guard isn't one of
//! `parking_lot`'s mapped guards. Those are `Send` only if the part outlives the borrow, which the
//! compiler can't prove in a spawned task for a type with any lifetime, even `&'static str`.
//!
//! Interface: [`RwLockReadGuard`], [`RwLockWriteGuard`], [`RwLockMappedReadGuard`],
//! [`RwLockMappedWriteGuard`].
//!
//! Not here: a guard's permits (`../semaphore/held.rs`), guards that own the lock (`owned.rs`).
//!
//! tokio: a guard is a pointer to the value and a borrow of the semaphore.

use kettle_runtime::event::done_here;
use parking_lot::{MappedRwLockReadGuard, MappedRwLockWriteGuard};

use super::value::{RwLock, SHARE};
use crate::sync::guard_traits::{maps, reads, writes};
use crate::sync::report::Hold;
use crate::sync::semaphore::held::{FREE, Held};
use crate::sync::semaphore::permits::Permits;

/// Access to read an [`RwLock`]'s value, until the guard is dropped. It can be held across an
/// `.await`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: parking_lot::RwLockReadGuard<'a, T>,
    held: Held<&'a Permits>,
}

/// Access to read part of an [`RwLock`]'s value, until the guard is dropped.
///
/// tokio: `tokio::sync::RwLockReadGuard` is one type for both.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct RwLockMappedReadGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: MappedRwLockReadGuard<'a, T>,
    held: Held<&'a Permits>,
}

/// Access to write an [`RwLock`]'s value, until the guard is dropped. It can be held across an
/// `.await`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: parking_lot::RwLockWriteGuard<'a, T>,
    held: Held<&'a Permits>,
    /// The value's lock, which `try_downgrade_map` may have to lock again.
    lock: &'a parking_lot::RwLock<T>,
}

/// Access to write part of an [`RwLock`]'s value, until the guard is dropped.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized> {
    // In this order: see the header.
    value: MappedRwLockWriteGuard<'a, T>,
    held: Held<&'a Permits>,
}

reads!(['a, T: ?Sized] RwLockReadGuard<'a, T> => T);
reads!(['a, T: ?Sized] RwLockMappedReadGuard<'a, T> => T);
writes!(['a, T: ?Sized] RwLockWriteGuard<'a, T> => T);
writes!(['a, T: ?Sized] RwLockMappedWriteGuard<'a, T> => T);

maps! {
    ///
    /// ```
    /// use kettle::sync::{RwLock, RwLockReadGuard};
    ///
    /// let lock = RwLock::new(("tea", 5));
    /// let minutes = RwLockReadGuard::map(lock.try_read().unwrap(), |(_, minutes)| minutes);
    /// assert_eq!(*minutes, 5);
    /// ```
    [F, U: ?Sized] RwLockReadGuard of parking_lot::RwLockReadGuard<'_, T> => RwLockMappedReadGuard
}

maps! {
    ///
    /// tokio: `tokio::sync::RwLockReadGuard::map`.
    [F, U: ?Sized] RwLockMappedReadGuard of MappedRwLockReadGuard<'_, T> => RwLockMappedReadGuard
}

maps! {
    [F, U: ?Sized] RwLockMappedWriteGuard of MappedRwLockWriteGuard<'_, T> =>
    RwLockMappedWriteGuard, mut
}

impl<'a, T> RwLockReadGuard<'a, T> {
    /// For a task that has a reader's permit of this lock.
    pub(super) fn new(lock: &'a RwLock<T>, hold: Hold) -> RwLockReadGuard<'a, T> {
        let held = Held::new(&lock.permits, hold);
        RwLockReadGuard { value: lock.value().try_read().expect(FREE), held }
    }
}

impl<'a, T> RwLockWriteGuard<'a, T> {
    /// For a task that has all permits of this lock.
    pub(super) fn new(lock: &'a RwLock<T>, hold: Hold) -> RwLockWriteGuard<'a, T> {
        let held = Held::new(&lock.permits, hold);
        let lock = &**lock.value();
        RwLockWriteGuard { value: lock.try_write().expect(FREE), held, lock }
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Turns this guard into one for part of the value.
    ///
    /// ```
    /// use kettle::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(("tea", 5));
    /// *RwLockWriteGuard::map(lock.try_write().unwrap(), |(_, minutes)| minutes) += 1;
    /// assert_eq!(lock.into_inner(), ("tea", 6));
    /// ```
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let RwLockWriteGuard { value, held, .. } = this;
        RwLockMappedWriteGuard { value: parking_lot::RwLockWriteGuard::map(value, f), held }
    }

    /// Turns this guard into one for part of the value, if there is such a part.
    ///
    /// # Errors
    ///
    /// This guard, if `f` returns `None`.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let RwLockWriteGuard { value, held, lock } = this;
        match parking_lot::RwLockWriteGuard::try_map(value, f) {
            Ok(value) => Ok(RwLockMappedWriteGuard { value, held }),
            Err(value) => Err(RwLockWriteGuard { value, held, lock }),
        }
    }

    /// Turns this guard into a mapped guard of the whole value.
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockWriteGuard::map(this, |value| value)
    }

    /// Turns this guard into one that only reads, and lets in the readers that are next in line.
    /// No writer can get in between.
    ///
    /// ```
    /// let lock = kettle::sync::RwLock::new(1);
    /// let mut writes = lock.try_write().unwrap();
    /// *writes += 1;
    /// let reads = writes.downgrade();
    /// assert_eq!(*lock.try_read().unwrap(), *reads);
    /// assert!(lock.try_write().is_err());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        done_here(|| {
            let RwLockWriteGuard { value, mut held, .. } = self;
            let value = parking_lot::RwLockWriteGuard::downgrade(value);
            held.shrink_to(SHARE);
            RwLockReadGuard { value, held }
        })
    }

    /// Like [`downgrade`](RwLockWriteGuard::downgrade), but to a guard of a part of the value.
    ///
    /// ```
    /// use kettle::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(("tea", 5));
    /// let writes = lock.try_write().unwrap();
    /// let minutes = RwLockWriteGuard::downgrade_map(writes, |(_, minutes)| minutes);
    /// assert_eq!((*minutes, lock.try_read().unwrap().1), (5, 5));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        done_here(|| {
            let RwLockWriteGuard { value, mut held, .. } = this;
            let value = parking_lot::RwLockWriteGuard::downgrade(value);
            let value = parking_lot::RwLockReadGuard::map(value, f);
            held.shrink_to(SHARE);
            RwLockMappedReadGuard { value, held }
        })
    }

    /// Like [`downgrade_map`](RwLockWriteGuard::downgrade_map), if there is such a part.
    ///
    /// # Errors
    ///
    /// This guard, which still writes, if `f` returns `None`.
    pub fn try_downgrade_map<F, U: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<RwLockMappedReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let RwLockWriteGuard { value, mut held, lock } = this;
        let value = parking_lot::RwLockWriteGuard::downgrade(value);
        if let Ok(value) = parking_lot::RwLockReadGuard::try_map(value, f) {
            held.shrink_to(SHARE);
            return Ok(RwLockMappedReadGuard { value, held });
        }
        // All permits are still held, so no other task can have taken the lock.
        Err(RwLockWriteGuard { value: lock.try_write().expect(FREE), held, lock })
    }
}
