// Orders come in, the customer of each is looked up, and the stock is counted each 100 ms.
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep, sleep_until};

struct Order {
    number: u32,
}

/// When each order comes, in milliseconds.
const COME: [u64; 10] = [35, 85, 140, 210, 280, 330, 385, 440, 510, 550];

async fn shop(orders: mpsc::Sender<Order>, opened: Instant) {
    for (number, at) in (1..).zip(COME) {
        sleep_until(opened + Duration::from_millis(at)).await;
        if orders.send(Order { number }).await.is_err() {
            return;
        }
    }
}

/// The next order, with its customer.
async fn next_order(orders: &mut mpsc::Receiver<Order>) -> Option<(Order, String)> {
    let order = orders.recv().await?;
    sleep(Duration::from_millis(25)).await; // asks the customer service
    let customer = format!("customer of order {}", order.number);
    Some((order, customer))
}

#[kettle::main]
async fn main() {
    let opened = Instant::now();
    let (tx, mut orders) = mpsc::channel(16);
    kettle::spawn(shop(tx, opened));

    let mut count_stock = interval(Duration::from_millis(100));
    let mut packed = Vec::new();
    let mut counted = 0;
    loop {
        kettle::select! {
            order = next_order(&mut orders) => match order {
                Some((order, customer)) => {
                    println!("{customer}: packed");
                    packed.push(order.number);
                }
                None => break,
            },
            _ = count_stock.tick() => counted += 1,
        }
    }
    println!("{} of {} orders packed, stock counted {counted} times", packed.len(), COME.len());
}
