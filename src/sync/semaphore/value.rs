//! What is a semaphore made of?
//!
//! A [`Semaphore`] has nothing but [`Permits`]. This file has the methods that don't take a permit.

use std::fmt;

use kettle_runtime::event::{SyncKind, done_here};

use super::acquire::Owner;
use super::permits::Permits;

/// A number of permits that tasks take and give back.
///
/// A semaphore limits how many tasks do something at once. Tasks that find too few permits wait in
/// line and are served in order of arrival, so tasks that want few can't overtake one that wants
/// many.
///
/// ```
/// use kettle::sync::Semaphore;
/// use kettle::time::{Duration, Instant, sleep};
/// use std::sync::Arc;
///
/// # #[kettle::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// let two = Arc::new(Semaphore::new(2));
/// let start = Instant::now();
/// let tasks: Vec<_> = (0..6)
///     .map(|_| {
///         let two = two.clone();
///         kettle::spawn(async move {
///             let _permit = two.acquire().await.unwrap();
///             sleep(Duration::from_secs(1)).await;
///         })
///     })
///     .collect();
/// for task in tasks {
///     task.await.unwrap();
/// }
/// assert_eq!(start.elapsed().as_secs(), 3, "six tasks, two at a time");
/// # }
/// ```
pub struct Semaphore {
    pub(super) permits: Permits,
}

impl Semaphore {
    /// The most permits that a semaphore can have: `usize::MAX >> 3`.
    pub const MAX_PERMITS: usize = Permits::MAX;

    /// Makes a semaphore with this many permits.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS).
    #[track_caller]
    pub fn new(permits: usize) -> Semaphore {
        let semaphore = Semaphore::const_new(permits);
        semaphore.permits.made();
        semaphore
    }

    /// Like [`new`](Semaphore::new), for a `static`, where the compiler reports too many permits.
    #[track_caller]
    pub const fn const_new(permits: usize) -> Semaphore {
        assert!(
            permits <= Semaphore::MAX_PERMITS,
            "a semaphore may not have more than MAX_PERMITS permits"
        );
        Semaphore { permits: Permits::new(SyncKind::Semaphore, permits) }
    }

    /// Returns how many permits are free at this moment.
    ///
    /// While tasks are waiting in line, it is 0, because returned permits belong to the first of
    /// them.
    pub fn available_permits(&self) -> usize {
        self.permits.free()
    }

    /// Adds `n` new permits, which tasks in line get first.
    ///
    /// # Panics
    ///
    /// If more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS) would then be free.
    ///
    /// ```
    /// let semaphore = kettle::sync::Semaphore::new(0);
    /// semaphore.add_permits(2);
    /// assert!(semaphore.try_acquire_many(2).is_ok());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn add_permits(&self, n: usize) {
        done_here(|| self.permits.add(n));
    }

    /// Removes at most `n` free permits for good and returns how many.
    ///
    /// ```
    /// let semaphore = kettle::sync::Semaphore::new(3);
    /// assert_eq!(semaphore.forget_permits(2), 2);
    /// assert_eq!(semaphore.forget_permits(2), 1, "there was only one left");
    /// ```
    #[track_caller]
    pub fn forget_permits(&self, n: usize) -> usize {
        done_here(|| self.permits.forget_free(n))
    }

    /// Closes the semaphore, so that no task can acquire permits any more. Tasks in line are woken
    /// and get an error. Permits already taken stay valid.
    ///
    /// ```
    /// use kettle::sync::{Semaphore, TryAcquireError};
    ///
    /// # #[kettle::main] async fn main() {
    /// let semaphore = Semaphore::new(1);
    /// semaphore.close();
    /// assert!(semaphore.acquire().await.is_err());
    /// assert_eq!(semaphore.try_acquire().err(), Some(TryAcquireError::Closed));
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn close(&self) {
        done_here(|| self.permits.close());
    }

    /// Returns whether the semaphore has been closed.
    pub fn is_closed(&self) -> bool {
        self.permits.is_closed()
    }
}

impl Owner for Semaphore {
    fn permits(&self) -> &Permits {
        &self.permits
    }
}

/// Converts a number of permits, after checking that a semaphore can have that many.
#[track_caller]
pub(super) fn amount(permits: u32) -> usize {
    let permits = permits as usize;
    assert!(
        permits <= Semaphore::MAX_PERMITS,
        "a semaphore may not have more than MAX_PERMITS permits"
    );
    permits
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").field("permits", &self.available_permits()).finish()
    }
}
