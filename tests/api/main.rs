//! What does tokio's API promise, item by item, and does kettle keep it?
//!
//! This program is compiled twice: here for kettle, and in `tests/on-tokio/` for tokio, whose crate
//! has the name `kettle` there. What is asked here is therefore what tokio really does. A file
//! names only what both have. A test whose answer differs says so with `help::side()` and gives the
//! reason; `docs/tokio-map.md` has the same reason. A test that tokio does not pass at all is
//! marked `#[cfg_attr(on_tokio, ignore = "why")]`.
//!
//! Not here: what only kettle can be asked (`tests/own/`).

// Some tests ask for what only Unix has.
#![cfg_attr(not(unix), allow(unused_imports))]

// tokio's attribute macros write `tokio::`.
extern crate kettle as tokio;

#[path = "../common/mod.rs"]
mod common;
mod help;

mod fs;
mod fs_path;
mod io;
mod macros;
mod net;
mod past;
#[cfg(unix)]
mod process;
mod runtime;
#[cfg(unix)]
mod signal;
mod sync;
mod task;
mod time;
#[cfg(unix)]
mod types;
