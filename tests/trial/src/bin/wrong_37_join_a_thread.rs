//! A thread calls into the runtime by its handle (`Handle::block_on`), and `main` waits for the thread.
//!
//! The mistake: it waits with `JoinHandle::join` of std's, in the runtime's only thread. So nothing fires the
//! timer for which the other thread waits.
//!
//! Expected: a poll that never ends. Cure: `spawn_blocking`, or a oneshot in place of `join`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let handle = Handle::current();
    let ticker = kettle::spawn(async {
        loop {
            sleep(Duration::from_millis(100)).await;
        }
    });
    sleep(Duration::from_millis(10)).await;
    let thread = thread::spawn(move || {
        handle.block_on(async {
            sleep(Duration::from_millis(20)).await;
            "tea"
        })
    });
    println!("{:?}", thread.join().ok());
    ticker.abort();
}
