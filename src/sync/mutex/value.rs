//! What is a mutex made of?
//!
//! A [`Mutex`] is a value in a lock that is only ever tried, and the line of those who wait for it
//! ([`Turn`]). Who is alone with it needs neither.
//!
//! Why the value lies in an `Arc` of its own: a guard that *owns* the mutex (`lock_owned`) cannot
//! at the same time borrow from it, without `unsafe`; `parking_lot`'s guard for an `Arc` can. The
//! price is one allocation in `new`, which so can't be `const`, and that `Mutex<[u8; 4]>` does not
//! turn into `Mutex<[u8]>`.
//!
//! Not here: taking the lock (`lock.rs`, `mod.rs`), giving it back (`guard.rs`).

use std::sync::Arc;

use kettle_runtime::Serial;

use super::turn::Turn;

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
    pub(super) serial: Serial,
    pub(super) turn: Turn,
    pub(super) value: Arc<parking_lot::Mutex<T>>,
}

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
