//! What the mutex's `turn.rs` finds under `crate::sync` here.

/// The line of a mutex, as it is. It is plain data.
#[allow(dead_code)] // what the channels use of it
#[path = "../../../../src/sync/wait_list.rs"]
pub(crate) mod wait_list;

#[path = "../../../../src/sync/store_waker.rs"]
pub(crate) mod store_waker;

#[allow(dead_code)] // what the tests beside the files use of it
#[path = "../../../../src/sync/trim.rs"]
pub(crate) mod trim;

pub(crate) mod primitives {
    pub(crate) use crate::base::sync::{AtomicBool, Mutex, Ordering};
    pub(crate) use loom::sync::atomic::fence;
}
