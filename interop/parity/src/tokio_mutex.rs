//! `examples/mutex.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/mutex.rs"));
