//! `read` waits for room nearly all the time. Which stage is it that is too slow?

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::sleep;

const RECORDS: u32 = 30;
/// The first records are in the old format.
const OLD: u32 = 12;

async fn read(to: Sender<u32>) {
    for record in 0..RECORDS {
        sleep(Duration::from_millis(1)).await;
        to.send(record).await.expect("a parser");
    }
}

async fn parse(mut from: Receiver<u32>, to: Sender<u32>) {
    while let Some(record) = from.recv().await {
        if record < OLD {
            sleep(Duration::from_millis(30)).await; // "converts it"
        }
        to.send(record).await.expect("a store");
    }
}

async fn store(mut from: Receiver<u32>) {
    while let Some(record) = from.recv().await {
        if record >= OLD {
            sleep(Duration::from_millis(40)).await; // "keeps the pictures, too"
        }
    }
}

#[kettle::main]
async fn main() {
    let (raw, records) = mpsc::channel(3);
    let (parsed, rows) = mpsc::channel(3);
    kettle::spawn(read(raw));
    kettle::spawn(parse(records, parsed));
    kettle::spawn(store(rows)).await.expect("the store");
}
