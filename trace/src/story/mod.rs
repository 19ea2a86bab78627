//! Floor 4 (see `lib.rs`): how is a run printed, event by event and in sums?
//!
//! A *story* has a sentence for each event. `plain` gives it without colours and places:
//!
//! ```text
//! 0.000 s     1  main returns Pending
//! 0.000 s     1  nothing to do: the thread sleeps until 2.001 s at the latest
//! 2.003 s     2  timer 1 fires, 0.002 s late
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `story.rs` | how is a run printed, a line for each event? |
//! | `functions.rs` | in which functions does a task of the story wait? |
//! | `ledger.rs` | how many polls, wakes, sleeps and so on did a run have? |

mod functions;
pub(crate) mod ledger;
mod story;

pub use self::story::{Story, plain};
