// A price feed. Each tick goes to a screen and to an audit, which writes it into the journal.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::broadcast::error::RecvError;
use kettle::sync::{Mutex, broadcast};
use kettle::time::{interval, sleep};

type Journal = Arc<Mutex<Vec<u64>>>;

async fn feed(ticks: broadcast::Sender<u64>) {
    let mut clock = interval(Duration::from_millis(10));
    clock.tick().await;
    for price in 1..=60 {
        clock.tick().await;
        let _ = ticks.send(price);
    }
}

async fn screen(mut ticks: broadcast::Receiver<u64>) -> u64 {
    let mut last = 0;
    loop {
        match ticks.recv().await {
            Ok(price) => last = price,
            Err(RecvError::Lagged(n)) => println!("screen: {n} ticks missed"),
            Err(RecvError::Closed) => return last,
        }
    }
}

async fn audit(mut ticks: broadcast::Receiver<u64>, journal: Journal) -> u64 {
    let mut missed = 0;
    loop {
        match ticks.recv().await {
            Ok(price) => journal.lock().await.push(price),
            Err(RecvError::Lagged(n)) => {
                println!("audit: {n} ticks missed");
                missed += n;
            }
            Err(RecvError::Closed) => return missed,
        }
    }
}

/// Copies the journal away, and nobody may write meanwhile.
async fn backup(journal: Journal) -> usize {
    sleep(Duration::from_millis(105)).await;
    let entries = journal.lock().await;
    sleep(Duration::from_millis(300)).await;
    entries.len()
}

#[kettle::main]
async fn main() {
    let (ticks, for_screen) = broadcast::channel(16);
    let for_audit = ticks.subscribe();
    let journal: Journal = Arc::default();

    let feed = kettle::spawn(feed(ticks));
    let screen = kettle::spawn(screen(for_screen));
    let audit = kettle::spawn(audit(for_audit, journal.clone()));
    let backup = kettle::spawn(backup(journal.clone()));

    feed.await.unwrap();
    println!("last price on the screen: {}", screen.await.unwrap());
    println!("saved by the backup: {}", backup.await.unwrap());
    let missed = audit.await.unwrap();
    println!("{} ticks in the journal, {missed} missed", journal.lock().await.len());
}
