//! A shop's page lets visitors set an alert: "tell me when the kettle costs less than 20". The price is in a `watch`.
//!
//! Wrong: each page view with an alert starts a task that waits for such a price, and when the visitor leaves the page, the
//! task stays. The price hardly ever falls.
//!
//! Expected: `leaked_tasks`, a hint. The cure: end the task with the visit: keep its handle and abort it, or wait for the
//! visit's end in the same `select!`.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::{Instant, interval, sleep};

struct Page {
    visitor: u32,
    open: Arc<AtomicU32>,
}

impl Page {
    fn open(visitor: u32, open: Arc<AtomicU32>) -> Page {
        open.fetch_add(1, Ordering::Relaxed);
        Page { visitor, open }
    }

    fn alert(&self, below: u32, mut price: watch::Receiver<u32>) {
        let visitor = self.visitor;
        kettle::spawn(async move {
            if let Ok(price) = price.wait_for(|price| *price < below).await {
                println!("visitor {visitor}: it costs {}", *price);
            }
        });
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn visit(visitor: u32, open: Arc<AtomicU32>, price: watch::Receiver<u32>) {
    let page = Page::open(visitor, open);
    page.alert(20 + visitor % 3, price);
    sleep(Duration::from_millis(30)).await; // the visitor reads
}

#[kettle::main]
async fn main() {
    let (_price, seen) = watch::channel(29);
    let open = Arc::<AtomicU32>::default();
    let mut arrivals = interval(Duration::from_millis(2));
    let begun = Instant::now();
    let mut visitor = 0;
    while begun.elapsed() < Duration::from_secs(5) {
        arrivals.tick().await;
        for _ in 0..2 {
            visitor += 1;
            kettle::spawn(visit(visitor, open.clone(), seen.clone()));
        }
    }
    println!("{visitor} visits, {} pages are open", open.load(Ordering::Relaxed));
}
