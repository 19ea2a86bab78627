//! A price feed on a `broadcast` channel of four places, and a client that shows the prices, slowly.
//!
//! The mistake: `while let Ok` takes `Lagged` for the end: after a burst the client hears nothing any more.
//!
//! Expected: nothing that the events could tell: `recv` has answered, and the client has ended. Cure: go on
//! after `Lagged`.
//!
//! doctor: can't be told
//! ends: by itself

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (feed, mut prices) = broadcast::channel(4);
    let client = kettle::spawn(async move {
        while let Ok(price) = prices.recv().await {
            println!("{price}");
            sleep(Duration::from_millis(10)).await;
        }
    });
    for price in 0..40 {
        let _nobody = feed.send(price);
        sleep(Duration::from_millis(if price % 10 < 8 { 1 } else { 40 })).await;
    }
    drop(feed);
    client.await.expect("it doesn't panic");
}
