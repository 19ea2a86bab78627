//! What does an answer on the public API find under the name of `std`?
//!
//! All that std has. Its mutex, its condition variable, its atomics and `spawn` are the judge's: they do what std's
//! may do, and a check can use their gaps (`kettle_judge::lock`). They have std's methods but `clear_poison`, and
//! those for raw pointers. A program of checks calls this crate `std`
//! (`extern crate kettle_judge_std as std;`), so an answer is written as for any other program.

pub use ::std::*;

/// `std::thread`, with a `spawn` of whose thread a check may use the gaps, and a `park_timeout` that it sees.
pub mod thread {
    pub use ::std::thread::*;
    pub use kettle_judge::threads::park_timeout;

    /// `std::thread::spawn`.
    pub fn spawn<F, T>(f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let other = kettle_judge::lock::of_the_next_thread();
        ::std::thread::spawn(move || {
            if let Some((gap, other)) = other {
                kettle_judge::lock::in_a_gap_from_here(gap, other);
            }
            f()
        })
    }
}

/// `std::sync`, with locks and atomics that have gaps.
pub mod sync {
    use ::std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use kettle_judge::lock;
    use kettle_judge::threads;

    pub use ::std::sync::*;
    pub use kettle_judge::lock::MutexGuard;

    /// `std::sync::atomic`.
    pub mod atomic {
        pub use ::std::sync::atomic::*;
        pub use kettle_judge::atomic::{AtomicBool, AtomicUsize, fence};
        pub use kettle_judge::atomic::{AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize};
        pub use kettle_judge::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64};
    }

    /// `std::sync::Mutex`.
    #[derive(Debug, Default)]
    pub struct Mutex<T: ?Sized>(lock::Mutex<T>);

    impl<T> Mutex<T> {
        /// A mutex around `value`.
        pub const fn new(value: T) -> Mutex<T> {
            Mutex(lock::Mutex::new(value))
        }

        /// The value.
        ///
        /// # Errors
        ///
        /// A panic has poisoned it.
        pub fn into_inner(self) -> LockResult<T> {
            self.0.into_std().into_inner()
        }
    }

    impl<T: ?Sized> Mutex<T> {
        /// Waits for the lock.
        ///
        /// # Errors
        ///
        /// A panic has poisoned it.
        pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            self.0.lock_as_std()
        }

        /// The lock, unless it is held.
        ///
        /// # Errors
        ///
        /// It is held. (That a panic has poisoned it is not told.)
        pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
            self.0.try_lock().ok_or(TryLockError::WouldBlock)
        }

        /// The value, which no other code can see.
        ///
        /// # Errors
        ///
        /// None: that a panic has poisoned it is not told.
        pub fn get_mut(&mut self) -> LockResult<&mut T> {
            Ok(self.0.get_mut())
        }

        /// Has a panic poisoned it?
        pub fn is_poisoned(&self) -> bool {
            self.0.is_poisoned()
        }
    }

    impl<T> From<T> for Mutex<T> {
        fn from(value: T) -> Mutex<T> {
            Mutex::new(value)
        }
    }

    /// `std::sync::Condvar`. Each other `wait` returns at once, though no thread was notified, as std's may. A check may
    /// say when a timeout comes ([`threads::timeout`]), and use the gap between it and the lock.
    #[derive(Debug, Default)]
    pub struct Condvar(::std::sync::Condvar, AtomicBool);

    #[allow(missing_docs, clippy::missing_errors_doc, reason = "as std's")]
    impl Condvar {
        pub const fn new() -> Condvar {
            Condvar(::std::sync::Condvar::new(), AtomicBool::new(false))
        }

        pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
            let waits = self.1.fetch_xor(true, Ordering::Relaxed);
            let wait = |inner| if waits { unpoisoned(self.0.wait(inner)) } else { inner };
            Ok(guard.while_released(|inner| (wait(inner), ())).0)
        }

        pub fn wait_while<'a, T>(
            &self,
            mut guard: MutexGuard<'a, T>,
            mut is_to_wait: impl FnMut(&mut T) -> bool,
        ) -> LockResult<MutexGuard<'a, T>> {
            while is_to_wait(&mut guard) {
                guard = unpoisoned(self.wait(guard));
            }
            Ok(guard)
        }

        pub fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            timeout: Duration,
        ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
            let timeout = threads::timeout(timeout);
            let (guard, is_over) = guard.has_gap();
            if is_over {
                // (Of one that is never notified.)
                let late = ::std::sync::Condvar::new();
                let wait = |inner| unpoisoned(late.wait_timeout(inner, Duration::ZERO));
                return Ok(guard.while_released(wait));
            }
            let wait = |inner| unpoisoned(self.0.wait_timeout(inner, timeout));
            Ok(guard.while_released(wait))
        }

        pub fn wait_timeout_while<'a, T>(
            &self,
            mut guard: MutexGuard<'a, T>,
            timeout: Duration,
            mut is_to_wait: impl FnMut(&mut T) -> bool,
        ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
            let mut timeout = threads::timeout(timeout);
            if is_to_wait(&mut guard) {
                let (again, is_over) = guard.has_gap();
                guard = again;
                timeout = if is_over { Duration::ZERO } else { timeout };
            }
            let wait = |inner| self.0.wait_timeout_while(inner, timeout, is_to_wait);
            Ok(guard.while_released(|inner| unpoisoned(wait(inner))))
        }

        pub fn notify_one(&self) {
            self.0.notify_one();
        }

        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    fn unpoisoned<T>(taken: LockResult<T>) -> T {
        taken.unwrap_or_else(PoisonError::into_inner)
    }
}
