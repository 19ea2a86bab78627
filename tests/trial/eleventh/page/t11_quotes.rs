// Prices are broadcast; a ticker shows them, an archive stores them, slowly.
use std::time::Duration;

use kettle::sync::broadcast::{self, error::RecvError};
use kettle::time::sleep;

async fn feed(prices: broadcast::Sender<u32>) {
    for price in 1..=3 {
        prices.send(price).unwrap();
    }
    sleep(Duration::from_millis(20)).await;
    for price in 4..=12 {
        prices.send(price).unwrap(); // the exchange opens: many at once
    }
    sleep(Duration::from_millis(100)).await;
}

async fn ticker(mut prices: broadcast::Receiver<u32>) {
    let mut shown = 0;
    loop {
        match prices.recv().await {
            Ok(_) => shown += 1,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => break,
        }
    }
    println!("ticker: {shown} shown");
}

async fn archive(mut prices: broadcast::Receiver<u32>) {
    let mut stored = 0;
    loop {
        match prices.recv().await {
            Ok(_) => {
                sleep(Duration::from_millis(50)).await; // a slow disk
                stored += 1;
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => break,
        }
    }
    println!("archive: {stored} stored");
}

#[kettle::main]
async fn main() {
    let (prices, first) = broadcast::channel(4);
    let archive = kettle::spawn(archive(prices.subscribe()));
    let ticker = kettle::spawn(ticker(first));
    kettle::spawn(feed(prices));
    let _ = kettle::join!(ticker, archive);
}
