//! Right: three mirrors are asked at once; the first answer counts, and the others are aborted in the middle.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

static STATISTICS: Mutex<Vec<u64>> = Mutex::const_new(Vec::new());

async fn ask(mirror: u64, file: u64) -> u64 {
    let time = 20 + (mirror * 37 + file * 11) % 90;
    sleep(Duration::from_millis(time)).await;
    let mut statistics = STATISTICS.lock().await;
    sleep(Duration::from_millis(2)).await;
    statistics.push(time);
    mirror
}

#[kettle::main]
async fn main() {
    let mut wins = [0; 3];
    for file in 0..25 {
        let mut mirrors = JoinSet::new();
        for mirror in 0..3 {
            mirrors.spawn(ask(mirror, file));
        }
        let first = mirrors.join_next().await.unwrap().unwrap();
        wins[usize::try_from(first).unwrap()] += 1;
        mirrors.abort_all();
    }
    println!("{wins:?}");
}
