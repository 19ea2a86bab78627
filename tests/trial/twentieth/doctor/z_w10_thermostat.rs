//! A thermostat: the newest temperature is in a `watch`; a controller corrects it when it is too low. A clock ticks beside it.
//!
//! Wrong: `borrow()`'s guard is alive in the `if`'s block where the same task sends to that `watch`: the send waits, in the
//! poll, for the reader that only this thread could drop.
//!
//! Expected: `blocking_poll`, a poll that never ends, proven (timers fall due), after about two seconds, with `watch`; `panic`
//! can't end it. Place: the controller's spawn. Cure: drop the `Ref` of `borrow()` before the send (copy the value).

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::{interval, sleep};

async fn control(tx: watch::Sender<i32>) {
    let rx = tx.subscribe();
    let mut look = interval(Duration::from_millis(50));
    for _ in 0..10 {
        look.tick().await;
        let now = rx.borrow();
        if *now < 18 {
            let warmer = *now + 1;
            tx.send_replace(warmer);
            println!("heating to {warmer}");
        }
    }
}

async fn clock() {
    for second in 1..4 {
        sleep(Duration::from_secs(1)).await;
        println!("{second} s");
    }
}

#[kettle::main]
async fn main() {
    let (tx, mut rx) = watch::channel(20);
    let controller = kettle::task::LocalSet::new();
    let cooled = tx.clone();
    controller
        .run_until(async move {
            let control = kettle::task::spawn_local(control(tx));
            let clock = kettle::spawn(clock());
            sleep(Duration::from_millis(120)).await;
            cooled.send_replace(15);
            let _ = rx.changed().await;
            control.await.unwrap();
            clock.await.unwrap();
        })
        .await;
}
