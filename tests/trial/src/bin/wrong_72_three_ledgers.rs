//! A shop keeps stock, orders and invoices behind a lock each. A dashboard shows every 200 ms that the shop is alive.
//!
//! Wrong: three tasks take two locks each, in an order that goes round in a circle.
//!
//! Expected: `deadlock`, a circle of three, as a warning since the dashboard goes on. The cure: take the locks in the
//! same order everywhere.
//!
//! doctor: `deadlock`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, RwLock};
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Shop {
    stock: RwLock<u32>,
    orders: Mutex<Vec<u32>>,
    invoices: RwLock<Vec<String>>,
}

impl Shop {
    async fn reserve(&self, number: u32) {
        let mut stock = self.stock.write().await;
        sleep(Duration::from_millis(10)).await; // asks the warehouse
        self.orders.lock().await.push(number);
        *stock += 1;
    }

    async fn bill(&self, number: u32) {
        let mut orders = self.orders.lock().await;
        sleep(Duration::from_millis(10)).await; // asks the bank
        self.invoices.write().await.push(format!("invoice {number}"));
        orders.retain(|order| *order != number);
    }

    async fn cancel(&self, number: u32) {
        let mut invoices = self.invoices.write().await;
        sleep(Duration::from_millis(10)).await; // asks the customer
        *self.stock.write().await -= 1;
        invoices.push(format!("credit note {number}"));
    }
}

#[kettle::main]
async fn main() {
    let shop = Arc::new(Shop::default());
    kettle::spawn({
        let shop = Arc::clone(&shop);
        async move { shop.reserve(1).await }
    });
    kettle::spawn({
        let shop = Arc::clone(&shop);
        async move { shop.bill(2).await }
    });
    kettle::spawn({
        let shop = Arc::clone(&shop);
        async move { shop.cancel(3).await }
    });
    let mut dashboard = interval(Duration::from_millis(200));
    for minute in 0..20 {
        dashboard.tick().await;
        println!("minute {minute}: open");
    }
    println!("{} references to the shop", Arc::strong_count(&shop));
}
