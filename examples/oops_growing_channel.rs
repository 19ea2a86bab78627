// Misconception 20: a channel without a limit is the safe choice, because `send` never waits.
//
// What happens: guests order faster than the cook can make tea. Nothing makes them wait, so the
// line of orders grows as long as the shop is open, and each waits longer than the last.
//
// The doctor: `kettle::growing_channel`, a hint with `KETTLE_DOCTOR=watch`: it may be a burst.
//
// The fix: `mpsc::channel(n)`. When n orders wait, the next guest waits, too.

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let (order, mut orders) = mpsc::unbounded_channel();
    let cook = kettle::spawn(async move {
        while let Some(number) = orders.recv().await {
            if number == 0 {
                println!("The first tea is ready.");
            }
            sleep(Duration::from_millis(5)).await;
        }
    });
    let (opened, mut number) = (Instant::now(), 0);
    let mut minute = interval(Duration::from_millis(10));
    while opened.elapsed() < Duration::from_secs(3) {
        minute.tick().await;
        for _guest in 0..100 {
            order.send(number).expect("the cook listens");
            number += 1;
        }
    }
    cook.abort();
}
