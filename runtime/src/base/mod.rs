//! What do all floors need that has nothing to do with tasks?

pub(crate) mod user_code; // what happens when a waker, or the drop of an output or message, panics?
mod waker_slot; // how is the newest waker stored, with no user code under a lock?
mod holds_checks; // when does the engine check its invariants, and what does a check do?
pub(crate) mod sync; // where do the files that a model checker runs get their locks and atomics?

pub(crate) use holds_checks::{VERIFIES, holds};
pub use waker_slot::{Call, Old, WakerSlot, is_own, own_waker, store_waker};
