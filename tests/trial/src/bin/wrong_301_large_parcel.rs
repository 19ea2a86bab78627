//! A van has room for a hundred kilos, in permits. One parcel weighs more than the van may ever carry, and those
//! behind it wait, too.
//!
//! doctor: `deadlock`
//! cure: no task may ask for more permits than there are
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Van {
    room: Semaphore,
}

impl Van {
    async fn carry(&self, kilos: u32) -> u32 {
        let _room = self.room.acquire_many(kilos).await.unwrap();
        sleep(Duration::from_millis(u64::from(kilos))).await;
        kilos
    }
}

#[kettle::main]
async fn main() {
    let van = Arc::new(Van { room: Semaphore::new(100) });
    let mut parcels = JoinSet::new();
    for kilos in [20, 60, 45, 120, 5, 10] {
        let van = van.clone();
        parcels.spawn(async move { van.carry(kilos).await });
    }
    while let Some(kilos) = parcels.join_next().await {
        println!("{} kilos", kilos.unwrap());
    }
}
