//! What does every floor above need, though it has nothing to do with tasks?
//!
//! | file | the question it answers |
//! |---|---|
//! | `user_code.rs` | what if user code panics where it has no caller to panic to? |
//! | `waker_slot.rs` | how is the newest waker stored, with no user code under a lock? |
//! | `sync.rs` | where do the files that threads meet in take their locks and atomics from? |
//!
//! May import: the events.

pub(crate) mod sync;
pub(crate) mod user_code;
mod waker_slot;

pub use waker_slot::WakerSlot;
