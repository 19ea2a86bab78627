//! What does tokio's API promise, item by item, and does kettle keep it?
//!
//! This program is compiled twice: here for kettle, and in `tests/on-tokio/` for tokio, whose crate
//! has the name `kettle` there. What is asked here is therefore what tokio really does. A file
//! names only what both have. A test whose answer differs says so with `help::side()` and gives the
//! reason; `docs/tokio-map.md` has the same reason.

// tokio's attribute macros write `tokio::`.
extern crate kettle as tokio;

#[path = "../common/auto_traits.rs"]
mod auto_traits;
mod help;

mod io;
mod macros;
mod net;
mod runtime;
mod sync;
mod task;
