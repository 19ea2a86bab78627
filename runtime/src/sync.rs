//! Where do the files that threads meet in take their atomics, lock, threads, channel and bell
//! from?
//!
//! From here, so that a model checker can compile the very same files with its own: the model
//! package has a `sync` of the same names, made of loom's types, for `letterbox.rs`, `parker.rs`
//! and `readiness.rs`.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
pub(crate) use std::thread;

pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};
pub(crate) use parking_lot::Mutex;

pub(crate) use crate::remote::Bell;
