//! A building site: the foreman waits for his gangs in a `JoinSet` behind a lock, and a gang that needs help adds one to the set.
//!
//! Wrong: the guard of the set is held while `join_next` waits. The first gang wants the lock to call for help, and is what
//! `join_next` waits for; the second, too.
//!
//! Expected: `deadlock`: `main` has lock 1 and waits for the tasks of the set, which wait for lock 1. The cure: don't hold the
//! guard while you wait for tasks that lock (let them ask by a channel, or poll the set with the lock held only for a poll).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Gangs = Arc<Mutex<JoinSet<u32>>>;

async fn gang(bricks: u32, gangs: Gangs) -> u32 {
    sleep(Duration::from_millis(30)).await;
    if bricks > 100 {
        gangs.lock().await.spawn(gang_of_helpers(bricks - 100));
    }
    bricks.min(100)
}

async fn gang_of_helpers(bricks: u32) -> u32 {
    sleep(Duration::from_millis(10)).await;
    bricks
}

async fn all_done(gangs: &Gangs) -> u32 {
    let mut laid = 0;
    let mut set = gangs.lock().await;
    while let Some(bricks) = set.join_next().await {
        laid += bricks.expect("no gang panics");
    }
    laid
}

#[kettle::main]
async fn main() {
    let gangs: Gangs = Arc::default();
    for bricks in [120, 140] {
        let more = gangs.clone();
        gangs.lock().await.spawn(gang(bricks, more));
    }
    println!("{} bricks", all_done(&gangs).await);
}
