//! A post office looks up codes in a table that takes long to load. It is in a `LazyLock`; a blocking job warms it up at the start.
//!
//! Wrong: the first request comes before the table is loaded. To touch the `LazyLock` blocks the thread until the job is through, and with it
//! the clock on the wall.
//!
//! Expected: `blocking_poll` of the task that asks. The cure: a `OnceCell` of `kettle::sync` whose initialisation is the blocking job, and is
//! awaited; or await the job before requests are taken.
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::{interval, sleep};

static CODES: LazyLock<HashMap<u32, &'static str>> = LazyLock::new(|| {
    std::thread::sleep(Duration::from_millis(1800)); // reads it from a slow disk
    HashMap::from([(1010, "Wien"), (4020, "Linz"), (8010, "Graz")])
});

async fn clock_on_the_wall() {
    let mut tick = interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
    }
}

async fn request(code: u32) -> Option<&'static str> {
    sleep(Duration::from_millis(150)).await; // it comes a bit later
    CODES.get(&code).copied()
}

#[kettle::main]
async fn main() {
    let warm_up = spawn_blocking(|| CODES.len());
    let clock = kettle::spawn(clock_on_the_wall());
    let town = kettle::spawn(request(4020));
    println!("4020 is {:?}", town.await.unwrap());
    println!("{} codes", warm_up.await.unwrap());
    clock.abort();
}
