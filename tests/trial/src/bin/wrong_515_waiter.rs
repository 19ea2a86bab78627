//! A waiter carries orders into the kitchen, and says now and then how it goes.
//! doctor: `lost_value`

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

async fn cook(mut slips: mpsc::Receiver<u32>) -> Vec<u32> {
    let mut cooked = Vec::new();
    while let Some(order) = slips.recv().await {
        sleep(Duration::from_millis(60)).await;
        cooked.push(order);
    }
    cooked
}

async fn wait_tables(mut orders: mpsc::Receiver<u32>, kitchen: mpsc::Sender<u32>) {
    let mut report = interval(Duration::from_millis(35));
    let mut reports = 0;
    loop {
        let carry = async {
            let order = orders.recv().await?;
            kitchen.send(order).await.ok()
        };
        select! {
            carried = carry => if carried.is_none() {
                break;
            },
            _ = report.tick() => reports += 1,
        }
    }
    println!("The waiter goes home after {reports} reports.");
}

#[kettle::main]
async fn main() {
    let (order, orders) = mpsc::channel(20);
    let (to_kitchen, slips) = mpsc::channel(1);
    let cook = kettle::spawn(cook(slips));
    let waiter = kettle::spawn(wait_tables(orders, to_kitchen));
    for table in 1..=12 {
        order.send(table).await.expect("the waiter listens");
    }
    drop(order);
    waiter.await.expect("no panic");
    let cooked = cook.await.expect("no panic");
    println!("12 tables ordered, {} were cooked for: {cooked:?}", cooked.len());
}
