//! A shop looks prices up, and keeps them in a cache behind an `RwLock`.
//! doctor: `deadlock`

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

#[derive(Default)]
struct PriceCache {
    prices: RwLock<HashMap<String, u32>>,
}

impl PriceCache {
    async fn price_of(&self, article: &str) -> u32 {
        match self.prices.read().await.get(article) {
            Some(price) => *price,
            None => {
                let price = ask_the_wholesaler(article).await;
                self.prices.write().await.insert(article.to_string(), price);
                price
            }
        }
    }
}

async fn ask_the_wholesaler(article: &str) -> u32 {
    sleep(Duration::from_millis(30)).await;
    article.len() as u32 * 100
}

#[kettle::main]
async fn main() {
    let cache = Arc::new(PriceCache::default());
    cache.prices.write().await.insert("tea".into(), 300);

    let mut carts = Vec::new();
    for article in ["tea", "biscuits", "tea"] {
        let cache = cache.clone();
        carts.push(kettle::spawn(async move {
            let price = cache.price_of(article).await;
            println!("{article}: {price} cents");
            price
        }));
    }
    let mut total = 0;
    for cart in carts {
        total += cart.await.unwrap();
    }
    println!("total: {total} cents");
}
