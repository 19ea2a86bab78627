//! Floor 2: why does nothing happen, and why did something?
//!
//! | file | the question it answers |
//! |---|---|
//! | `graph.rs` | what could end a wait, and who waits for whom? |
//! | `came_from.rs` | what did an event come from? |

mod came_from;
mod graph;

pub(crate) use self::came_from::Origins;
pub(crate) use self::graph::{Graph, is_undriven};
