//! To be watched with tokio-console: see this package's README.
//!
//! An argument says after how many seconds it ends; without one it goes on for an hour.

use std::time::Duration;

#[kettle::main]
async fn main() {
    console_subscriber::init();
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok());
    kettle_console::tea_house(Duration::from_secs(seconds.unwrap_or(3600))).await;
}
