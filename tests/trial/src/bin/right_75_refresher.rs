//! A cache is refreshed in the background: fetch, keep, sleep for a minute, and again for ever. `main` answers a few
//! requests and returns.
//!
//! Right: the refresher has no end of its own, and loses nothing when it is dropped in its sleep. It is at its second
//! `.await` then, for the first time.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

#[derive(Default)]
struct Rates {
    pounds: Mutex<Option<u32>>,
    first: Notify,
}

async fn fetch() -> u32 {
    sleep(Duration::from_millis(80)).await;
    117
}

async fn refresh(rates: Arc<Rates>) {
    loop {
        let fresh = fetch().await;
        *rates.pounds.lock().unwrap() = Some(fresh);
        rates.first.notify_waiters();
        sleep(Duration::from_mins(1)).await;
    }
}

async fn rate(rates: &Rates) -> u32 {
    loop {
        let first = rates.first.notified();
        let known = *rates.pounds.lock().unwrap();
        match known {
            Some(pounds) => return pounds,
            None => first.await,
        }
    }
}

#[kettle::main]
async fn main() {
    let rates = Arc::new(Rates::default());
    kettle::spawn(refresh(Arc::clone(&rates)));
    for euros in [1, 20, 300] {
        println!("{euros} € are £{}", 100 * euros / rate(&rates).await);
        sleep(Duration::from_millis(100)).await;
    }
}
