//! A client with requests in flight, in a `FuturesUnordered` that is asked only when it isn't empty. Orders
//! come slowly, and the answers take their time.
//!
//! Suspicious: many futures in one task, each with a waker of the set's own.
//!
//! doctor: silence

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kettle::select;
use kettle::sync::{Semaphore, mpsc};
use kettle::time::sleep;

async fn request(network: &Semaphore, order: u64) -> u64 {
    let _permit = network.acquire().await.expect("it is open");
    sleep(Duration::from_millis(60)).await;
    order
}

#[kettle::main]
async fn main() {
    let (sender, mut orders) = mpsc::channel(4);
    kettle::spawn(async move {
        for order in 0..12_u64 {
            sleep(Duration::from_millis(30 * (order % 4))).await;
            sender.send(order).await.expect("main receives");
        }
        sleep(Duration::from_millis(1200)).await;
    });
    let network = Semaphore::new(2);
    let mut in_flight = FuturesUnordered::new();
    let (mut open, mut sum) = (true, 0);
    while open || !in_flight.is_empty() {
        select! {
            Some(done) = in_flight.next(), if !in_flight.is_empty() => sum += done,
            order = orders.recv(), if open => match order {
                Some(order) => in_flight.push(request(&network, order)),
                None => open = false,
            },
        }
    }
    println!("{sum}");
}
