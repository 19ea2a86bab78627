//! What does every floor above need, though it has nothing to do with tasks?
//!
//! | file | the question it answers |
//! |---|---|
//! | `user_code.rs` | what happens when a waker panics, or the drop of an output or a message? |
//! | `waker_slot.rs` | how is the newest waker stored, with no user code under a lock? |
//! | `sync.rs` | which locks and atomics protect what several threads share? |

pub(crate) mod sync;
pub(crate) mod user_code;
mod waker_slot;

pub(crate) use waker_slot::own_waker;
pub use waker_slot::{Call, Old, WakerSlot, store_waker};
