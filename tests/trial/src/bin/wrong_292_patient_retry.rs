//! A cache tries again and again, within a timeout, to lock what its own caller has locked.
//!
//! doctor: `deadlock`
//! cure: drop the guard before the call that locks the same lock
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{interval, timeout};

#[derive(Clone, Default)]
struct Cache {
    pages: Arc<Mutex<Vec<String>>>,
}

impl Cache {
    async fn add(&self, page: &str) {
        loop {
            let lock = timeout(Duration::from_millis(80), self.pages.lock()).await;
            if let Ok(mut pages) = lock {
                pages.push(page.to_owned());
                return;
            }
        }
    }

    async fn fill(&self) {
        let pages = self.pages.lock().await;
        if pages.is_empty() {
            self.add("index").await;
        }
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(500));
        loop {
            clock.tick().await;
        }
    });
    let cache = Cache::default();
    cache.fill().await;
    println!("{} pages", cache.pages.lock().await.len());
}
