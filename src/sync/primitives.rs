//! Where do `semaphore/free.rs`, `semaphore/permits.rs` and `task/join_set/ready.rs` import their
//! atomics and lock from?
//!
//! From here, so that the loom models can compile the same files with loom's types.
//!
//! tokio: `cfg(loom)` switches its `loom` module; here the crate that includes the file chooses.

pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use kettle_runtime::event::{StateGuard, StateLock};
