//! A list of mirrors is checked every half second with a client that is not async; so that it takes no longer than the slowest
//! mirror, each one is asked on a thread of its own. A clock beside it tells the time.
//!
//! Wrong: `thread::scope` waits at its end for the threads. That is the runtime's thread, which stands still for 350 ms each time.
//!
//! Expected: `blocking_poll` of the task that checks. The cure: the whole scope in `spawn_blocking`.
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::thread;
use std::time::Duration;

use kettle::time::{interval, sleep};

fn ask(mirror: u64) -> bool {
    thread::sleep(Duration::from_millis(50 * mirror)); // the client that is not async
    mirror != 4
}

async fn check() {
    for round in 1..=3 {
        let mut well = Vec::new();
        thread::scope(|scope| {
            let asked: Vec<_> = (1..8).map(|mirror| scope.spawn(move || ask(mirror))).collect();
            well.extend(asked.into_iter().map(|one| one.join().unwrap()));
        });
        println!("round {round}: {well:?}");
        sleep(Duration::from_millis(500)).await;
    }
}

async fn clock() {
    let mut clock = interval(Duration::from_millis(25));
    loop {
        clock.tick().await;
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(clock());
    kettle::spawn(check()).await.unwrap();
}
