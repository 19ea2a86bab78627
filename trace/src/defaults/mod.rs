//! Floor 5 (see `lib.rs`): which sink, and which schedule, does a run get whose program names none?
//!
//! | file | the question it answers |
//! |---|---|
//! | `env.rs` | which sink does the environment variable `KETTLE_TRACE` ask for? |
//! | `panics.rs` | how do the message and the place of a panic get into a trace? |
//! | `record.rs` | how does a program watch runtimes that it does not build itself? |
//! | `recorder.rs` | how are records kept in memory? |
//! | `schedule.rs` | which schedule does the environment ask for? |

pub(crate) mod env;
pub(crate) mod panics;
pub(crate) mod record;
pub(crate) mod recorder;
pub(crate) mod schedule;
