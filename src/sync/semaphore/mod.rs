//! How can tasks limit how many of them do something at once?
//!
//! Each task takes permits before it begins and gives them back when it is done. If too few are
//! free, it waits in line.
//!
//! | file | what is in it |
//! |---|---|
//! | `../wait_list.rs` | the line, which most primitives use |
//! | `error.rs` | [`AcquireError`], [`TryAcquireError`] |
//! | `free.rs` | how many permits are free, in one atomic word |
//! | `permits.rs` | free permits and the line: which task gets returned permits? |
//! | `acquire.rs` | the future that takes permits, or waits for them |
//! | `held.rs` | how a lock's guard holds its permits |
//! | `value.rs` | [`Semaphore`] itself |
//! | `permit.rs` | [`SemaphorePermit`], [`OwnedSemaphorePermit`]: giving back, merging, splitting |
//!
//! Each file imports only from files above it. This file has the ways to take permits.
//!
//! tokio: `sync/semaphore.rs` on `sync/batch_semaphore.rs`.

pub(in crate::sync) mod acquire;
mod error;
mod free;
pub(in crate::sync) mod held;
mod permit;
pub(in crate::sync) mod permits;
mod value;

use std::sync::Arc;

use kettle_runtime::event::done_here;

use self::acquire::Acquire;
use self::value::amount;
use super::blocking;
use super::pinned::pinned;

pub use self::error::{AcquireError, TryAcquireError};
pub use self::permit::{OwnedSemaphorePermit, SemaphorePermit};
pub use self::value::Semaphore;

impl Semaphore {
    /// Takes a permit. Waits in line if none is free.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed or gets closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let semaphore = kettle::sync::Semaphore::new(1);
    /// let permit = semaphore.acquire().await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// drop(permit);
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # }
    /// ```
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_many(1)
    }

    /// Like [`acquire`](Semaphore::acquire), but takes `n` permits at once, and waits in line until
    /// it has them all.
    ///
    /// While it is the first in line, it gets all returned permits until it has enough, so later
    /// tasks have to wait even if they want fewer.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost, and any permits given to it go to the next.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let semaphore = kettle::sync::Semaphore::new(5);
    /// let permit = semaphore.acquire_many(3).await.unwrap();
    /// assert_eq!((permit.num_permits(), semaphore.available_permits()), (3, 2));
    /// # }
    /// ```
    #[track_caller]
    pub fn acquire_many(
        &self,
        n: u32,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        pinned(Acquire::new(self, amount(n), |semaphore, taken| {
            taken.map(|hold| SemaphorePermit::new(semaphore, hold))
        }))
    }

    /// Takes a permit, if one is free.
    ///
    /// # Errors
    ///
    /// If none is free, or the semaphore is closed.
    ///
    /// ```
    /// use kettle::sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// let permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.try_acquire().err(), Some(TryAcquireError::NoPermits));
    /// # drop(permit);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Like [`try_acquire`](Semaphore::try_acquire), for `n` permits at once.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        done_here(|| {
            let hold = self.permits.try_take(amount(n), false)?;
            Ok(SemaphorePermit::new(self, hold))
        })
    }

    /// Takes a permit in synchronous code, blocking the thread while none is free.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed or gets closed.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the runtime whose task has to give the permit
    /// back.
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        blocking::block_on("Semaphore::blocking_acquire", self.acquire())
    }

    /// Like [`blocking_acquire`](Semaphore::blocking_acquire), for `n` permits.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        blocking::block_on("Semaphore::blocking_acquire_many", self.acquire_many(n))
    }
}

/// Permits that own the semaphore.
impl Semaphore {
    /// Like [`acquire`](Semaphore::acquire), but the permit owns the semaphore, so that it can move
    /// to a spawned task.
    ///
    /// ```
    /// use kettle::sync::Semaphore;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main] async fn main() {
    /// let three = Arc::new(Semaphore::new(3));
    /// for _ in 0..10 {
    ///     let permit = three.clone().acquire_owned().await.unwrap();
    ///     kettle::spawn(async move {
    ///         // One of three at a time.
    ///         drop(permit);
    ///     });
    /// }
    /// # }
    /// ```
    #[track_caller]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_many_owned(1)
    }

    /// Like [`acquire_many`](Semaphore::acquire_many), but the permits own the semaphore.
    #[track_caller]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        pinned(Acquire::new(self, amount(n), |semaphore, taken| {
            taken.map(|hold| OwnedSemaphorePermit::new(semaphore, hold))
        }))
    }

    /// Like [`try_acquire`](Semaphore::try_acquire), but the permit owns the semaphore.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// Like [`try_acquire_many`](Semaphore::try_acquire_many), but the permits own the semaphore.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        done_here(|| {
            let hold = self.permits.try_take(amount(n), true)?;
            Ok(OwnedSemaphorePermit::new(self, hold))
        })
    }

    /// Like [`blocking_acquire`](Semaphore::blocking_acquire), but the permit owns the semaphore.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        blocking::block_on("Semaphore::blocking_acquire_owned", self.acquire_owned())
    }

    /// Like [`blocking_acquire_many`](Semaphore::blocking_acquire_many), but the permits own the
    /// semaphore.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        blocking::block_on("Semaphore::blocking_acquire_many_owned", self.acquire_many_owned(n))
    }
}
