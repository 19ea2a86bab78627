//! What does the engine do when its API is used, as its records and its counts tell?
//!
//! Here is what needs no process of its own. What the API promises is in `tests/api`, where tokio
//! is asked, too; what the system may do to a process in `tests/system`.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folded.rs"]
mod folded;
#[path = "../common/records.rs"]
mod records;

mod blocking;
mod budget;
#[cfg(debug_assertions)]
mod calls;
mod fairness;
mod idle;
mod late_wakes;
mod local;
mod memory;
mod messages;
#[cfg(unix)]
mod net_events;
mod refused;
#[cfg(debug_assertions)]
mod sites;
mod waker_locks;
mod wakes;

/// Held by a test of children, because whichever runtime of a process looks first reaps what was
/// dropped, and tells of its end.
static CHILDREN: std::sync::Mutex<()> = std::sync::Mutex::new(());
