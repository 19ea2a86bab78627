//! `examples/make_tea.rs`, with tokio.

include!(concat!(env!("OUT_DIR"), "/make_tea.rs"));
