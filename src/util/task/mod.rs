//! How does a program wait until many tasks have ended?
//!
//! By counting them: `task_tracker.rs` counts, `spawning.rs` spawns what is counted.
//!
//! tokio: `tokio_util::task`.

#[cfg(feature = "rt")]
mod spawning;
pub mod task_tracker;

pub use task_tracker::TaskTracker;
