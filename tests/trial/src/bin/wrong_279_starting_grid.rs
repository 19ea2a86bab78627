//! Four cars wait at a barrier for each other, but a `buffer_unordered` lets only three of them drive at a time.
//!
//! doctor: `deadlock`
//! cure: the barrier waits for more tasks than can come: let four run, or make it for three
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use kettle::sync::Barrier;
use kettle::time::sleep;

const SIDE_BY_SIDE: usize = 3;

struct Race {
    start: Barrier,
}

impl Race {
    async fn drive(&self, car: u64) -> u64 {
        sleep(Duration::from_millis(10 * car)).await;
        self.start.wait().await;
        sleep(Duration::from_millis(50 - 10 * car)).await;
        car
    }
}

async fn results(race: Arc<Race>, cars: u64) -> Vec<u64> {
    let drives = stream::iter(0..cars).map(|car| {
        let race = race.clone();
        async move { race.drive(car).await }
    });
    drives.buffer_unordered(SIDE_BY_SIDE).collect().await
}

#[kettle::main]
async fn main() {
    let race = Arc::new(Race { start: Barrier::new(4) });
    let order = results(race, 4).await;
    println!("{order:?}");
}
