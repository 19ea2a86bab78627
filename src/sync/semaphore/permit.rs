//! How does a task hold a semaphore's permits?
//!
//! In a value that gives them back when it is dropped, and that can be split or merged with another
//! one. There are two types: one borrows its semaphore, the other owns an `Arc` of it. Forgotten
//! permits never come back.

use std::fmt;
use std::sync::Arc;

use kettle_runtime::event::{done_here, in_a_drop};

use super::value::Semaphore;
use crate::sync::report::Hold;

/// Permits that borrow their [`Semaphore`].
#[must_use = "the permits are given back at once if this is not kept"]
#[clippy::has_significant_drop]
pub struct SemaphorePermit<'a> {
    semaphore: &'a Semaphore,
    hold: Hold,
}

/// Permits that own an `Arc` of their [`Semaphore`], so that they can be moved to another task.
#[must_use = "the permits are given back at once if this is not kept"]
#[clippy::has_significant_drop]
pub struct OwnedSemaphorePermit {
    semaphore: Arc<Semaphore>,
    hold: Hold,
}

/// Implements both types, given how each holds its semaphore and how it returns it.
macro_rules! permit {
    ([$($life:lifetime)?] $permit:ident, $held:ty, $semaphore:ty, $owned:literal) => {
        impl $(<$life>)? $permit $(<$life>)? {
            pub(super) fn new(semaphore: $held, hold: Hold) -> Self {
                $permit { semaphore, hold }
            }

            /// Drops the permits without giving them back, so the semaphore has fewer from now on.
            ///
            /// ```
            /// let semaphore = kettle::sync::Semaphore::new(5);
            /// semaphore.try_acquire_many(2).unwrap().forget();
            /// assert_eq!(semaphore.available_permits(), 3);
            /// ```
            #[track_caller]
            pub fn forget(mut self) {
                done_here(|| self.semaphore.permits.forget_taken(&mut self.hold));
            }

            /// Adds the permits of `other` to these.
            ///
            /// # Panics
            ///
            /// If they belong to different semaphores.
            ///
            /// ```
            /// let semaphore = kettle::sync::Semaphore::new(3);
            /// let mut permit = semaphore.try_acquire().unwrap();
            /// permit.merge(semaphore.try_acquire_many(2).unwrap());
            /// assert_eq!(permit.num_permits(), 3);
            /// ```
            #[track_caller]
            pub fn merge(&mut self, mut other: Self) {
                assert!(
                    std::ptr::eq(&*self.semaphore, &*other.semaphore),
                    "permits of different semaphores can't be merged"
                );
                self.semaphore.permits.merge(&mut self.hold, &mut other.hold);
            }

            /// Splits off `n` permits. If there are fewer, returns `None` and keeps them all.
            ///
            /// ```
            /// let semaphore = kettle::sync::Semaphore::new(3);
            /// let mut permit = semaphore.try_acquire_many(3).unwrap();
            /// drop(permit.split(1).unwrap());
            /// assert_eq!((permit.num_permits(), semaphore.available_permits()), (2, 1));
            /// ```
            pub fn split(&mut self, n: usize) -> Option<Self> {
                let part = self.semaphore.permits.split(&mut self.hold, n, $owned)?;
                Some($permit::new(<$held>::clone(&self.semaphore), part))
            }

            /// Returns the semaphore that they belong to.
            pub fn semaphore(&self) -> &$semaphore {
                &self.semaphore
            }

            /// Returns the number of permits.
            pub fn num_permits(&self) -> usize {
                self.hold.units
            }
        }

        impl $(<$life>)? Drop for $permit $(<$life>)? {
            fn drop(&mut self) {
                let _line = in_a_drop();
                self.semaphore.permits.release(&self.hold);
            }
        }

        impl $(<$life>)? fmt::Debug for $permit $(<$life>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $permit { semaphore, hold } = self;
                let mut permit = f.debug_struct(stringify!($permit));
                permit.field("semaphore", semaphore).field("permits", &hold.units).finish()
            }
        }
    };
}

permit!(['a] SemaphorePermit, &'a Semaphore, Semaphore, false);
permit!([] OwnedSemaphorePermit, Arc<Semaphore>, Arc<Semaphore>, true);
