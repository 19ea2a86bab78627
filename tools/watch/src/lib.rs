//! How does one get a replay of a program?
//!
//! Of an example of ours by `cargo xtask replay NAME` (`replay.rs`), of any program that was written for
//! tokio by `cargo xtask watch PATH` (`watch.rs`, and `needs.rs` if it asks for more than kettle has).

mod needs;
pub mod replay;
pub mod watch;
