//! A catalogue behind an `RwLock`. A page reads it, and calls a function that reads it, too, with a writer in between.
//!
//! Right: the writer waits for a second and a half at most, and tries again later. Until it gives up, page and writer wait
//! for each other; then the page goes on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::{sleep, timeout};

type Catalogue = Arc<RwLock<BTreeMap<&'static str, u32>>>;

async fn discount(name: &str, catalogue: &Catalogue) -> u32 {
    sleep(Duration::from_millis(50)).await;
    catalogue.read().await.get(name).map_or(0, |pence| pence / 10)
}

async fn page(catalogue: Catalogue) -> u32 {
    let read = catalogue.read().await;
    let less = discount("Assam", &catalogue).await;
    read["Assam"] - less
}

async fn new_price(catalogue: Catalogue) -> u32 {
    let mut tries = 0;
    loop {
        tries += 1;
        if let Ok(mut prices) = timeout(Duration::from_millis(1500), catalogue.write()).await {
            prices.insert("Assam", 310);
            return tries;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

#[kettle::main]
async fn main() {
    let catalogue = Catalogue::default();
    catalogue.write().await.insert("Assam", 300);
    let page = kettle::spawn(page(catalogue.clone()));
    sleep(Duration::from_millis(10)).await;
    let writer = kettle::spawn(new_price(catalogue));
    println!("{} p", page.await.unwrap());
    println!("{} tries", writer.await.unwrap());
}
