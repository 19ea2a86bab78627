//! A queue with one place. A customer reserves it, then takes a second and a half to decide, and sends. The others wait
//! for their turn.
//!
//! Right: what the customer waits for needs no place in the queue.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::task::{JoinSet, spawn_blocking};

async fn decide(number: u32) -> String {
    let (tell, told) = oneshot::channel();
    spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(if number == 1 { 1500 } else { 10 }));
        let _ = tell.send(format!("order of customer {number}"));
    });
    told.await.unwrap()
}

async fn customer(number: u32, queue: mpsc::Sender<String>) {
    let place = queue.reserve().await.expect("the kitchen is open");
    let order = decide(number).await;
    place.send(order);
}

#[kettle::main]
async fn main() {
    let (queue, mut orders) = mpsc::channel(1);
    let mut customers = JoinSet::new();
    for number in 1..=4 {
        customers.spawn(customer(number, queue.clone()));
    }
    drop(queue);
    while let Some(order) = orders.recv().await {
        println!("{order}");
    }
    customers.join_all().await;
}
