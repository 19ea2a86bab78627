//! Where do the files that threads meet in take their atomics, threads, channel and bell from?
//!
//! From here, so that a model checker can compile the very same files with its own: the model
//! package has a `sync` of the same names, made of loom's types, for `letterbox.rs` and
//! `parker.rs`.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering, fence};
pub(crate) use std::thread;

pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};

pub(crate) use crate::remote::Bell;
