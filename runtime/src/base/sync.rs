//! Which locks and atomics protect what several threads share?
//!
//! These. A model checker compiles the very same files with its own: the model package has a
//! `base::sync` with the same names, made of loom's types, for `inbox/inbox.rs`,
//! `tasks/hand_over.rs`, `io/readiness.rs`, `runtime/thread_parker.rs` and `runtime/core_slot.rs`.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::thread;

pub(crate) use parking_lot::Mutex;
