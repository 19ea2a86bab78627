//! Does user code run under a lock of kettle's own state?
//!
//! Never: it may need the same lock, and the thread would wait for itself. In builds with debug
//! assertions, a thread counts its [`StateLock`]s, and each door to user code asks for none.
//! `xtask/src/house/locks.rs` lists the locks of *values*, under which the program's code may run.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use parking_lot::{Mutex, MutexGuard};

thread_local! {
    /// How many this thread holds, and where it took the first.
    static HELD: Cell<(usize, Option<crate::Place>)> = const { Cell::new((0, None)) };
}

/// A lock of state, under which no user code runs.
#[derive(Debug, Default)]
pub struct StateLock<T>(Mutex<T>);

/// What locking it returns. A `Condvar` needs the guard inside.
pub struct StateGuard<'a, T>(pub MutexGuard<'a, T>);

impl<T> StateLock<T> {
    /// An unlocked one.
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

    /// The state, which nobody else can reach.
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

/// User code is about to run on this thread.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn assert_unlocked() {
    if cfg!(debug_assertions)
        && let Some(place) = HELD.get().1
    {
        panic!("user code must not run under a lock of kettle's state, taken at {place}");
    }
}
