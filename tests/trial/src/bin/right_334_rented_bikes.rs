//! Tours need a bike each, a permit of a `Semaphore`. A tour gives its bike back with its report.
//!
//! Right: when all bikes are out, the next report is read before the next tour.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::Arc;

use kettle::sync::{OwnedSemaphorePermit, Semaphore};
use kettle::task::JoinSet;
use kettle::time::{Duration, sleep};

struct Report {
    kilometres: u64,
    _bike: OwnedSemaphorePermit,
}

async fn tour(bike: OwnedSemaphorePermit, kilometres: u64) -> Report {
    sleep(Duration::from_millis(kilometres)).await;
    Report {
        kilometres,
        _bike: bike,
    }
}

#[kettle::main]
async fn main() {
    let bikes = Arc::new(Semaphore::new(2));
    let mut tours = JoinSet::<Report>::new();
    let mut ridden = 0;
    for kilometres in [300, 450, 200, 600] {
        let bike = loop {
            match Arc::clone(&bikes).try_acquire_owned() {
                Ok(bike) => break bike,
                Err(_) => ridden += tours.join_next().await.unwrap().unwrap().kilometres,
            }
        };
        tours.spawn(tour(bike, kilometres));
    }
    for report in tours.join_all().await {
        ridden += report.kilometres;
    }
    println!("{ridden} km, {} bikes at home", bikes.available_permits());
}
