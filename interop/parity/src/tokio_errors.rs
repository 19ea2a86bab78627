//! `examples/errors.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/errors.rs"));
