//! What can happen between two steps that an answer takes under a lock?
//!
//! Anything that another thread can do. With real threads a check meets that moment once in many
//! runs. So the engine that an answer is put into takes its `Mutex` from here (in its copy of
//! `base/sync.rs`), and a check can use the *gaps*: the moments just before this thread takes a
//! lock and just after it has released one, while it holds no other. [`with_gap`] runs an answer,
//! and in one of its gaps does what another thread might have done then. With gap 1, gap 2 and so
//! on, a check meets every moment that there is, each time.
//!
//! [`held`] says whether a lock is held, for a waker that must not be called or dropped under one.
//!
//! Interface: [`Mutex`], [`MutexGuard`]; [`with_gap`], [`held`]. Invariants: what runs in a gap has
//! no gaps of its own. A lock of another kind, or none, has no gaps: such an answer is not judged by
//! this, and a check that uses gaps has real threads as well.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{PoisonError, TryLockError};
use std::thread;

/// A mutex as `parking_lot` has it (a panic does not poison it), whose gaps can be used.
#[derive(Default)]
pub struct Mutex<T: ?Sized>(std::sync::Mutex<T>);

/// Releases its [`Mutex`] when it is dropped.
pub struct MutexGuard<'a, T: ?Sized> {
    /// Taken by `drop` only.
    inner: Option<std::sync::MutexGuard<'a, T>>,
}

/// What another thread does, and in which gap.
type Other = (usize, Box<dyn FnOnce()>);

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static OTHER: RefCell<Option<Other>> = const { RefCell::new(None) };
}

/// How many of these locks this thread holds.
pub fn held() -> usize {
    HELD.try_with(Cell::get).unwrap_or(0)
}

/// Runs `run`, and `other` in its gap of this number; the first has number 1. `None`: there was no
/// such gap, and `other` didn't run.
///
/// ```
/// use kettle_judge::lock::{Mutex, with_gap};
/// use std::sync::Arc;
///
/// // Adds 1 in two steps, between which it releases the lock.
/// fn add(number: &Mutex<u32>) {
///     let before = *number.lock();
///     *number.lock() = before + 1;
/// }
///
/// let mut results = Vec::new();
/// for gap in 1.. {
///     let number = Arc::new(Mutex::new(0));
///     let same = number.clone();
///     let Some(()) = with_gap(gap, move || *same.lock() += 1, || add(&number)) else { break };
///     results.push(*number.lock());
/// }
/// // Before the first lock; after it; before the second, and after it.
/// assert_eq!(results, [2, 1, 1, 2]);
/// ```
pub fn with_gap<R>(
    gap: usize,
    other: impl FnOnce() + 'static,
    run: impl FnOnce() -> R,
) -> Option<R> {
    OTHER.set(Some((gap, Box::new(other))));
    let came = run();
    OTHER.take().is_none().then_some(came)
}

/// A moment at which this thread is about to take a lock, or has just released one.
fn gap() {
    if held() > 0 || thread::panicking() {
        return;
    }
    let now = OTHER.try_with(|other| {
        let mut other = other.borrow_mut();
        let (left, _) = other.as_mut()?;
        *left -= 1;
        if *left == 0 { other.take() } else { None }
    });
    if let Ok(Some((_, run))) = now {
        run();
    }
}

fn count(change: isize) {
    // Gone at a thread's end, where nobody asks any more.
    let _ = HELD.try_with(|held| held.set(held.get().saturating_add_signed(change)));
}

impl<T> Mutex<T> {
    /// A mutex around `value`.
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(std::sync::Mutex::new(value))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        gap();
        MutexGuard::new(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The lock, unless it is held.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        gap();
        match self.0.try_lock() {
            Ok(inner) => Some(MutexGuard::new(inner)),
            Err(TryLockError::Poisoned(poisoned)) => Some(MutexGuard::new(poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The value, which nobody else can see.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    fn new(inner: std::sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        count(1);
        MutexGuard { inner: Some(inner) }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.inner = None;
        count(-1);
        gap();
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.as_ref().expect("it is held until it is dropped")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("it is held until it is dropped")
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn under_a_lock_there_is_no_gap() {
        let (outer, inner) = (Mutex::new(()), Mutex::new(()));
        let gaps = (1..).take_while(|gap| {
            with_gap(
                *gap,
                || assert_eq!(held(), 0),
                || {
                    let _outer = outer.lock();
                    assert_eq!(held(), 1);
                    drop(inner.lock());
                    assert!(outer.try_lock().is_none());
                },
            )
            .is_some()
        });
        assert_eq!(gaps.count(), 2, "before the outer lock, and after it");
    }

    #[test]
    fn what_runs_in_a_gap_has_none() {
        let runs = Arc::new(AtomicUsize::new(0));
        let count = runs.clone();
        let lock = Arc::new(Mutex::new(0));
        let same = lock.clone();
        let other = move || {
            *same.lock() += 1;
            count.fetch_add(1, SeqCst);
        };
        assert!(with_gap(1, other, || drop(lock.lock())).is_some());
        assert_eq!((runs.load(SeqCst), *lock.lock()), (1, 1));
    }
}
