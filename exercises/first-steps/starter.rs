//! First steps: one sleep, two tasks, a channel between them.
//!
//! Replace each `todo!()`. Each of the three is a few lines.

use std::time::Duration;

/// Waits for `long`, and says that the water boils.
pub async fn boil(long: Duration) -> &'static str {
    todo!("sleep for {long:?}, then return \"boiled\"")
}

/// Boils water in two kettles at the same time, each in a task of its own. Returns how many have
/// boiled.
pub async fn two_kettles(long: Duration) -> usize {
    todo!("spawn `boil({long:?})` twice, then await both handles")
}

/// A task sends the numbers 1 to `cups` through a channel; this function itself receives all of
/// them, and returns their sum.
pub async fn pour(cups: u32) -> u32 {
    todo!("a channel (with room for 2, say), a task that sends 1 to {cups}, a loop that receives")
}
