//! Two tasks play table tennis, as fast as they can, for more than a second: how often does the ball go over the net?
//!
//! Right: tens of thousands of polls, each of which does next to nothing, without a timer, a socket or a value. But each wake
//! comes from the other player, and nothing is asked in vain.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kettle::sync::Notify;

#[derive(Default)]
struct Table {
    sides: [Notify; 2],
    over: AtomicBool,
    rallies: AtomicU64,
}

async fn play(table: Arc<Table>, side: usize) {
    loop {
        table.sides[side].notified().await;
        table.rallies.fetch_add(1, Ordering::Relaxed);
        table.sides[1 - side].notify_one();
        if table.over.load(Ordering::Relaxed) {
            return;
        }
    }
}

async fn referee(table: Arc<Table>) {
    let begun = Instant::now();
    table.sides[0].notify_one();
    while begun.elapsed() < Duration::from_millis(1600) {
        kettle::time::sleep(Duration::from_millis(400)).await;
    }
    table.over.store(true, Ordering::Relaxed);
}

#[kettle::main]
async fn main() {
    let table = Arc::new(Table::default());
    let players = [0, 1].map(|side| kettle::spawn(play(table.clone(), side)));
    referee(table.clone()).await;
    for player in players {
        player.await.unwrap();
    }
    println!("{} times over the net", table.rallies.load(Ordering::Relaxed));
}
