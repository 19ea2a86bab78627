//! Which locks, atomics and queues protect what several threads share?
//!
//! Those below, in the files that a model checker checks. The checker (loom) tries every order in
//! which threads may take their steps. It compiles the same files with locks of its own: the model
//! package has a `base::sync` with the same names, made of loom's types, for `inbox/inbox.rs`,
//! `tasks/hand_over.rs`, `io/readiness.rs`, `runtime/thread_parker.rs` and `runtime/core_slot.rs`.
//! The other files take theirs from std and `parking_lot`.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::thread;

pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};
pub(crate) use parking_lot::Mutex;
