//! A store whose `transaction` runs an async closure with a write guard, and a limit for who has to wait.
//!
//! Right: the payment is made before the transaction, which is short. A second transaction gives up on its limit, is dropped with its place in
//! line, and tries again later.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Store {
    stock: RwLock<u32>,
}

impl Store {
    async fn transaction<R>(&self, change: impl AsyncFnOnce(&mut u32) -> R) -> R {
        let mut stock = self.stock.write().await;
        change(&mut stock).await
    }
}

#[kettle::main]
async fn main() {
    let store = Arc::new(Store::default());
    let shelves = store.clone();
    let order = kettle::spawn(async move {
        for _ in 0..4 {
            sleep(Duration::from_millis(300)).await; // pays
            let sell = async |stock: &mut u32| {
                sleep(Duration::from_millis(60)).await;
                *stock += 1;
            };
            shelves.transaction(sell).await;
        }
    });
    let mut seen = 0;
    for _ in 0..30 {
        let look = store.transaction(async |stock: &mut u32| *stock);
        match timeout(Duration::from_millis(10), look).await {
            Ok(stock) => seen = seen.max(stock),
            Err(_) => sleep(Duration::from_millis(15)).await,
        }
        sleep(Duration::from_millis(40)).await;
    }
    order.await.unwrap();
    println!("{seen} seen, {} sold", store.stock.read().await);
}
