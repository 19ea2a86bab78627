//! Tasks.

mod coop;
mod ids;
mod join_set;
mod local_set;
mod task_local;
