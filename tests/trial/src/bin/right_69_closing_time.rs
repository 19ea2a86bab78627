//! A pool of licences is a semaphore. In the evening it is closed: requests that still wait are sent home with an
//! error.
//!
//! Right: two long jobs hold all permits for more than a second, which is what the permits are for.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, Semaphore};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Licences {
    free: Semaphore,
    evening: Notify,
}

async fn simulate(licences: Arc<Licences>, number: u64) -> Result<u64, String> {
    let Ok(_licence) = licences.free.acquire().await else {
        return Err(format!("request {number} comes back tomorrow"));
    };
    if number < 2 {
        sleep(Duration::from_millis(1500)).await;
    } else {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(number)
}

async fn close(licences: Arc<Licences>) {
    licences.evening.notified().await;
    licences.free.close();
}

#[kettle::main]
async fn main() {
    let licences = Arc::new(Licences { free: Semaphore::new(2), evening: Notify::new() });
    let porter = kettle::spawn(close(Arc::clone(&licences)));
    let mut requests = JoinSet::new();
    for number in 0..6 {
        requests.spawn(simulate(Arc::clone(&licences), number));
    }
    sleep(Duration::from_millis(1300)).await;
    licences.evening.notify_one();
    while let Some(request) = requests.join_next().await {
        match request.expect("a request") {
            Ok(number) => println!("request {number} is done"),
            Err(error) => println!("{error}"),
        }
    }
    porter.await.expect("the porter");
}
