//! What do a foreign library's futures cost on this executor?
//!
//! tokio's channels, on every runtime: only the executor and its wakers differ.

#[path = "ping_pong.rs"]
mod ping_pong;

use tokio::sync::mpsc;

pub(crate) use self::ping_pong::ping_pong;
use super::rt;
