//! The deadline of `alarm` was at 100 ms. Why did it ring about a quarter of a second late?

use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::Barrier;
use kettle::time::{sleep, timeout};

async fn alarm() -> Duration {
    let begun = Instant::now();
    sleep(Duration::from_millis(100)).await;
    begun.elapsed()
}

/// Each poll is short: 6 ms of work, twice.
async fn crumb(gate: Arc<Barrier>) {
    gate.wait().await;
    work();
    kettle::task::yield_now().await;
    work();
}

fn work() {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(6) {
        std::hint::spin_loop();
    }
}

#[kettle::main]
async fn main() {
    let alarm = kettle::spawn(alarm());
    let gate = Arc::new(Barrier::new(51));
    for _ in 0..50 {
        kettle::spawn(crumb(Arc::clone(&gate)));
    }
    // Others that are in time.
    for after in [20, 40, 60] {
        kettle::spawn(timeout(Duration::from_millis(after), std::future::pending::<()>()));
    }
    sleep(Duration::from_millis(90)).await;
    gate.wait().await;
    println!("rang after {:?}", alarm.await.expect("a ring"));
}
