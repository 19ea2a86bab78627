//! A restaurant: a table is reserved (a permit of the channel), and the guests take their time.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

struct Party {
    name: &'static str,
    guests: u32,
}

async fn arrive(
    name: &'static str,
    guests: u32,
    way: u64,
    tables: mpsc::Sender<Party>,
) -> Duration {
    let begin = Instant::now();
    let table = tables.reserve().await.unwrap();
    let waited = begin.elapsed();
    sleep(Duration::from_millis(way)).await; // on their way
    table.send(Party { name, guests });
    waited
}

async fn kitchen(mut parties: mpsc::Receiver<Party>) -> u32 {
    let mut meals = 0;
    while let Some(Party { name, guests }) = parties.recv().await {
        println!("{guests} meals for {name}");
        sleep(Duration::from_millis(80 * u64::from(guests))).await;
        meals += guests;
    }
    meals
}

#[kettle::main]
async fn main() {
    let (tables, parties) = mpsc::channel(2);
    let kitchen = kettle::spawn(kitchen(parties));
    let plans = [("Abt", 2, 1200), ("Bär", 4, 900), ("Cox", 3, 100), ("Dux", 1, 300)];
    let arrivals =
        plans.map(|(name, guests, way)| kettle::spawn(arrive(name, guests, way, tables.clone())));
    drop(tables);
    for arrival in arrivals {
        println!("waited {:?} for a table", arrival.await.unwrap());
    }
    println!("{} meals", kitchen.await.unwrap());
}
