//! Tasks.

mod aborts;
mod coop;
mod ends;
mod ids;
mod join_handle;
mod join_set;
pub(crate) mod local_set;
mod local_tasks;
mod task_local;
