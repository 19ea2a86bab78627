//! A heartbeat is to come each 20 ms. Which task kept the loop from it between 100 and 300 ms?

use std::time::{Duration, Instant};

use kettle::time::{interval, sleep};

async fn heartbeat() {
    let mut beat = interval(Duration::from_millis(20));
    for _ in 0..20 {
        beat.tick().await;
    }
}

/// Many short naps: seen often, and no burden.
async fn mouse(naps: u32) {
    for _ in 0..naps {
        sleep(Duration::from_millis(7)).await;
    }
}

async fn resize(picture: u32) -> u32 {
    sleep(Duration::from_millis(30 * u64::from(picture) + 10)).await;
    let size = if picture == 3 { 180 } else { 2 };
    compute(Duration::from_millis(size));
    sleep(Duration::from_millis(25)).await;
    picture
}

/// Code that never waits.
fn compute(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[kettle::main]
async fn main() {
    let heart = kettle::spawn(heartbeat());
    let others: Vec<_> = (0..4).map(|_| kettle::spawn(mouse(40))).collect();
    let pictures: Vec<_> = (0..6).map(|picture| kettle::spawn(resize(picture))).collect();
    for picture in pictures {
        picture.await.expect("a picture");
    }
    for other in others {
        other.await.expect("a mouse");
    }
    heart.await.expect("a heart");
}
