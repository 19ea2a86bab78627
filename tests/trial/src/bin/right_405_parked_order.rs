//! A courier takes an order, and keeps it in its own hands when the bell interrupts it.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[derive(Debug)]
struct Order {
    number: u32,
    minutes: u64,
}

struct Courier {
    orders: mpsc::Receiver<Order>,
    in_hand: Option<Order>,
    delivered: Vec<u32>,
}

impl Courier {
    /// Cancel safe: an order that was taken stays in `in_hand`.
    async fn deliver_next(&mut self) -> bool {
        if self.in_hand.is_none() {
            self.in_hand = self.orders.recv().await;
        }
        let Some(order) = &mut self.in_hand else { return false };
        while order.minutes > 0 {
            sleep(Duration::from_millis(10)).await;
            order.minutes -= 1;
        }
        self.delivered.extend(self.in_hand.take().map(|order| order.number));
        true
    }

    async fn work(mut self) -> Vec<u32> {
        let mut bell = interval(Duration::from_millis(45));
        loop {
            kettle::select! {
                more = self.deliver_next() => if !more { return self.delivered },
                _ = bell.tick() => println!("ding, {} so far", self.delivered.len()),
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (tx, orders) = mpsc::channel(2);
    let courier = kettle::spawn(Courier { orders, in_hand: None, delivered: Vec::new() }.work());
    for number in 1..=8 {
        tx.send(Order { number, minutes: u64::from(3 + number % 4) }).await.unwrap();
    }
    drop(tx);
    let delivered = courier.await.unwrap();
    println!("{delivered:?}");
    assert_eq!(delivered, (1..=8).collect::<Vec<_>>());
}
