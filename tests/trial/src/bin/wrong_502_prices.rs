//! A price list that is asked by several customers, and looks up what it doesn't know yet.
//! doctor: `deadlock`

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Prices = RwLock<HashMap<String, u32>>;

/// Asks the warehouse, which is far away.
async fn look_up(item: &str) -> u32 {
    sleep(Duration::from_millis(30)).await;
    item.len() as u32 * 35
}

async fn price(prices: &Prices, item: &str) -> u32 {
    match prices.read().await.get(item) {
        Some(known) => *known,
        None => {
            let found = look_up(item).await;
            prices.write().await.insert(item.to_string(), found);
            found
        }
    }
}

#[kettle::main]
async fn main() {
    let prices: Arc<Prices> = Arc::default();
    prices.write().await.insert("tea".to_string(), 250);

    let mut customers = Vec::new();
    for item in ["tea", "scone", "jam"] {
        let prices = prices.clone();
        customers.push(kettle::spawn(async move {
            let cents = price(&prices, item).await;
            println!("{item} is {cents} cents");
            cents
        }));
    }
    let mut total = 0;
    for customer in customers {
        total += customer.await.expect("no customer panics");
    }
    println!("Together {total} cents.");
}
