//! A service keeps the first hundred slow requests of a run, to be looked at in the end.
//!
//! Right: the channel with a limit is the list. `try_send` is refused when it is full, which is meant, and nobody receives
//! until the service has ended, two and a half seconds later.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::task::JoinSet;
use kettle::time::{Instant, interval, sleep};

#[derive(Debug)]
struct Slow {
    request: u64,
    took: Duration,
}

async fn answer(request: u64, slow: Sender<Slow>) {
    let begun = Instant::now();
    sleep(Duration::from_millis(request % 7)).await;
    let took = begun.elapsed();
    if took > Duration::from_millis(3) {
        let _ = slow.try_send(Slow { request, took });
    }
}

#[kettle::main]
async fn main() {
    let (slow, mut kept) = mpsc::channel(100);
    let mut requests = JoinSet::new();
    let mut clock = interval(Duration::from_millis(5));
    for request in 0..500 {
        clock.tick().await;
        requests.spawn(answer(request, slow.clone()));
        while requests.try_join_next().is_some() {}
    }
    requests.join_all().await;
    drop(slow);
    while let Some(Slow { request, took }) = kept.recv().await {
        println!("request {request} took {took:?}");
    }
}
