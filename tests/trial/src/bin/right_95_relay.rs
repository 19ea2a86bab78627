//! A relay between a broadcast of prices and a slow client: in each round it waits for room and then for a price, or for
//! the clock.
//!
//! Right: it reserves the room first. If the clock wins, a place is given back and no price is lost.
//!
//! Expected: silent.
//!
//! doctor: silence

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
                let room = client.reserve().await.ok()?;
                room.send(prices.recv().await.ok()?);
                Some(())
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
    assert_eq!(client.await.unwrap(), (100..120).collect::<Vec<_>>());
}
