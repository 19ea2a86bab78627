//! Ten couriers wait for parcels; each bell calls all of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

#[derive(Default)]
struct Depot {
    parcels: Mutex<VecDeque<u32>>,
    bell: Notify,
}

impl Depot {
    async fn take(&self) -> u32 {
        loop {
            let called = self.bell.notified();
            if let Some(parcel) = self.parcels.lock().unwrap().pop_front() {
                return parcel;
            }
            called.await;
        }
    }
}

async fn courier(number: u64, depot: Arc<Depot>) {
    loop {
        let parcel = depot.take().await;
        if parcel == 0 {
            return;
        }
        ride(number, parcel).await;
    }
}

async fn ride(number: u64, parcel: u32) {
    sleep(Duration::from_millis(35 + number)).await;
    println!("courier {number} brought parcel {parcel}");
}

async fn counter(depot: Arc<Depot>) {
    for parcel in 1..=12 {
        sleep(Duration::from_millis(15)).await;
        depot.parcels.lock().unwrap().push_back(parcel);
        depot.bell.notify_waiters();
    }
}

#[kettle::main]
async fn main() {
    let depot = Arc::new(Depot::default());
    let couriers: Vec<_> =
        (1..=10).map(|number| kettle::spawn(courier(number, Arc::clone(&depot)))).collect();
    kettle::spawn(counter(Arc::clone(&depot))).await.unwrap();
    sleep(Duration::from_millis(60)).await;
    depot.parcels.lock().unwrap().extend([0; 10]);
    depot.bell.notify_waiters();
    for courier in couriers {
        courier.await.unwrap();
    }
}
