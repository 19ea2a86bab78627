//! A task takes orders out of a locked list, and cooks each.

use std::sync::Mutex;
use std::time::Duration;

static ORDERS: Mutex<Vec<&str>> = Mutex::new(Vec::new());

async fn cook() {
    while let Some(order) = ORDERS.lock().unwrap().pop() {
        kettle::time::sleep(Duration::from_millis(10)).await;
        println!("{order} is ready.");
    }
}

#[kettle::main]
async fn main() {
    ORDERS.lock().unwrap().push("Toast");
    kettle::spawn(cook()).await.unwrap();
}
