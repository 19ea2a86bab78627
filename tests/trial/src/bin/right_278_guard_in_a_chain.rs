//! Right: a guard goes from task to task through channels, and each changes what it guards; none asks for the lock.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

type Baton = OwnedMutexGuard<Vec<u32>>;

async fn runner(number: u32, mut from: mpsc::Receiver<Baton>, to: mpsc::Sender<Baton>) {
    while let Some(mut baton) = from.recv().await {
        sleep(Duration::from_millis(120)).await;
        baton.push(number);
        to.send(baton).await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let (start, mut from) = mpsc::channel(1);
    for number in 0..4 {
        let (to, next) = mpsc::channel(1);
        kettle::spawn(runner(number, from, to));
        from = next;
    }
    for _ in 0..3 {
        start.send(times.clone().lock_owned().await).await.unwrap();
        drop(from.recv().await.unwrap());
    }
    println!("{:?}", times.lock().await);
}
