//! A client with requests in flight, in a `FuturesUnordered`; new ones come through a channel.
//!
//! The mistake: an empty set answers `None` at once, in each round of the `select!`, so while there are no
//! requests the loop goes round without ever waiting.
//!
//! Expected before the first run: `never_yields` or `busy_loop`, of that task. Cure: only ask the set if it isn't
//! empty (`Some(x) =` or an `if`). It is `main`'s first poll, in which the other task was spawned: that one waits for
//! its turn.
//!
//! doctor: `never_yields`
//! ends: killed

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kettle::select;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (sender, mut orders) = mpsc::channel(4);
    kettle::spawn(async move {
        for order in 0..3_u64 {
            sleep(Duration::from_millis(100)).await;
            sender.send(order).await.expect("main receives");
        }
    });
    let mut in_flight = FuturesUnordered::new();
    loop {
        select! {
            done = in_flight.next() => {
                if let Some(done) = done {
                    println!("order {done} is done");
                }
            }
            order = orders.recv() => {
                let Some(order) = order else { break };
                in_flight.push(async move {
                    sleep(Duration::from_millis(50)).await;
                    order
                });
            }
        }
    }
}
