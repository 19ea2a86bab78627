//! What was in the channel when `east` blocked for the first time: how many, whose, and what did the receiver do?

use std::time::Duration;

use kettle::sync::mpsc::{Receiver, Sender, channel};
use kettle::time::sleep;

async fn west(orders: Sender<u32>) {
    for order in 0..2 {
        orders.send(order).await.expect("a cook");
        sleep(Duration::from_millis(30)).await;
    }
}

async fn east(orders: Sender<u32>) {
    for order in 10..16 {
        sleep(Duration::from_millis(10)).await;
        orders.send(order).await.expect("a cook");
    }
}

async fn cook(mut orders: Receiver<u32>) -> u32 {
    let mut cooked = 0;
    while orders.recv().await.is_some() {
        cooked += 1;
        sleep(Duration::from_millis(200)).await;
    }
    cooked
}

#[kettle::main]
async fn main() {
    let (orders, kitchen) = channel(3);
    let cook = kettle::spawn(cook(kitchen));
    kettle::spawn(east(orders.clone()));
    kettle::spawn(west(orders));
    assert_eq!(cook.await.expect("a cook"), 8);
}
