//! A store whose `transaction` takes an async closure and runs it with the write guard of a `RwLock`.
//!
//! Wrong: the closure asks the payment service, 700 ms, and all readers wait for that.
//!
//! Expected: `guard_across_await`: a write guard of lock 1 over a timer, and readers wait. The cure: ask before the lock is taken (or
//! after it is given back).
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

#[derive(Default)]
struct Store {
    stock: RwLock<u32>,
}

impl Store {
    async fn transaction<R>(&self, change: impl AsyncFnOnce(&mut u32) -> R) -> R {
        let mut stock = self.stock.write().await;
        change(&mut stock).await
    }

    async fn look(&self) -> u32 {
        *self.stock.read().await
    }
}

async fn pay(amount: u32) -> bool {
    sleep(Duration::from_millis(700)).await;
    amount < 100
}

#[kettle::main]
async fn main() {
    let store = Arc::new(Store::default());
    let shelves = store.clone();
    let order = kettle::spawn(async move {
        let sell = async |stock: &mut u32| {
            if pay(20).await {
                *stock += 1;
            }
        };
        shelves.transaction(sell).await;
    });
    let mut readers = Vec::new();
    for _ in 0..3 {
        sleep(Duration::from_millis(20)).await;
        let store = store.clone();
        readers.push(kettle::spawn(async move { store.look().await }));
    }
    for reader in readers {
        println!("{}", reader.await.unwrap());
    }
    order.await.unwrap();
}
