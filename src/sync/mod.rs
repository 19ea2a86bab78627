//! How do tasks exchange and share values?
//!
//! ```
//! use kettle::sync::mpsc;
//!
//! # #[kettle::main] async fn main() {
//! let (orders, mut kitchen) = mpsc::channel(8);
//! kettle::spawn(async move { orders.send("tea").await });
//! assert_eq!(kitchen.recv().await, Some("tea"));
//! # }
//! ```
//!
//! | what | for |
//! |---|---|
//! | [`mpsc`] | many senders, one receiver, values in order |
//! | [`oneshot`] | one value, once |
//! | [`broadcast`] | every value to every receiver |
//! | [`watch`] | the newest value, to any number of receivers |
//! | [`Mutex`] | a value that one task at a time uses, even across an `.await` |
//! | [`OnceCell`] | a value that some task computes when it is first needed |
//! | [`SetOnce`] | a value that is set once and that tasks can wait for |
//! | [`RwLock`] | a value that many tasks can read at once, or one can change |
//! | [`Barrier`] | waiting until several tasks have reached the same point |
//! | [`Semaphore`] | limiting how many tasks do something at once |
//! | [`Notify`] | waking one waiting task, or all of them |
//!
//! All of them can be shared between threads, runtimes and executors, because they wake a task with
//! whichever waker they were polled with.
//!
//! Most are one plain state machine behind one lock; a value that a program uses in place (in a
//! `Mutex`, an `RwLock` or a `watch`) has its own lock. Waiting tasks are in a `WaitList`, a line
//! served in order of arrival, which all primitives use. Whatever is freed while tasks are in line
//! *belongs* to the first of them. A later arrival can't overtake it, and a waiter that is dropped
//! passes on whatever it was given.

mod barrier;
pub(crate) mod blocking;
pub mod broadcast;
mod guard_traits;
mod late_arc;
pub mod mpsc;
mod mutex;
mod notify;
mod once_cell;
mod once_value;
pub mod oneshot;
pub(crate) mod pinned;
pub(crate) mod primitives;
pub(crate) mod report;
mod rwlock;
mod semaphore;
mod set_once;
pub(crate) mod trim;
mod wait_closed;
pub(crate) mod wait_list;
pub(crate) mod wait_together;
pub mod watch;
mod weak_sender;

pub use barrier::{Barrier, BarrierWaitResult};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard, TryLockError};
pub use notify::Notify;
pub use once_cell::{OnceCell, SetError};
pub use rwlock::{
    OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockMappedReadGuard,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{
    AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit, TryAcquireError,
};
pub use set_once::{SetOnce, SetOnceError};

/// The module's named futures.
pub mod futures {
    pub use super::notify::{Notified, OwnedNotified};
}
