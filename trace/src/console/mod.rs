//! Floor 4: how does tokio-console see a run?
//!
//! Reading order: `spans.rs`, `resources.rs`, `console.rs`.

pub(crate) mod console;
mod resources;
mod spans;
