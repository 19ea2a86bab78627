//! What is a mutex made of?
//!
//! A [`Mutex`] is a value in a `parking_lot::Mutex` that is only ever *tried*, and one permit that
//! decides whose turn it is. A task that has the permit finds the value's lock free. The permit's
//! line is the mutex's line: a released mutex belongs at once to the first task in it, so no other
//! task can overtake. Only that task is woken: waking all nine tasks in a line would cost eight
//! wasted polls, and seven more at the next release.
//!
//! Why is the value in its own `Arc`? Without `unsafe` a guard that *owns* the mutex (`lock_owned`)
//! can't also borrow from it, but `parking_lot` has a guard that owns an `Arc`. The price is an
//! allocation at the first use (`../late_arc.rs`), and that no mutex coerces to `Mutex<[u8]>`.
//!
//! Invariant: a guard lets go of the value before it gives the permit back.
//!
//! Not here: the permit and the line (`../semaphore/permits.rs`), taking the lock (`mod.rs`),
//! giving it back (`guard.rs`).
//!
//! tokio: a semaphore with one permit next to an `UnsafeCell`, so that the value can be unsized.

use std::sync::Arc;

use kettle_runtime::event::SyncKind;

use crate::sync::guard_traits::lock;
use crate::sync::late_arc::LateArc;
use crate::sync::semaphore::permits::Permits;

/// A lock that waits without blocking the thread, and whose guard can be held across an `.await`.
///
/// Waiting tasks get the lock in order of arrival. A panic while it is held doesn't poison it: the
/// guard is dropped, and the value stays as it is.
///
/// If no guard lives across an `.await`, `std::sync::Mutex` does the same at less cost.
///
/// ```
/// use kettle::sync::Mutex;
/// use std::sync::Arc;
///
/// # #[kettle::main] async fn main() {
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
pub struct Mutex<T> {
    pub(super) permits: Permits,
    value: LateArc<parking_lot::Mutex<T>, T>,
}

/// The permit of a mutex.
pub(super) const ONE: usize = 1;

impl<T> Mutex<T> {
    /// Makes a free lock around this value.
    #[track_caller]
    pub fn new(t: T) -> Mutex<T> {
        let mutex = Mutex::const_new(t);
        mutex.permits.made();
        mutex
    }

    /// Like [`new`](Mutex::new), for a `static`.
    ///
    /// ```
    /// use kettle::sync::Mutex;
    ///
    /// static ORDERS: Mutex<Vec<&str>> = Mutex::const_new(Vec::new());
    ///
    /// # #[kettle::main] async fn main() {
    /// ORDERS.lock().await.push("tea");
    /// assert_eq!(*ORDERS.lock().await, ["tea"]);
    /// # }
    /// ```
    #[track_caller]
    pub const fn const_new(t: T) -> Mutex<T> {
        Mutex { permits: Permits::new(SyncKind::Mutex, ONE), value: LateArc::new(t) }
    }

    #[inline]
    pub(super) fn value(&self) -> &Arc<parking_lot::Mutex<T>> {
        self.value.get()
    }

    /// Returns the value without locking, because `&mut` means that no other task has the mutex.
    ///
    /// ```
    /// let mut mutex = kettle::sync::Mutex::new(1);
    /// *mutex.get_mut() += 1;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().get_mut()
    }

    /// Consumes the mutex and returns its value.
    pub fn into_inner(self) -> T {
        self.value.into_inner().into_inner()
    }
}

lock!(Mutex, by its method try_lock);
