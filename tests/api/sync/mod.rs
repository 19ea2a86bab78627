//! The primitives of `sync`: types, threads, wakers, panics, values' drops, words.
//!
//! Not here: who gets what in which order, and what one that gives up leaves behind.
//! `tests/fuzz/src/play` asks tokio that, after each of many random operations.

mod barrier;
mod broadcast;
mod mpsc;
mod mutex;
mod notify;
mod once_cell;
mod oneshot;
mod rwlock;
mod semaphore;
mod set_once;
mod watch;
