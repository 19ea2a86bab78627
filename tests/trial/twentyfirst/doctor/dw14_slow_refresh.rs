// WRONG. The price table is refreshed with the write guard held during the slow fetch: all readers wait for 400 ms, again and again.
// EXPECT: guard_across_await (warning): the refresher held the lock while it waited for a timer 400 ms; readers waited.
// CURE: fetch first, then take the write guard only to store.
use kettle::sync::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

type Prices = Arc<RwLock<HashMap<&'static str, u32>>>;

async fn fetch(round: u32) -> u32 {
    kettle::time::sleep(Duration::from_millis(400)).await;
    100 + round
}

async fn refresh(prices: Prices) {
    for round in 0..4 {
        kettle::time::sleep(Duration::from_millis(100)).await;
        let mut table = prices.write().await;
        let price = fetch(round).await;
        table.insert("tea", price);
    }
}

#[kettle::main]
async fn main() {
    let prices = Prices::default();
    let refresher = kettle::spawn(refresh(prices.clone()));
    let mut readers = Vec::new();
    for reader in 0..3 {
        let prices = prices.clone();
        readers.push(kettle::spawn(async move {
            for _ in 0..60 {
                kettle::time::sleep(Duration::from_millis(30)).await;
                let price = prices.read().await.get("tea").copied();
                if price == Some(103) {
                    println!("reader {reader} saw the last price");
                    break;
                }
            }
        }));
    }
    for reader in readers {
        reader.await.unwrap();
    }
    refresher.await.unwrap();
}
