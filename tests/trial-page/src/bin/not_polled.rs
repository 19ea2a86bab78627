//! `janitor` was woken at 100 ms, and not polled before 540 ms, though nothing was going on. Why?

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::LocalSet;
use kettle::time::{sleep, timeout};

async fn fill() {
    for _ in 0..4 {
        sleep(Duration::from_millis(10)).await;
    }
}

async fn janitor(swept: oneshot::Sender<()>) {
    sleep(Duration::from_millis(100)).await;
    let _ = swept.send(());
}

async fn clock() {
    for _ in 0..12 {
        sleep(Duration::from_millis(50)).await;
    }
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(clock());
    let set = LocalSet::new();
    let (sweep, swept) = oneshot::channel();
    let filled = set.spawn_local(fill());
    set.spawn_local(janitor(sweep));
    set.run_until(filled).await.expect("filled");
    if timeout(Duration::from_millis(500), swept).await.is_err() {
        println!("nobody swept");
    }
    set.await;
    clock.await.expect("a clock");
}
