//! Right: a shop that is open for two seconds: a `timeout` around a server that has no end cuts it, as meant, with its
//! visitors inside.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Shop {
    sold: Mutex<u32>,
}

impl Shop {
    async fn serve(&self, mut visitors: mpsc::Receiver<u32>) {
        while let Some(visitor) = visitors.recv().await {
            let mut sold = self.sold.lock().await;
            sleep(Duration::from_millis(30)).await;
            *sold += visitor % 3;
        }
    }
}

#[kettle::main]
async fn main() {
    let shop = Shop::default();
    let (street, visitors) = mpsc::channel(4);
    kettle::spawn(async move {
        for visitor in 0.. {
            if street.send(visitor).await.is_err() {
                println!("visitor {visitor} finds it closed");
                break;
            }
        }
    });
    let closed = timeout(Duration::from_secs(2), shop.serve(visitors)).await;
    assert!(closed.is_err());
    sleep(Duration::from_millis(10)).await;
    println!("{} sold", *shop.sold.lock().await);
}
