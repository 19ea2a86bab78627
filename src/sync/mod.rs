//! How do tasks hand each other values, and share one?
//!
//! ```
//! use kettle::sync::mpsc;
//!
//! # #[kettle::main]
//! # async fn main() {
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
//! | [`Mutex`] | a value that one task at a time may use, even across an `.await` |
//! | [`OnceCell`] | a value that one of many tasks computes when it is first needed |
//! | [`SetOnce`] | a value that is set once, and for which tasks wait |
//! | [`RwLock`] | a value that many tasks may read at once, or one may change |
//! | [`Barrier`] | that all of several tasks have come so far |
//! | [`Semaphore`] | how many tasks may do something at once |
//! | [`Notify`] | that something has happened, for one task or for all that wait |
//!
//! All of them may be shared between threads, runtimes and executors, because they wake a task by
//! whatever waker they were polled with.
//!
//! Most are one plain state machine behind one lock; a value that a program uses in place (in a
//! `Mutex`, an `RwLock`, a `watch`) has a lock of its own. Where several tasks may wait, they are
//! kept in a structure that all primitives share, the `WaitList`: a line, served in order of
//! arrival. What is freed while there is a line *belongs* to the first in it. A task that comes
//! later can't overtake, and a waiter that is dropped passes on what it was given.

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

/// The futures that have names.
pub mod futures {
    pub use super::notify::{Notified, OwnedNotified};
}
