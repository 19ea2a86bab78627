//! Four rowers pull together, stroke by stroke: at each stroke they wait for the last one.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Mutex};
use kettle::time::sleep;

struct Boat {
    together: Barrier,
    bottle: Mutex<u32>,
}

async fn rower(seat: u64, boat: Arc<Boat>) {
    for stroke in 1..=6 {
        if stroke == seat + 1 {
            drink(&boat.bottle).await;
        }
        pull(seat).await;
        boat.together.wait().await;
    }
}

async fn pull(seat: u64) {
    sleep(Duration::from_millis(20 + 2 * seat)).await;
}

async fn drink(bottle: &Mutex<u32>) {
    let mut sips = bottle.lock().await;
    sleep(Duration::from_millis(30)).await;
    *sips += 1;
}

async fn cox(bottle: Arc<Boat>) {
    sleep(Duration::from_millis(65)).await;
    let mut sips = bottle.bottle.lock().await;
    sleep(Duration::from_millis(110)).await; // a long draught
    *sips += 10;
}

#[kettle::main]
async fn main() {
    let boat = Arc::new(Boat { together: Barrier::new(4), bottle: Mutex::new(0) });
    let rowers: Vec<_> =
        (1..=4).map(|seat| kettle::spawn(rower(seat, Arc::clone(&boat)))).collect();
    kettle::spawn(cox(Arc::clone(&boat)));
    for rower in rowers {
        rower.await.unwrap();
    }
    println!("{} sips", boat.bottle.lock().await);
}
