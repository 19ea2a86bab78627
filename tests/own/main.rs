//! What does kettle do that its API doesn't promise?
//!
//! What the API promises is in `tests/api/`, where tokio is asked, too. Here is what only kettle
//! can be asked: the events that it emits while a program uses the API, and its own doors.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/records.rs"]
mod records;

mod clock;
mod holds;
mod net;
mod newest_waker;
mod own_wakers;
mod primitives;
mod schedule;
mod scopes;
mod select;
mod tasks;
mod time;
mod values;
