//! A test with the clock paused: a job on the blocking pool takes a second and a half of real time, with a limit of a
//! tenth of a second on the paused clock.
//!
//! Right: the paused clock is frozen while a job runs, so the limit isn't reached.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::{Instant, sleep, timeout};

fn compress(text: &str) -> usize {
    std::thread::sleep(Duration::from_millis(1500)); // a device
    text.len() / 2
}

#[kettle::main(start_paused = true)]
async fn main() {
    let begin = Instant::now();
    let job = spawn_blocking(|| compress("a kettle, two cups and a pot"));
    let size = timeout(Duration::from_millis(100), job).await.expect("it takes no time").unwrap();
    assert_eq!(size, 14);
    sleep(Duration::from_hours(1)).await;
    assert!(begin.elapsed() >= Duration::from_hours(1));
}
