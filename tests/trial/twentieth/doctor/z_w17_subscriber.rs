//! Prices are broadcast; a subscriber adds them up, and goes on after an error, because it may have lagged.
//!
//! Wrong: it goes on after `Closed`, too: the channel's end is an error in each round, without an end.
//!
//! Expected: `busy_loop`, a warning, after a second: the subscriber's task asks a closed channel again and again; at `recv()` in `subscribe`.
//! The program hangs in all modes. Cure: leave the loop at `RecvError::Closed`.

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::sleep;

async fn subscribe(name: &'static str, mut prices: broadcast::Receiver<u32>) -> u32 {
    let mut sum = 0;
    let mut seen = 0;
    while seen < 20 {
        match prices.recv().await {
            Ok(price) => {
                sum += price;
                seen += 1;
            }
            Err(_) => continue,
        }
    }
    println!("{name}: {sum}");
    sum
}

async fn exchange(prices: broadcast::Sender<u32>) {
    for price in 1..=15 {
        let _ = prices.send(price);
        sleep(Duration::from_millis(10)).await;
    }
    println!("the exchange closes");
}

#[kettle::main]
async fn main() {
    let (prices, first) = broadcast::channel(8);
    let second = prices.subscribe();
    let subscribers =
        [kettle::spawn(subscribe("Anna", first)), kettle::spawn(subscribe("Bert", second))];
    exchange(prices).await;
    for subscriber in subscribers {
        subscriber.await.unwrap();
    }
}
