//! Floor 4: how does a reader get a run as text, event by event and in sums?
//!
//! ```text
//! 0.000 s     1  main returns Pending
//! 0.000 s     1  nothing to do: the thread sleeps until 2.001 s at the latest
//! 2.003 s     2  timer 1 fires, 0.002 s late
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `story.rs` | how does a record become a line, with its time, its turn and its place? |
//! | `functions.rs` | in which functions does a task of the story wait? |
//! | `ledger.rs` | what did a run cost, and what was it made of? |

mod functions;
pub(crate) mod ledger;
mod story;

pub use self::story::{Story, plain};
