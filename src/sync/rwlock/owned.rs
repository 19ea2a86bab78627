//! How can a guard outlive every borrow of the lock?
//!
//! It owns an `Arc` of the lock, and `parking_lot`'s guard for an `Arc` of the value. Otherwise it
//! works as in `guard.rs`.
//!
//! `map` and the methods related to it are missing here. An owned guard for *part* of the value
//! would own the lock and at the same time borrow that part from it. Safe Rust can't express that,
//! and `parking_lot` has no such guard yet.
//!
//! tokio: a guard has pointers to the lock and to the part.

use std::sync::Arc;

use kettle_runtime::event::done_here;
use parking_lot::{ArcRwLockReadGuard, ArcRwLockWriteGuard, RawRwLock};

use super::value::{RwLock, SHARE};
use crate::sync::guard_traits::{reads, writes};
use crate::sync::report::Hold;
use crate::sync::semaphore::held::{FREE, Held};

/// Access to read an [`RwLock`]'s value, with an `Arc` of the lock.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedRwLockReadGuard<T> {
    // In this order: see the header of `guard.rs`.
    value: ArcRwLockReadGuard<RawRwLock, T>,
    held: Held<Arc<RwLock<T>>>,
}

/// Access to write an [`RwLock`]'s value, with an `Arc` of the lock.
#[must_use = "the lock is released at once if the guard is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedRwLockWriteGuard<T> {
    // In this order: see the header of `guard.rs`.
    value: ArcRwLockWriteGuard<RawRwLock, T>,
    held: Held<Arc<RwLock<T>>>,
}

reads!([T] OwnedRwLockReadGuard<T> => T);
writes!([T] OwnedRwLockWriteGuard<T> => T);

impl<T> OwnedRwLockReadGuard<T> {
    /// For a task that has a reader's permit of this lock.
    pub(super) fn new(lock: Arc<RwLock<T>>, hold: Hold) -> OwnedRwLockReadGuard<T> {
        let held = Held::new(lock, hold);
        let value = held.owner.value().try_read_arc().expect(FREE);
        OwnedRwLockReadGuard { value, held }
    }

    /// Returns the lock that it reads.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.held.owner
    }
}

impl<T> OwnedRwLockWriteGuard<T> {
    /// For a task that has all permits of this lock.
    pub(super) fn new(lock: Arc<RwLock<T>>, hold: Hold) -> OwnedRwLockWriteGuard<T> {
        let held = Held::new(lock, hold);
        let value = held.owner.value().try_write_arc().expect(FREE);
        OwnedRwLockWriteGuard { value, held }
    }

    /// Turns this guard into one that only reads, and lets in the readers that are next in line.
    /// No writer can get in between.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        done_here(|| {
            let OwnedRwLockWriteGuard { value, mut held } = self;
            let value = ArcRwLockWriteGuard::downgrade(value);
            held.shrink_to(SHARE);
            OwnedRwLockReadGuard { value, held }
        })
    }

    /// Returns the lock that it writes.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.held.owner
    }
}
