//! Does user code run under a lock of kettle's own state?
//!
//! Never: it may need the same lock, and the thread would wait for itself. In builds with debug
//! assertions, each thread counts the [`StateLock`]s that it holds, and wherever kettle calls user
//! code, [`assert_unlocked`] panics if there are any. Some locks may be held while user code
//! runs, such as that of a `Mutex`'s value: `xtask/src/house/locks.rs` lists them.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use parking_lot::{Mutex, MutexGuard};

thread_local! {
    /// How many state locks this thread holds, and where it took the first.
    static HELD: Cell<(usize, Option<crate::Place>)> = const { Cell::new((0, None)) };
}

/// A lock of state, under which no user code runs.
#[derive(Debug, Default)]
pub struct StateLock<T>(Mutex<T>);

/// What locking it returns. A `Condvar` needs the guard inside.
pub struct StateGuard<'a, T>(pub MutexGuard<'a, T>);

impl<T> StateLock<T> {
    /// An unlocked lock.
    pub const fn new(state: T) -> StateLock<T> {
        StateLock(Mutex::new(state))
    }

    /// Waits while another thread holds it.
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn lock(&self) -> StateGuard<'_, T> {
        if cfg!(debug_assertions) {
            let (count, first) = HELD.get();
            HELD.set((count + 1, first.or(Some(std::panic::Location::caller()))));
        }
        StateGuard(self.0.lock())
    }

    /// The state: `&mut self` proves that the lock is free.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

impl<T> Deref for StateGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for StateGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> Drop for StateGuard<'_, T> {
    fn drop(&mut self) {
        if cfg!(debug_assertions) {
            let (count, first) = HELD.get();
            HELD.set((count - 1, first.filter(|_| count > 1)));
        }
    }
}

/// Asserts that this thread holds no state lock, before it calls user code.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn assert_unlocked() {
    if cfg!(debug_assertions)
        && let Some(place) = HELD.get().1
    {
        panic!("user code must not run under a lock of kettle's state, taken at {place}");
    }
}
