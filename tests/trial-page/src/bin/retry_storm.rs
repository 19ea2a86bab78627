// Nine orders ask an old register for their prices: one at a time, twelve milliseconds each. An order waits for 58, and
// tries three times. Five orders get no price.

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Ask {
    article: u32,
    answer: oneshot::Sender<u32>,
}

/// The register. It works off what it is asked, in the order in which that came.
async fn register(mut asks: mpsc::Receiver<Ask>) {
    while let Some(Ask { article, answer }) = asks.recv().await {
        let price = look_up(article).await;
        let _ = answer.send(price);
    }
}

async fn look_up(article: u32) -> u32 {
    sleep(ms(12)).await;
    article * 7 % 100
}

async fn ask_once(article: u32, asks: &mpsc::Sender<Ask>) -> Option<u32> {
    let (answer, price) = oneshot::channel();
    asks.send(Ask { article, answer }).await.ok()?;
    price.await.ok()
}

async fn price(article: u32, asks: mpsc::Sender<Ask>) -> Option<u32> {
    for _attempt in 1..=3 {
        if let Ok(price) = timeout(ms(58), ask_once(article, &asks)).await {
            return price;
        }
        sleep(ms(5)).await;
    }
    None
}

#[kettle::main]
async fn main() {
    let (asks, asked) = mpsc::channel(64);
    let register = kettle::spawn(register(asked));
    let orders: Vec<_> =
        (1..=9).map(|article| (article, kettle::spawn(price(article, asks.clone())))).collect();
    drop(asks);
    for (article, order) in orders {
        match order.await.unwrap() {
            Some(price) => println!("order {article}: {price}"),
            None => println!("order {article}: no price"),
        }
    }
    register.await.unwrap();
}
