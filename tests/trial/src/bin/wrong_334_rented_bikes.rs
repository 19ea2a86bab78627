//! Tours need a bike each, a permit of a `Semaphore`. A tour gives its bike back with its report.
//!
//! Wrong: the reports are read when all tours have set out. The bikes of the tours that are over are in results that nobody has taken, so the third tour waits for one.
//!
//! Expected: `deadlock`. `main` waits for a permit; the tasks that took the two have ended, and their permits are in the results that their handles keep. The cure: drop the permit in the task when the tour is over, or await the handles (`JoinSet::join_next`) before the next `acquire`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;

use kettle::sync::{OwnedSemaphorePermit, Semaphore};
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
    let mut tours = Vec::new();
    for kilometres in [30, 45, 20, 60] {
        let bike = Arc::clone(&bikes).acquire_owned().await.unwrap();
        tours.push(kettle::spawn(tour(bike, kilometres)));
    }
    let mut ridden = 0;
    for tour in tours {
        ridden += tour.await.unwrap().kilometres;
    }
    println!("{ridden} km, {} bikes at home", bikes.available_permits());
}
