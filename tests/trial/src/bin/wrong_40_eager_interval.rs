//! A collector looks every ten seconds for new mail.
//!
//! The mistake: the interval is made anew in each round, and the first tick of an interval comes at once. So
//! it looks almost without a pause. A clock goes on, slowly.
//!
//! Expected before the first run: a busy loop. But a timer is rounded up to the next millisecond, here and in
//! tokio, so the task sleeps in each round: that is wasteful, and looks like a fast clock that is meant.
//! Cure: make the interval before the loop.
//!
//! doctor: can't be told
//! ends: by itself

use std::cell::Cell;
use std::time::Duration;

use kettle::time::{interval, sleep};

fn new_mail(looked: &Cell<u64>) -> bool {
    looked.set(looked.get() + 1);
    false
}

#[kettle::main]
async fn main() {
    let collector = kettle::spawn(async {
        let looked = Cell::new(0);
        loop {
            let mut every = interval(Duration::from_secs(10));
            every.tick().await;
            if new_mail(&looked) {
                return;
            }
        }
    });
    for second in 0..4 {
        sleep(Duration::from_secs(1)).await;
        println!("{second}: no mail");
    }
    collector.abort();
}
