//! A client with a cache. It gets the pause and the request ready before it knows whether they are needed.
//!
//! Right: a future that isn't awaited on one way through the code is meant to be dropped there. The prefetch is aborted
//! before it was ever polled, because the answer is there already.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashMap;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

#[derive(Default)]
struct Cache {
    pages: HashMap<String, String>,
}

async fn fetch(name: &str) -> String {
    sleep(Duration::from_millis(20)).await;
    format!("the page of {name}")
}

impl Cache {
    async fn get(&mut self, name: &str, slots: &Semaphore) -> String {
        let pause = sleep(Duration::from_millis(10));
        let slot = slots.acquire();
        if let Some(page) = self.pages.get(name) {
            return page.clone();
        }
        pause.await;
        let _slot = slot.await;
        let page = fetch(name).await;
        self.pages.insert(name.to_owned(), page.clone());
        page
    }
}

#[kettle::main]
async fn main() {
    let slots = Semaphore::new(2);
    let mut cache = Cache::default();
    for name in ["tea", "kettle", "tea", "tea"] {
        let prefetch = kettle::spawn(fetch("the index"));
        if cache.pages.contains_key(name) {
            prefetch.abort();
        } else {
            println!("{}", prefetch.await.unwrap());
        }
        println!("{}", cache.get(name, &slots).await);
    }
}
