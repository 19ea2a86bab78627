//! How do tasks hand each other values, and share one?
//!
//! | what | for |
//! |---|---|
//! | [`mpsc`] | many send, one receives, in order |
//! | [`oneshot`] | one value, once |
//! | [`Mutex`] | a value that one task at a time may touch, even across an `.await` |
//!
//! All of them may be shared between threads, runtimes and executors: they wake through whatever
//! waker they were polled with.
//!
//! Each is one plain state machine behind one lock, and whoever waits stands in the one structure
//! they share, the `WaitList`: a line, first come, first served. What is freed while
//! somebody waits *belongs* to the first in line: nobody who comes later gets past, and a waiter
//! that is dropped passes on what it was given.
//!
//! tokio: `tokio::sync`.

pub(crate) mod blocking;
pub mod mpsc;
mod mutex;
pub mod oneshot;
pub(crate) mod pinned;
pub(crate) mod primitives;
pub(crate) mod store_waker;
pub(crate) mod wait_list;

pub use mutex::{Mutex, MutexGuard, OwnedMutexGuard, TryLockError};
