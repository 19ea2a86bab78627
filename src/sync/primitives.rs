//! Where does `task/join_set/ready.rs` take its lock from?
//!
//! From here, so that a model checker can compile the very same file with its own.
//!
//! tokio: the `loom` module, switched by `cfg(loom)`; here by the crate that includes the file.

pub(crate) use parking_lot::Mutex;
