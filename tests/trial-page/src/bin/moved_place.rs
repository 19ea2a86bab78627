//! The queue is empty, and `urgent` waits for room in it. Who has the room?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::sync::mpsc::{self, OwnedPermit, Receiver, Sender};
use kettle::time::sleep;

type Prices = Arc<Mutex<Vec<u32>>>;
type Accepted = (OwnedPermit<u32>, usize);

/// Takes the parcels off the queue.
async fn pack(mut queue: Receiver<u32>) {
    while let Some(price) = queue.recv().await {
        println!("packed for {price}");
    }
}

/// Looks an order's price up, and puts it into the place that was kept for it.
async fn price(mut accepted: Receiver<Accepted>, prices: Prices) {
    while let Some((place, order)) = accepted.recv().await {
        let price = prices.lock().await[order];
        place.send(price);
    }
}

/// Accepts an order only if there will be room for it.
async fn intake(queue: Sender<u32>, accepted: Sender<Accepted>) {
    for order in 0..2 {
        sleep(Duration::from_millis(20)).await;
        let place = queue.clone().reserve_owned().await.expect("a packer");
        accepted.send((place, order)).await.expect("a pricer");
    }
}

async fn refresh(prices: Prices) {
    let mut prices = prices.lock().await;
    sleep(Duration::from_millis(500)).await; // "asks the head office"
    prices.iter_mut().for_each(|price| *price += 1);
}

async fn urgent(queue: Sender<u32>) {
    sleep(Duration::from_millis(100)).await;
    queue.send(99).await.expect("a packer");
}

#[kettle::main]
async fn main() {
    let prices: Prices = Arc::new(Mutex::new(vec![10, 20]));
    let (queue, parcels) = mpsc::channel(2);
    let (to_price, accepted) = mpsc::channel(8);
    let packer = kettle::spawn(pack(parcels));
    kettle::spawn(price(accepted, Arc::clone(&prices)));
    kettle::spawn(intake(queue.clone(), to_price));
    kettle::spawn(refresh(prices));
    kettle::spawn(urgent(queue));
    packer.await.expect("the packer");
}
