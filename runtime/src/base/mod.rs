//! What do all floors need that has nothing to do with tasks?

use std::fmt::Debug;

pub(crate) mod user_code; // what happens when a waker, or the drop of an output or message, panics?
mod waker_slot; // how is the newest waker stored, with no user code under a lock?
pub(crate) mod sync; // where do the files that a model checker runs get their locks and atomics?

pub(crate) use waker_slot::own_waker;
pub use waker_slot::{Call, Old, WakerSlot, store_waker};

/// Does the engine check its invariants while it runs (`*_checks.rs`)? Only in tests and exercises.
#[doc(hidden)]
pub const VERIFIES: bool = cfg!(all(feature = "verify", debug_assertions));

/// Asserts an invariant, `FILE.rs: sentence`, there, and says with which values it is broken.
#[doc(hidden)]
#[inline]
#[track_caller]
pub fn holds(invariant: &str, is_kept: bool, values: impl Debug) {
    assert!(!VERIFIES || is_kept, "{invariant}: {values:?}");
}
