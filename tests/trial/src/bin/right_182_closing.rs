//! Tills of a shop: each books its sales, and in the evening, when the shop's `watch` says *closed*, it prints its sum.
//!
//! Right: `main` says *closed*, and awaits the tills for 200 ms. One of them has run out of paper; it is aborted. What else is there
//! when `main` returns has no end: a clock, a display that waits for the next change, and a door that waits for its bell.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, watch};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep, timeout};

async fn till(number: u64, mut closed: watch::Receiver<bool>) -> u64 {
    let mut sum = 0;
    loop {
        kettle::select! {
            () = sleep(Duration::from_millis(7 * number)) => sum += number,
            Ok(()) = closed.changed() => break,
        }
    }
    sleep(Duration::from_millis(if number == 3 { 9_000 } else { 60 })).await; // the printer
    sum
}

#[kettle::main]
async fn main() {
    let (close, closed) = watch::channel(false);
    let mut tills = JoinSet::new();
    for number in 1..4 {
        tills.spawn(till(number, closed.clone()));
    }
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(30));
        loop {
            clock.tick().await;
        }
    });
    let mut shown = closed.clone();
    kettle::spawn(async move { while shown.changed().await.is_ok() {} });
    let bell = Arc::new(Notify::new());
    kettle::spawn({
        let bell = Arc::clone(&bell);
        async move {
            loop {
                bell.notified().await;
            }
        }
    });
    sleep(Duration::from_millis(200)).await;
    bell.notify_one();
    close.send_replace(true);
    let last = timeout(Duration::from_millis(200), async {
        while let Some(sum) = tills.join_next().await {
            println!("{}", sum.unwrap());
        }
    });
    if last.await.is_err() {
        tills.shutdown().await;
    }
    println!("good night");
}
