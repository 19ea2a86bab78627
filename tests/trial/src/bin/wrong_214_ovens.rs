//! A bakery: a baker takes an oven, bakes, and puts the tray on the rack; a finisher takes it from there and glazes it in an oven.
//!
//! Wrong: the bakers keep their ovens while they wait for room on the rack, and the finisher needs an oven to make room.
//!
//! Expected: `deadlock`: the bakers have the permits and wait for room in channel 1; its receiver waits for a permit. The cure: give the
//! permit back before the `send` (or let the finisher have its own).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::time::sleep;

async fn baker(ovens: Arc<Semaphore>, rack: mpsc::Sender<u32>) {
    for tray in 0..4 {
        let _oven = ovens.acquire().await.unwrap();
        sleep(Duration::from_millis(10)).await;
        rack.send(tray).await.unwrap();
    }
}

async fn finisher(ovens: Arc<Semaphore>, mut rack: mpsc::Receiver<u32>) -> u32 {
    let mut glazed = 0;
    while let Some(_tray) = rack.recv().await {
        let _oven = ovens.acquire().await.unwrap();
        sleep(Duration::from_millis(15)).await;
        glazed += 1;
    }
    glazed
}

#[kettle::main]
async fn main() {
    let ovens = Arc::new(Semaphore::new(2));
    let (rack, trays) = mpsc::channel(1);
    for _ in 0..3 {
        kettle::spawn(baker(ovens.clone(), rack.clone()));
    }
    drop(rack);
    println!("{} trays", kettle::spawn(finisher(ovens, trays)).await.unwrap());
}
