//! A relay between a broadcast of prices and a slow client: it hands each price on, and tells the hour in between.
//!
//! Wrong: the branch of `select!` receives a price and then waits for room in the client's channel. If the clock wins, the
//! branch is dropped, and the price with it.
//!
//! Expected: `lost_value`. The cure: `reserve` the room first and receive after that; or send outside of the branch.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::time::Duration;

use kettle::sync::{broadcast, mpsc};
use kettle::time::{interval, sleep};

async fn client(mut prices: mpsc::Receiver<u32>) -> Vec<u32> {
    let mut seen = Vec::new();
    while let Some(pence) = prices.recv().await {
        sleep(Duration::from_millis(70)).await;
        seen.push(pence);
    }
    seen
}

async fn relay(mut prices: broadcast::Receiver<u32>, client: mpsc::Sender<u32>) {
    let mut clock = interval(Duration::from_millis(40));
    loop {
        kettle::select! {
            went_on = async {
                let pence = prices.recv().await.ok()?;
                client.send(pence).await.ok()
            } => {
                if went_on.is_none() {
                    return;
                }
            }
            _ = clock.tick() => print!("tick "),
        }
    }
}

#[kettle::main]
async fn main() {
    let (market, prices) = broadcast::channel(64);
    let (to_client, from_relay) = mpsc::channel(1);
    let client = kettle::spawn(client(from_relay));
    let relay = kettle::spawn(relay(prices, to_client));
    for pence in 100..120 {
        market.send(pence).unwrap();
        sleep(Duration::from_millis(15)).await;
    }
    drop(market);
    relay.await.unwrap();
    let seen = client.await.unwrap();
    println!("\n{} of 20 prices arrived: {seen:?}", seen.len());
}
