//! `examples/server.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/server.rs"));
