//! A catalogue behind a lock: pages read it, and a job sorts it anew from time to time.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::spawn_blocking;
use kettle::time::{interval, sleep};

type Catalogue = Arc<Mutex<Vec<u32>>>;

fn sort(catalogue: &Catalogue, swaps: u32) {
    let mut catalogue = catalogue.blocking_lock();
    for swap in 0..swaps {
        thread::sleep(Duration::from_millis(3)); // a slow disk
        let len = catalogue.len();
        catalogue.swap(swap as usize % len, 0);
    }
}

async fn keep_sorted(catalogue: Catalogue) {
    for swaps in [10, 60, 5] {
        sleep(Duration::from_millis(60)).await;
        let catalogue = Arc::clone(&catalogue);
        spawn_blocking(move || sort(&catalogue, swaps)).await.unwrap();
    }
}

async fn page(number: usize, catalogue: Catalogue) -> u32 {
    let catalogue = catalogue.lock().await;
    sleep(Duration::from_millis(2)).await; // prints it
    catalogue[number % catalogue.len()]
}

#[kettle::main]
async fn main() {
    let catalogue = Arc::new(Mutex::new((0..50).collect()));
    kettle::spawn(keep_sorted(Arc::clone(&catalogue)));
    let mut visitors = interval(Duration::from_millis(45));
    let mut pages = Vec::new();
    for number in 0..10 {
        visitors.tick().await;
        pages.push(kettle::spawn(page(number, Arc::clone(&catalogue))));
    }
    for page in pages {
        println!("{}", page.await.unwrap());
    }
}
