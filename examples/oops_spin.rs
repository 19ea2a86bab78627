// Misconception 7: `recv` of a channel waits until there is a value.
//
// What happens: the waiter brings one order and goes home, and with the waiter goes the last
// sender. From then on `recv` returns `None` at once, each time. The loop takes that for "nothing
// yet", and asks again: it keeps a processor busy for nothing, and never waits.
//
// The doctor: `kettle::busy_loop`, with the channel that it asks.
//
// The fix: leave the loop when the channel has ended: `while let Some(tea) = orders.recv().await`.

use std::time::{Duration, Instant};

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (order, mut orders) = mpsc::channel(8);
    kettle::spawn(async move { order.send("mint").await.expect("main has the receiver") });
    let opened = Instant::now();
    while opened.elapsed() < Duration::from_secs(4) {
        if let Some(tea) = orders.recv().await {
            println!("A cup of {tea} tea.");
        }
    }
    println!("The shop closes.");
}
