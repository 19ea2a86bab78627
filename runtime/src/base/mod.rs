//! What do all floors need that has nothing to do with tasks?
//!
//! | file | the question it answers |
//! |---|---|
//! | `user_code.rs` | what happens when a waker panics, or the drop of an output or a message? |
//! | `waker_slot.rs` | how is the newest waker stored, with no user code under a lock? |
//! | `sync.rs` | where do the files that a model checker runs get their locks and atomics? |

pub(crate) mod sync;
pub(crate) mod user_code;
mod waker_slot;

pub(crate) use waker_slot::own_waker;
pub use waker_slot::{Call, Old, WakerSlot, store_waker};
