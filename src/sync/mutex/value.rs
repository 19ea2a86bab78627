//! What is a mutex made of?
//!
//! A [`Mutex`] is a value in a lock that is only ever tried, and the line of the tasks that wait
//! for it ([`Turn`]). A task that is alone with the mutex needs no line.
//!
//! Why is the value in an `Arc` of its own? A guard that *owns* the mutex (`lock_owned`) can't
//! borrow from it at the same time without `unsafe`, and `parking_lot`'s guard for an `Arc` can.
//! The price is one allocation at the first use (`../late_arc.rs`); and `Mutex<[u8; 4]>` doesn't
//! turn into `Mutex<[u8]>`.
//!
//! Not here: taking the lock (`lock.rs`, `mod.rs`), giving it back (`guard.rs`).

use std::sync::{Arc, OnceLock};

use kettle_runtime::Id;

use super::turn::Turn;
use crate::sync::late_arc::LateArc;

/// A lock that waits without blocking the thread, and whose guard may be held across an `.await`.
///
/// Waiting tasks get it in order of arrival. A panic while it is held does not poison it: the guard
/// is dropped, and the value stays as it is.
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
pub struct Mutex<T> {
    /// What events call it, from the first event on.
    pub(super) id: OnceLock<Id>,
    pub(super) turn: Turn,
    value: LateArc<parking_lot::Mutex<T>, T>,
}

impl<T> Mutex<T> {
    /// A free lock around this value.
    ///
    /// tokio: `tokio::sync::Mutex::new`.
    pub fn new(t: T) -> Mutex<T> {
        Mutex::const_new(t)
    }

    /// As [`new`](Mutex::new), for a `static`.
    ///
    /// tokio: `tokio::sync::Mutex::const_new`.
    ///
    /// ```
    /// use kettle::sync::Mutex;
    ///
    /// static ORDERS: Mutex<Vec<&str>> = Mutex::const_new(Vec::new());
    ///
    /// # #[kettle::main]
    /// # async fn main() {
    /// ORDERS.lock().await.push("tea");
    /// assert_eq!(*ORDERS.lock().await, ["tea"]);
    /// # }
    /// ```
    pub const fn const_new(t: T) -> Mutex<T> {
        Mutex { id: OnceLock::new(), turn: Turn::new(), value: LateArc::new(t) }
    }

    #[inline]
    pub(super) fn value(&self) -> &Arc<parking_lot::Mutex<T>> {
        self.value.get()
    }

    /// The value, without locking: `&mut` means that no other task has the mutex.
    ///
    /// tokio: `tokio::sync::Mutex::get_mut`.
    ///
    /// ```
    /// let mut mutex = kettle::sync::Mutex::new(1);
    /// *mutex.get_mut() += 1;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().get_mut()
    }

    /// Gives up the mutex for its value.
    ///
    /// tokio: `tokio::sync::Mutex::into_inner`.
    pub fn into_inner(self) -> T {
        self.value.into_inner().into_inner()
    }
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
