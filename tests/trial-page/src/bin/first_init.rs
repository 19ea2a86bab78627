// A service fetches its price list when the first request needs it, once. Each request has a limit of its own.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep, timeout};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Shop {
    prices: OnceCell<Vec<u32>>,
}

/// The price list comes in three pages.
async fn fetch_prices() -> Vec<u32> {
    let mut prices = Vec::new();
    for page in 1..=3 {
        sleep(ms(200)).await;
        prices.extend((0..10).map(|n| n * page));
    }
    prices
}

impl Shop {
    async fn price(&self, item: usize) -> Option<u32> {
        let prices = self.prices.get_or_init(fetch_prices).await;
        prices.get(item).copied()
    }
}

/// One request. It says how long it took.
async fn request(
    shop: Arc<Shop>,
    number: usize,
    limit: Duration,
) -> (usize, Option<u32>, Duration) {
    let start = Instant::now();
    sleep(ms(2)).await; // the head of the request is read
    let price = timeout(limit, shop.price(number)).await.ok().flatten();
    (number, price, start.elapsed())
}

#[kettle::main]
async fn main() {
    let shop = Arc::new(Shop { prices: OnceCell::new() });
    let mut requests = JoinSet::new();
    for number in 1..=9 {
        let limit = match number {
            1 => ms(500),     // from the shop's front page, which is in a hurry
            2 | 3 => ms(450), // these too
            _ => ms(5_000),
        };
        requests.spawn(request(shop.clone(), number, limit));
        sleep(ms(20)).await;
    }
    while let Some(done) = requests.join_next().await {
        let (number, price, took) = done.unwrap();
        match price {
            Some(price) => println!("{number}: {price}, after {} ms", took.as_millis()),
            None => println!("{number}: no price, after {} ms", took.as_millis()),
        }
    }
}
