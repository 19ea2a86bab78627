//! A ticker tape shows prices from a `broadcast` channel. There are more than it can show.
//!
//! Right: for two seconds `recv` gives values and now and then `Lagged`, after which the loop goes on at once. The end is the end.
//! A second receiver belongs to a page that is in the background and reads nothing.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::broadcast::{self, error::RecvError};
use kettle::time::{interval, sleep};

async fn tape(mut prices: broadcast::Receiver<u32>) -> (u32, u64) {
    let (mut shown, mut missed) = (0, 0);
    loop {
        match prices.recv().await {
            Ok(price) => {
                shown += 1;
                if price % 5 == 0 {
                    sleep(Duration::from_millis(12)).await;
                }
            }
            Err(RecvError::Lagged(count)) => missed += count,
            Err(RecvError::Closed) => return (shown, missed),
        }
    }
}

#[kettle::main]
async fn main() {
    let (exchange, prices) = broadcast::channel(16);
    let background = exchange.subscribe();
    let tape = kettle::spawn(tape(prices));
    let mut clock = interval(Duration::from_millis(5));
    for price in 0..2000 {
        if price % 5 == 0 {
            clock.tick().await;
        }
        exchange.send(price).expect("the tape is there");
    }
    drop(exchange);
    println!("shown and missed: {:?}", tape.await.unwrap());
    println!("{} wait in the background", background.len());
}
