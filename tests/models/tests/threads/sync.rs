//! What the mutex's `turn.rs` finds under `crate::sync` here.

/// The line of a mutex, as it is. It is plain data.
#[allow(dead_code)] // what the channels use of it
#[path = "../../../../src/sync/wait_list.rs"]
pub(crate) mod wait_list;

#[allow(dead_code)] // as above
#[path = "../../../../src/sync/waker_slot.rs"]
mod waker_slot;

pub(crate) mod primitives {
    pub(crate) use crate::base::sync::{AtomicBool, Mutex, Ordering};
    pub(crate) use loom::sync::atomic::fence;
}
