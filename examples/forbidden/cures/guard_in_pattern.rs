//! The list is locked in a function of its own.

use std::sync::Mutex;
use std::time::Duration;

static ORDERS: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn next() -> Option<&'static str> {
    ORDERS.lock().unwrap().pop()
}

async fn cook() {
    while let Some(order) = next() {
        kettle::time::sleep(Duration::from_millis(10)).await;
        println!("{order} is ready.");
    }
}

#[kettle::main]
async fn main() {
    ORDERS.lock().unwrap().push("Toast");
    kettle::spawn(cook()).await.unwrap();
}
