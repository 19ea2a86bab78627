//! A warehouse is read by the shops, and written by one task alone, the buyer. A shop that finds too little of
//! something asks the buyer and waits for its answer.
//!
//! Wrong: the shop keeps its read guard while it waits for the answer. The buyer waits for the write lock.
//!
//! Expected: `deadlock` of `main`, a shop and the buyer. The cure: drop the guard before you ask.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::HashMap;
use std::sync::Arc;

use kettle::sync::{RwLock, mpsc, oneshot};

type Stock = HashMap<&'static str, u32>;

struct Order {
    item: &'static str,
    bought: oneshot::Sender<u32>,
}

async fn buyer(stock: Arc<RwLock<Stock>>, mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        let mut stock = stock.write().await;
        let count = stock.entry(order.item).or_default();
        *count += 10;
        let _ = order.bought.send(*count);
    }
}

async fn shop(
    stock: Arc<RwLock<Stock>>,
    buyer: mpsc::Sender<Order>,
    items: [&'static str; 2],
) -> u32 {
    let mut seen = 0;
    for item in items {
        let stock = stock.read().await;
        let count = stock.get(item).copied().unwrap_or(0);
        seen += if count < 3 {
            let (bought, answer) = oneshot::channel();
            buyer.send(Order { item, bought }).await.expect("the buyer");
            answer.await.expect("an answer")
        } else {
            count
        };
    }
    seen
}

#[kettle::main]
async fn main() {
    let stock = Arc::new(RwLock::new(Stock::from([("cups", 12), ("pots", 1)])));
    let (orders, received) = mpsc::channel(4);
    kettle::spawn(buyer(Arc::clone(&stock), received));
    let shops = [["cups", "pots"], ["cups", "cups"]];
    let shops = shops.map(|items| kettle::spawn(shop(Arc::clone(&stock), orders.clone(), items)));
    drop(orders);
    for shop in shops {
        println!("{} pieces", shop.await.expect("a shop"));
    }
}
