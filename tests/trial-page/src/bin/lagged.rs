//! Forty prices are published, and one of three readers did not see all. Which, how many, and where was it meanwhile?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::sync::broadcast::{Receiver, Sender, channel, error::RecvError};
use kettle::time::sleep;

async fn publish(prices: Sender<u32>) {
    for price in 0..40 {
        sleep(Duration::from_millis(5)).await;
        prices.send(price).expect("readers");
    }
}

async fn show(mut prices: Receiver<u32>) {
    while prices.recv().await.is_ok() {}
}

async fn store(mut prices: Receiver<u32>, file: Arc<Mutex<Vec<u32>>>) {
    loop {
        match prices.recv().await {
            Ok(price) => file.lock().await.push(price),
            Err(RecvError::Lagged(missed)) => println!("{missed} prices were missed"),
            Err(RecvError::Closed) => break,
        }
    }
}

async fn backup(file: Arc<Mutex<Vec<u32>>>) {
    sleep(Duration::from_millis(52)).await;
    let copy = file.lock().await;
    sleep(Duration::from_millis(100)).await;
    println!("{} prices are copied", copy.len());
}

#[kettle::main]
async fn main() {
    let (prices, screen) = channel(8);
    let file = Arc::default();
    let tasks = [
        kettle::spawn(show(screen)),
        kettle::spawn(show(prices.subscribe())),
        kettle::spawn(store(prices.subscribe(), Arc::clone(&file))),
        kettle::spawn(backup(file)),
        kettle::spawn(publish(prices)),
    ];
    for task in tasks {
        task.await.expect("no panic");
    }
}
