//! A shop's catalogue behind an `RwLock`. A page reads it, and calls a function that reads it, too.
//!
//! Wrong: a writer comes between the two reads. It waits for the first, and the second waits behind it, because the lock
//! is fair. Two reads of one task are a deadlock as soon as someone wants to write.
//!
//! Expected: `deadlock` of the page and the writer. The cure: read once, and hand the guard's content to the function (or
//! drop the guard before the call).
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::{interval, sleep};

type Catalogue = Arc<RwLock<BTreeMap<&'static str, u32>>>;

async fn discount(name: &str, catalogue: &Catalogue) -> u32 {
    sleep(Duration::from_millis(10)).await; // who is the customer?
    catalogue.read().await.get(name).map_or(0, |pence| pence / 10)
}

async fn page(catalogue: Catalogue) -> Vec<u32> {
    let mut prices = Vec::new();
    let read = catalogue.read().await;
    for (name, pence) in read.iter() {
        let less = discount(name, &catalogue).await;
        prices.push(pence - less);
    }
    prices
}

async fn new_prices(catalogue: Catalogue) {
    for pence in [310, 290, 300] {
        sleep(Duration::from_millis(25)).await;
        catalogue.write().await.insert("Assam", pence);
    }
}

#[kettle::main]
async fn main() {
    let catalogue = Catalogue::default();
    catalogue.write().await.extend([("Assam", 300), ("Ceylon", 280), ("Darjeeling", 450)]);
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    let writer = kettle::spawn(new_prices(catalogue.clone()));
    let pages: Vec<_> = (0..3).map(|_| kettle::spawn(page(catalogue.clone()))).collect();
    for page in pages {
        println!("{:?}", page.await.unwrap());
    }
    writer.await.unwrap();
}
