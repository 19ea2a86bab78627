// A job on the pool keeps a lock of std's, and a task of the loop wants it, too.
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::{interval, sleep};

type Table = Arc<Mutex<Vec<u32>>>;

fn compact(table: &Table) {
    let mut rows = table.lock().unwrap();
    thread::sleep(Duration::from_millis(400));
    rows.sort_unstable();
}

async fn insert(table: Table) {
    for row in 0..5 {
        sleep(Duration::from_millis(60)).await;
        table.lock().unwrap().push(row);
    }
}

async fn ticker() -> u32 {
    let mut clock = interval(Duration::from_millis(50));
    let mut ticks = 0;
    while ticks < 12 {
        clock.tick().await;
        ticks += 1;
    }
    ticks
}

#[kettle::main]
async fn main() {
    let table = Table::default();
    let inserting = kettle::spawn(insert(table.clone()));
    let ticking = kettle::spawn(ticker());
    sleep(Duration::from_millis(100)).await;
    let other = table.clone();
    let compacting = spawn_blocking(move || compact(&other));
    inserting.await.unwrap();
    compacting.await.unwrap();
    println!("{} ticks", ticking.await.unwrap());
}
