//! What `ready.rs` of `JoinSet` finds under `crate::sync` here.

#[path = "../../../../src/sync/store_waker.rs"]
pub(crate) mod store_waker;

#[allow(dead_code)] // what the tests beside the files use of it
#[path = "../../../../src/sync/trim.rs"]
pub(crate) mod trim;

pub(crate) mod primitives {
    pub(crate) use crate::base::sync::Mutex;
}
