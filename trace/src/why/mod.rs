//! Floor 1: why does nothing happen?
//!
//! | file | the question it answers |
//! |---|---|
//! | `graph.rs` | what could end a wait, and who waits for whom? |

mod graph;

pub(crate) use self::graph::{Graph, is_undriven};
