//! Where do `semaphore/free.rs`, `semaphore/permits.rs` and `task/join_set/ready.rs` take their
//! atomics and lock from?
//!
//! From here, so that a model checker can compile the very same files with its own.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use parking_lot::{Mutex, MutexGuard};
