//! `examples/select.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/select.rs"));
