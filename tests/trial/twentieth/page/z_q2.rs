// A shop: one order reserves the stock and prints its label, while the tills sell.
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::{Mutex, OwnedMutexGuard};
use kettle::time::sleep;

type Stock = Arc<Mutex<u32>>;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Looks at the shelf, and keeps the stock locked for the order.
async fn reserve(stock: Stock) -> OwnedMutexGuard<u32> {
    let guard = stock.lock_owned().await;
    sleep(ms(50)).await;
    guard
}

async fn label() -> String {
    sleep(ms(200)).await;
    feed_paper().await;
    "to Mrs Brown".into()
}

async fn feed_paper() {
    sleep(ms(500)).await;
}

async fn till(number: u32, stock: Stock) -> Duration {
    sleep(ms(100 + u64::from(number) * 20)).await;
    let asked = Instant::now();
    let mut left = stock.lock().await;
    *left -= 1;
    sleep(ms(30)).await;
    asked.elapsed()
}

/// A glance at the stock: it never waits.
async fn display(stock: Stock) {
    for _ in 0..4 {
        sleep(ms(150)).await;
        match stock.try_lock() {
            Ok(left) => println!("display: {left} left"),
            Err(_) => println!("display: busy"),
        }
    }
}

#[kettle::main]
async fn main() {
    let stock: Stock = Arc::new(Mutex::new(10));
    let order = kettle::spawn(reserve(Arc::clone(&stock)));
    let label = kettle::spawn(label());
    let one = kettle::spawn(till(1, Arc::clone(&stock)));
    let two = kettle::spawn(till(2, Arc::clone(&stock)));
    kettle::spawn(display(Arc::clone(&stock)));

    let label = label.await.unwrap();
    let mut taken = order.await.unwrap();
    *taken -= 3;
    drop(taken);
    println!("order sent {label}");
    println!("till 1 took {:?}", one.await.unwrap());
    println!("till 2 took {:?}", two.await.unwrap());
}
