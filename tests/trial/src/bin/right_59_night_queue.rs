//! Orders of the night are put into a queue with room for ten thousand. The kitchen opens two seconds later.
//!
//! Right: the channel is large, and has a limit; the kitchen empties it.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep_until};

struct Order {
    table: u32,
    cups: u32,
}

async fn take_orders(table: u32, orders: mpsc::Sender<Order>) {
    let mut guests = interval(Duration::from_millis(15));
    for cups in 0..120 {
        guests.tick().await;
        for _ in 0..16 {
            orders.send(Order { table, cups: cups % 4 }).await.expect("a kitchen");
        }
    }
}

async fn kitchen(opens: Instant, mut orders: mpsc::Receiver<Order>) -> (usize, u32) {
    sleep_until(opens).await;
    println!("{} orders wait at the door", orders.len());
    let mut batch = Vec::new();
    let (mut count, mut cups) = (0, 0);
    while orders.recv_many(&mut batch, 256).await > 0 {
        count += batch.len();
        cups += batch.drain(..).map(|order| order.cups + order.table % 2).sum::<u32>();
        kettle::task::yield_now().await;
    }
    (count, cups)
}

#[kettle::main]
async fn main() {
    let opens = Instant::now() + Duration::from_secs(2);
    let (orders, door) = mpsc::channel(10_000);
    for table in 0..5 {
        drop(kettle::spawn(take_orders(table, orders.clone())));
    }
    drop(orders);
    let (count, cups) = kettle::spawn(kitchen(opens, door)).await.expect("the kitchen");
    println!("{count} orders, {cups} cups");
}
