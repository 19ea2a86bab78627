//! What is a read-write lock made of?
//!
//! A [`RwLock`] is a value in a `parking_lot::RwLock` that is only ever *tried*, and the permits
//! that decide whose turn it is. A reader takes one permit and a writer takes all of them, so a
//! task that has its permits finds the value's lock free. The permits' line is the lock's line:
//! tasks are served in order of arrival, and later readers wait behind a waiting writer.
//!
//! Invariant: a guard lets go of the value before it gives its permits back.
//!
//! Not here: the guards (`guard.rs`, `owned.rs`), the ways to take the lock (`mod.rs`).
//!
//! tokio: a semaphore next to an `UnsafeCell`, so that the value can be unsized.

use std::sync::Arc;

use kettle_runtime::event::SyncKind;

use crate::sync::guard_traits::lock;
use crate::sync::late_arc::LateArc;
use crate::sync::semaphore::permits::Permits;

/// The most readers that a lock can have at once.
const MAX_READERS: u32 = u32::MAX >> 3;

/// A lock that many tasks can hold to read, or one task to write, and whose guards can be held
/// across an `.await`.
///
/// The lock is fair: tasks get it in order of arrival, so a writer isn't kept waiting by later
/// readers. But if a task reads again while it is reading and a writer is waiting, the task waits
/// forever: for the writer, which is waiting for it.
///
/// A panic while it is held doesn't poison it: the guard is dropped, and the value stays as it is.
///
/// ```
/// use kettle::sync::RwLock;
///
/// # #[kettle::main] async fn main() {
/// let lock = RwLock::new(5);
/// {
///     let (one, other) = (lock.read().await, lock.read().await);
///     assert_eq!(*one + *other, 10);
/// } // both are dropped here, and a task may write
/// *lock.write().await += 1;
/// assert_eq!(*lock.read().await, 6);
/// # }
/// ```
pub struct RwLock<T> {
    pub(super) permits: Permits,
    value: LateArc<parking_lot::RwLock<T>, T>,
}

/// The number of permits that a reader takes.
pub(super) const SHARE: usize = 1;

impl<T> RwLock<T> {
    /// Makes a free lock around this value.
    #[track_caller]
    pub fn new(value: T) -> RwLock<T> {
        RwLock::with_max_readers(value, MAX_READERS)
    }

    /// Makes a free lock that at most `max_readers` tasks can hold to read at once.
    ///
    /// # Panics
    ///
    /// If `max_readers` is 0 or more than `u32::MAX >> 3`.
    ///
    /// ```
    /// use kettle::sync::RwLock;
    ///
    /// let lock = RwLock::with_max_readers("tea", 1);
    /// let reads = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_err());
    /// # drop(reads);
    /// ```
    #[track_caller]
    pub fn with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        let lock = RwLock::const_with_max_readers(value, max_readers);
        lock.permits.made();
        lock
    }

    /// Like [`new`](RwLock::new), for a `static`.
    #[track_caller]
    pub const fn const_new(value: T) -> RwLock<T> {
        RwLock::const_with_max_readers(value, MAX_READERS)
    }

    /// Like [`with_max_readers`](RwLock::with_max_readers), for a `static`.
    #[track_caller]
    pub const fn const_with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        assert!(max_readers > 0, "`max_readers` must be greater than 0");
        assert!(max_readers <= MAX_READERS, "`max_readers` must not exceed `u32::MAX >> 3`");
        let permits = Permits::new(SyncKind::RwLock, max_readers as usize);
        RwLock { permits, value: LateArc::new(value) }
    }

    pub(super) fn value(&self) -> &Arc<parking_lot::RwLock<T>> {
        self.value.get()
    }

    /// Returns the value without locking, because `&mut` means that no other task has the lock.
    ///
    /// ```
    /// let mut lock = kettle::sync::RwLock::new(1);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().get_mut()
    }

    /// Consumes the lock and returns its value.
    pub fn into_inner(self) -> T {
        self.value.into_inner().into_inner()
    }
}

lock!(RwLock, by its method try_read);
