//! A building site: the foreman looks after his gangs in a `JoinSet` behind a lock, to which a gang adds one when it needs help.
//!
//! Right: he has the lock only for as long as `try_join_next` takes, and waits for a bell (a `Notify`) between.
//!
//! Expected: silent, though tasks of a set wait for the lock of that set.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Default)]
struct Site {
    gangs: Mutex<JoinSet<u32>>,
    bell: Notify,
}

async fn gang(bricks: u32, site: Arc<Site>) -> u32 {
    sleep(Duration::from_millis(300)).await;
    if bricks > 100 {
        let mut gangs = site.gangs.lock().await;
        sleep(Duration::from_millis(60)).await; // explains where the bricks are
        gangs.spawn(Box::pin(help(bricks - 100, site.clone())));
    }
    site.bell.notify_one();
    bricks.min(100)
}

async fn help(bricks: u32, site: Arc<Site>) -> u32 {
    sleep(Duration::from_millis(30)).await;
    site.bell.notify_one();
    bricks
}

#[kettle::main]
async fn main() {
    let site = Arc::new(Site::default());
    for bricks in [120, 140, 80] {
        let more = site.clone();
        site.gangs.lock().await.spawn(gang(bricks, more));
    }
    let (mut laid, mut done) = (0, 0);
    while done < 5 {
        site.bell.notified().await;
        let mut gangs = site.gangs.lock().await;
        while let Some(bricks) = gangs.try_join_next() {
            laid += bricks.unwrap();
            done += 1;
        }
        if done < 5 {
            kettle::task::yield_now().await; // who has rung is not over yet
            site.bell.notify_one();
            drop(gangs);
            sleep(Duration::from_millis(5)).await;
        }
    }
    println!("{laid} bricks");
}
