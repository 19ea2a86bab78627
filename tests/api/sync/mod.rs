//! The primitives of `sync`.

mod barrier;
mod broadcast;
mod mutex;
mod notify;
mod once_cell;
mod rwlock;
mod semaphore;
mod set_once;
mod watch;
