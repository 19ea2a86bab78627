//! Floor 4: how does tokio-console see a run?
//!
//! Reading order: `spans.rs`, `primitives.rs`, `ops.rs`, `resources.rs`, `console.rs`.

pub(crate) mod console;
mod ops;
mod primitives;
mod resources;
mod spans;
