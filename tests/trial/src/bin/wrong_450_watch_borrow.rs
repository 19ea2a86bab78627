//! A thermostat: the target is in a `watch`, and is changed by what was measured.
//! doctor: `blocking_poll`

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::interval;

#[derive(Clone, Debug, PartialEq)]
struct Target {
    celsius: i32,
    reason: &'static str,
}

async fn radiator(mut target: watch::Receiver<Target>) -> i32 {
    let mut last = 0;
    while target.changed().await.is_ok() {
        let target = target.borrow_and_update();
        println!("heat to {} ({})", target.celsius, target.reason);
        last = target.celsius;
    }
    last
}

async fn adjust(target: watch::Sender<Target>) {
    let mut minutes = interval(Duration::from_millis(50));
    for outside in [12, 8, 3, -1] {
        minutes.tick().await;
        let now = target.borrow();
        if outside < 5 && now.celsius < 22 {
            target.send(Target { celsius: now.celsius + 1, reason: "it is cold" }).unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    let (target, watched) = watch::channel(Target { celsius: 19, reason: "default" });
    let radiator = kettle::spawn(radiator(watched));
    kettle::spawn(adjust(target));
    println!("the last target was {}", radiator.await.unwrap());
}
