//! Where do the files that a model checker runs get their locks and atomics?
//!
//! They get them from here. The checker, loom, tries every order in which threads may take their
//! steps, but it sees only locks and atomics of its own. So `tests/models` has a `base::sync` with
//! the same names, made of loom's types, and compiles these files against it unchanged:
//! `inbox/inbox.rs`, `tasks/hand_over.rs`, `io/readiness.rs`, `runtime/thread_parker.rs` and
//! `runtime/core_slot.rs`. All others use std's atomics and `StateLock` directly.

pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::thread;

pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};
pub(crate) use kettle_events::StateLock;
