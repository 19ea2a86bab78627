//! Right: the only permit is held for three seconds on purpose, and five tasks wait for it.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

struct Kiln {
    room: Arc<Semaphore>,
}

impl Kiln {
    async fn fire(&self, pot: u64) -> u64 {
        let _room = self.room.acquire().await.unwrap();
        sleep(Duration::from_millis(if pot == 0 { 3000 } else { 50 })).await;
        pot
    }
}

#[kettle::main]
async fn main() {
    let kiln = Arc::new(Kiln { room: Arc::new(Semaphore::new(1)) });
    let pots: Vec<_> = (0..6)
        .map(|pot| {
            let kiln = kiln.clone();
            kettle::spawn(async move { kiln.fire(pot).await })
        })
        .collect();
    for pot in pots {
        println!("pot {} is done", pot.await.unwrap());
    }
}
