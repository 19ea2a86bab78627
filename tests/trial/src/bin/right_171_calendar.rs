//! A test of a calendar of reminders, with the clock paused, which the test itself moves by `advance`.
//!
//! Right: between two moves nothing can happen, and all tasks wait. A job on the pool computes something in real time, too, for
//! more than a second, and the clock stands still meanwhile.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, advance, sleep_until};

async fn remind(at: Instant, name: &'static str, rings: mpsc::Sender<&'static str>) {
    sleep_until(at).await;
    rings.send(name).await.expect("the test listens");
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (rings, mut rung) = mpsc::channel(4);
    let start = Instant::now();
    let day = Duration::from_hours(24);
    for (days, name) in [(1, "dentist"), (3, "birthday"), (30, "rent")] {
        kettle::spawn(remind(start + day * days, name, rings.clone()));
    }
    kettle::task::yield_now().await;
    advance(day - Duration::from_secs(1)).await;
    assert!(rung.try_recv().is_err());
    advance(Duration::from_secs(2)).await;
    assert_eq!(rung.recv().await, Some("dentist"));
    let slow = kettle::task::spawn_blocking(|| thread::sleep(Duration::from_millis(1500)));
    slow.await.unwrap();
    assert!(rung.try_recv().is_err());
    advance(day * 2).await;
    assert_eq!(rung.recv().await, Some("birthday"));
    drop(rings);
    assert_eq!(rung.recv().await, Some("rent"));
    assert_eq!(rung.recv().await, None);
    println!("{} days", start.elapsed().as_secs() / 86_400);
}
