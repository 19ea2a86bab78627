//! What `ready.rs` of `JoinSet` and the files of the permits find under `crate::sync` here.

/// The line, as it is. It is plain data.
#[allow(dead_code)] // what the channels use of it
#[path = "../../../../src/sync/wait_list.rs"]
pub(crate) mod wait_list;

/// As it is. No thread of a scene records events.
#[allow(dead_code)] // what the channels use of it
#[path = "../../../../src/sync/report.rs"]
pub(crate) mod report;

#[allow(dead_code)] // what the tests beside the files use of it
#[path = "../../../../src/sync/trim.rs"]
pub(crate) mod trim;

pub(crate) mod primitives {
    pub(crate) use crate::base::sync::{AtomicUsize, Ordering, StateGuard, StateLock};
}
