//! Floor 2 (see `lib.rs`): why does nothing happen, and why did something?
//!
//! | file | the question it answers |
//! |---|---|
//! | `graph.rs` | who waits for whom, and which tasks must act before a wait can end? |
//! | `came_from.rs` | which earlier event caused an event? |

mod came_from;
mod graph;

pub(crate) use self::came_from::{Origin, Origins};
pub(crate) use self::graph::{Graph, is_undriven};
