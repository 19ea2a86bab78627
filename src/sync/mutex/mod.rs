//! How does one task at a time get a value that many share, and keep it across an `.await`?
//!
//! Through a lock with a line. The lock is a plain `parking_lot::Mutex<T>`, which is only ever
//! *tried*; whoever does not get it stands in line ([`WaitList`]) and is woken when it is his turn.
//! While somebody stands in line, nobody but the first may try: a lock that is released with a
//! line is kept for the first, and nobody gets past.
//!
//! **No wake-up is lost.** Two threads meet, one that wants and one that releases:
//!
//! ```text
//!   wants, under the line's lock              releases
//!   1 stand in line, waker stored             a unlock the value
//!   2 crowded = true                          b fence
//!   3 fence                                   c crowded? no: done
//!   4 first in line? try the value            d yes: under the line's lock, take the waker of the
//!   5 got it: leave the line. else: Pending     first; after it, wake
//! ```
//!
//! The fences make it impossible that 4 finds the value locked *and* c finds nobody (Dekker). So
//! either 4 succeeds, or d comes; and d comes after 5, because both hold the line's lock, so it
//! finds the waker. A waiter that is polled again needs no second fence: what it stored in 2
//! stands until it leaves. It tries, and if that fails stores its newest waker, all under the
//! line's lock: d comes after that too.
//!
//! A waiter that is dropped leaves the line. If it was the first and the lock is free, it may have
//! been called by d already: the next is called in its place.
//!
//! Somebody on another thread may read "not crowded", and take the lock after a waiter came and a
//! release called it. So it looks again when it has the lock, gives it back if there is a line, and
//! calls the first once more. On one thread this cannot happen.
//!
//! Interface: [`Mutex`], its guards (`guard.rs`) and the future of `lock` (`lock.rs`), which use
//! `try_take`, `poll_in_line`, `leave_line` and `look_at_line`.
//!
//! Invariants: `crowded` says whether the line is empty, and changes under the line's lock. No
//! waker is called or dropped under it. Nobody blocks on the value's lock.
//!
//! Why the value lies in an `Arc` of its own: a guard that *owns* the mutex (`lock_owned`) cannot
//! at the same time borrow from it, without `unsafe`; `parking_lot`'s guard for an `Arc` can. The
//! price is one allocation in `new`, and that `Mutex<[u8; 4]>` does not turn into `Mutex<[u8]>`.
//!
//! tokio: a semaphore of one permit beside an `UnsafeCell`. `const_new` and unsizing work there.

mod guard;
mod lock;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::task::Context;

use kettle_runtime::event::{self, Event, Replaced, Resource, emit};
use kettle_runtime::{Parked, Serial};

use self::guard::Holder;
use self::lock::Lock;
use super::blocking;
use super::pinned::pinned;
use super::wait_list::{Key, WaitList};

pub use self::guard::{MutexGuard, OwnedMutexGuard};

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
    serial: Serial,
    /// Does somebody stand in line?
    crowded: AtomicBool,
    line: parking_lot::Mutex<WaitList>,
    value: Arc<parking_lot::Mutex<T>>,
}

/// The lock is held, or kept for somebody who waits.
///
/// tokio: `tokio::sync::TryLockError`.
#[derive(Debug)]
pub struct TryLockError(());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

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
            crowded: AtomicBool::new(false),
            line: parking_lot::Mutex::new(WaitList::new()),
            value: Arc::new(parking_lot::Mutex::new(t)),
        }
    }

    /// Takes the lock, waiting in line if it is held.
    ///
    /// tokio: `tokio::sync::Mutex::lock`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: called again it stands at the end.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let mut guard = mutex.lock().await;
    /// *guard += 1;
    /// drop(guard);
    /// assert_eq!(mutex.into_inner(), 2);
    /// # }
    /// ```
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        pinned(Lock::new(self, |value, holder| MutexGuard::new(value, holder)))
    }

    /// Takes the lock for a guard that owns the mutex, so that it can go into a spawned task.
    ///
    /// tokio: `tokio::sync::Mutex::lock_owned`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: called again it stands at the end.
    ///
    /// ```
    /// use kettle::sync::Mutex;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main]
    /// # async fn main() {
    /// let mutex = Arc::new(Mutex::new(1));
    /// let mut guard = mutex.clone().lock_owned().await;
    /// kettle::spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*mutex.lock().await, 2);
    /// # }
    /// ```
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        pinned(Lock::new(self, |value, holder| OwnedMutexGuard::new(value, holder)))
    }

    /// Takes the lock if it is free and nobody waits for it.
    ///
    /// tokio: `tokio::sync::Mutex::try_lock`.
    ///
    /// # Errors
    ///
    /// If it is held, or kept for somebody who waits.
    ///
    /// ```
    /// let mutex = kettle::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let value = Mutex::try_take(&self).ok_or(TryLockError(()))?;
        Ok(MutexGuard::new(value, self))
    }

    /// As [`try_lock`](Mutex::try_lock), for a guard that owns the mutex.
    ///
    /// tokio: `tokio::sync::Mutex::try_lock_owned`.
    ///
    /// # Errors
    ///
    /// If it is held, or kept for somebody who waits.
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        let value = Mutex::try_take(&self).ok_or(TryLockError(()))?;
        Ok(OwnedMutexGuard::new(value, self))
    }

    /// Takes the lock in code that is not async, blocking the thread while it is held.
    ///
    /// tokio: `tokio::sync::Mutex::blocking_lock`.
    ///
    /// # Panics
    ///
    /// In async code: blocking the thread would stop the runtime whose task is to release it.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        blocking::block_on("Mutex::blocking_lock", self.lock())
    }

    /// As [`blocking_lock`](Mutex::blocking_lock), for a guard that owns the mutex.
    ///
    /// tokio: `tokio::sync::Mutex::blocking_lock_owned`.
    ///
    /// # Panics
    ///
    /// In async code, as [`blocking_lock`](Mutex::blocking_lock).
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        blocking::block_on("Mutex::blocking_lock_owned", self.lock_owned())
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

/// The steps of the protocol, by their numbers in the header.
impl<T: ?Sized> Mutex<T> {
    /// Takes the value if there is no line.
    #[inline]
    fn try_take<H: Holder<T = T>>(holder: &H) -> Option<H::Value> {
        let mutex = holder.mutex();
        if mutex.crowded.load(Ordering::Relaxed) {
            return None;
        }
        let value = holder.try_value()?;
        if mutex.crowded.load(Ordering::Relaxed) {
            drop(value);
            mutex.look_at_line();
            return None;
        }
        emit(Event::LockTake { lock: mutex.serial });
        Some(value)
    }

    /// Steps 1 to 5.
    fn poll_in_line<H: Holder<T = T>>(
        holder: &H,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Option<H::Value> {
        let mutex = holder.mutex();
        let mut line = mutex.line.lock();
        let joins = place.is_none();
        let key = place.get_or_insert_with(|| line.join(1, cx));
        if joins {
            mutex.crowded.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
        }
        if line.is_first(key)
            && let Some(value) = holder.try_value()
        {
            let left = place.take().map(|key| line.leave(key));
            mutex.crowded.store(!line.is_empty(), Ordering::Relaxed);
            drop(line);
            drop(left);
            emit(Event::LockTake { lock: mutex.serial });
            return Some(value);
        }
        let (replaced, old) = if joins { (Replaced::None, None) } else { line.renew(key, cx) };
        let at = if event::on() { line.place(key) } else { 0 };
        drop(line);
        drop(old);
        emit(Event::Wait { on: Resource::Lock(mutex.serial, at), replaced });
        None
    }

    /// A waiter that is dropped leaves the line.
    fn leave_line(&self, place: Key) {
        let mut line = self.line.lock();
        let at = if event::on() { line.place(&place) } else { 0 };
        let was_first = line.is_first(&place);
        let left = line.leave(place);
        self.crowded.store(!line.is_empty(), Ordering::Relaxed);
        let next = if was_first { self.call_first(&mut line) } else { None };
        drop(line);
        if left.parked.is_some() {
            emit(Event::Unwait { on: Resource::Lock(self.serial, at) });
        }
        drop(left);
        if let Some(next) = next {
            next.wake();
        }
    }

    /// Steps b to d, for the one who has just let go of a guard.
    #[inline]
    fn after_release(&self) {
        fence(Ordering::SeqCst);
        let next = if self.crowded.load(Ordering::Relaxed) { self.next() } else { None };
        emit(Event::LockRelease { lock: self.serial, handed_over: next.is_some() });
        if let Some(next) = next {
            next.wake();
        }
    }

    /// The same for the one who took the lock and found that it was not its turn.
    #[cold]
    fn look_at_line(&self) {
        fence(Ordering::SeqCst);
        if let Some(next) = self.next() {
            next.wake();
        }
    }

    #[cold]
    fn next(&self) -> Option<Parked> {
        self.call_first(&mut self.line.lock())
    }

    /// Whoever holds the lock meanwhile will look at the line when it releases it.
    fn call_first(&self, line: &mut WaitList) -> Option<Parked> {
        if self.value.is_locked() { None } else { line.call() }
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

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mutex = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => mutex.field("data", &&*guard),
            Err(_) => mutex.field("data", &format_args!("<locked>")),
        };
        mutex.finish()
    }
}
