//! `examples/channel.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/channel.rs"));
