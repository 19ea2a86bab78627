// RIGHT. Polling an outer thing (a file that another process writes; here a thread's AtomicU32) with try and a sleep of 10 ms; and
// `try_recv` in a loop which drains what is there, at each tick. EXPECT: silence.
use kettle::sync::mpsc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[kettle::main]
async fn main() {
    let progress = Arc::new(AtomicU32::new(0));
    let theirs = progress.clone();
    let device = std::thread::spawn(move || {
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(300));
            theirs.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (sender, mut events) = mpsc::channel(64);
    let feed = kettle::spawn(async move {
        for i in 0..200 {
            kettle::time::sleep(Duration::from_millis(12)).await;
            if sender.send(i).await.is_err() {
                return;
            }
        }
    });
    let mut drawn = 0;
    while progress.load(Ordering::Relaxed) < 10 {
        while events.try_recv().is_ok() {
            drawn += 1;
        }
        kettle::time::sleep(Duration::from_millis(10)).await;
    }
    println!("drew: {}", drawn > 0);
    device.join().unwrap();
    feed.await.unwrap();
}
