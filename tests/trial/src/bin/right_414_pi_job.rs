//! A long computation on the pool, while the screen goes on.
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::{Instant, interval};

fn leibniz(done: &AtomicU32, time: Duration) -> f64 {
    let begin = Instant::now();
    let (mut sum, mut n) = (0.0, 0u64);
    while begin.elapsed() < time {
        for _ in 0..10_000 {
            let term = 1.0 / (2 * n + 1) as f64;
            sum += if n.is_multiple_of(2) { term } else { -term };
            n += 1;
        }
        done.store((begin.elapsed().as_millis() / 20) as u32, Ordering::Relaxed);
    }
    4.0 * sum
}

#[kettle::main]
async fn main() {
    let done = Arc::new(AtomicU32::new(0));
    let job = {
        let done = done.clone();
        spawn_blocking(move || leibniz(&done, Duration::from_millis(2000)))
    };
    let mut frames = interval(Duration::from_millis(250));
    let mut job = std::pin::pin!(job);
    let pi = loop {
        kettle::select! {
            pi = &mut job => break pi.unwrap(),
            _ = frames.tick() => println!("{} %", done.load(Ordering::Relaxed)),
        }
    };
    println!("{pi:.5}");
}
