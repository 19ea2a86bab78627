//! Floor 4: how does tokio-console see a run?
//!
//! | file | the question it answers |
//! |---|---|
//! | `spans.rs` | which words does tokio-console understand? |
//! | `primitives.rs` | what is a primitive called there, what of it is counted, and which method waits? |
//! | `ops.rs` | which tasks wait at which resource now? |
//! | `resources.rs` | what can tasks wait for, and what is its state now? |
//! | `console.rs` | how does each event become spans? |

pub(crate) mod console;
mod ops;
mod primitives;
mod resources;
mod spans;
