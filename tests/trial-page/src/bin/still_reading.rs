//! A timetable: it is changed now and then, looked at by travellers, and printed.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Timetable = Arc<RwLock<Vec<u32>>>;

async fn change(timetable: Timetable) {
    let mut trains = timetable.write().await;
    sleep(Duration::from_millis(80)).await;
    trains.push(1130);
    let trains = trains.downgrade();
    sleep(Duration::from_millis(150)).await; // checks it
    println!("{} trains", trains.len());
}

async fn traveller(timetable: Timetable, after: u64) -> usize {
    sleep(Duration::from_millis(after)).await;
    timetable.read().await.len()
}

async fn cancel(timetable: Timetable) {
    sleep(Duration::from_millis(120)).await;
    timetable.write().await.clear();
}

#[kettle::main]
async fn main() {
    let timetable = Timetable::default();
    let change = kettle::spawn(change(Arc::clone(&timetable)));
    let travellers =
        [30, 50, 160].map(|after| kettle::spawn(traveller(Arc::clone(&timetable), after)));
    kettle::spawn(cancel(Arc::clone(&timetable)));
    for traveller in travellers {
        println!("{} trains", traveller.await.unwrap());
    }
    change.await.unwrap();
}
