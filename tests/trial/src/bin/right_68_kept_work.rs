//! A cook takes an order and cooks it for a while; a clock beside it ticks more often than a dish takes.
//!
//! Right: `select!` is only lent the future, which lives outside the loop. A tick drops nothing, and the next round
//! goes on with the same dish.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

struct Order {
    dish: &'static str,
    minutes: u64,
}

async fn cook(orders: &mut mpsc::Receiver<Order>, counter: &mpsc::Sender<&'static str>) -> bool {
    let Some(order) = orders.recv().await else { return false };
    sleep(Duration::from_millis(10 * order.minutes)).await;
    counter.send(order.dish).await.is_ok()
}

async fn kitchen(mut orders: mpsc::Receiver<Order>, counter: mpsc::Sender<&'static str>) -> u32 {
    let mut clock = interval(Duration::from_millis(30));
    let mut minutes = 0;
    loop {
        let mut dish = pin!(cook(&mut orders, &counter));
        let more = loop {
            kettle::select! {
                biased;
                _ = clock.tick() => minutes += 3,
                more = &mut dish => break more,
            }
        };
        if !more {
            return minutes;
        }
    }
}

#[kettle::main]
async fn main() {
    let (waiter, orders) = mpsc::channel(8);
    let (counter, mut dishes) = mpsc::channel(1);
    let kitchen = kettle::spawn(kitchen(orders, counter));
    let menu = [("soup", 12), ("scone", 9), ("pie", 25), ("trifle", 18)];
    for (dish, minutes) in menu {
        waiter.send(Order { dish, minutes }).await.expect("a kitchen");
    }
    drop(waiter);
    let mut served = 0;
    while let Some(dish) = dishes.recv().await {
        sleep(Duration::from_millis(70)).await; // carries it to the table
        println!("{dish}");
        served += 1;
    }
    let minutes = kitchen.await.expect("the kitchen");
    println!("{served} of {} dishes, open: {}", menu.len(), minutes > 0);
}
