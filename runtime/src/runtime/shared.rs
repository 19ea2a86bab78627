//! What of a runtime may any thread touch?
//!
//! Its [`Shared`] parts, to which each handle holds a reference, and so does each thread that has
//! entered the runtime. Each part has a lock or atomics of its own. The first four also belong to
//! the loop (`Executor`). They outlive it: once the runtime has ended, each refuses what is new.

use std::fmt;
use std::panic::RefUnwindSafe;
use std::sync::Arc;

use kettle_events::{Id, RemoteEvents};

use crate::executor::{Counts, Pool};
use crate::inbox::Inbox;
use crate::io::Sources;
use crate::tasks::Message;
use crate::time::Time;

pub(super) struct Shared {
    pub(super) inbox: Arc<Inbox<Message>>,
    pub(super) time: Arc<Time>,
    pub(super) sources: Arc<Sources>,
    pub(super) counts: Arc<Counts>,
    pub(super) pool: Arc<Pool>,
    pub(super) events: Arc<RemoteEvents>,
    pub(super) id: Id,
    pub(super) name: Option<String>,
}

impl RefUnwindSafe for Shared {}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
