// Three tills write what they sell into a log, and a shipper brings each line to the archive. An alarm takes the same way.

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Entry {
    text: String,
    kept: oneshot::Sender<()>,
}

/// Writes one line after the other, and says when each is kept.
async fn archive(mut entries: mpsc::Receiver<Entry>) -> usize {
    let mut bytes = 0;
    while let Some(Entry { text, kept }) = entries.recv().await {
        sleep(ms(6)).await;
        bytes += text.len();
        let _ = kept.send(());
    }
    bytes
}

/// No line may be lost, so the next one goes off when this one is kept.
async fn shipper(mut log: mpsc::UnboundedReceiver<String>, archive: mpsc::Sender<Entry>) {
    while let Some(text) = log.recv().await {
        let (kept, is_kept) = oneshot::channel();
        let alarm = text.starts_with("alarm");
        if archive.send(Entry { text, kept }).await.is_err() || is_kept.await.is_err() {
            return;
        }
        if alarm {
            println!("the alarm is in the archive");
        }
    }
}

async fn till(number: usize, log: mpsc::UnboundedSender<String>) {
    for sale in 1..=40 {
        sleep(ms(12)).await;
        let _ = log.send(format!("till {number} sells number {sale}"));
    }
}

#[kettle::main]
async fn main() {
    let (log, lines) = mpsc::unbounded_channel();
    let (entries, received) = mpsc::channel(16);
    let archive = kettle::spawn(archive(received));
    let shipper = kettle::spawn(shipper(lines, entries));
    for number in 1..=3 {
        kettle::spawn(till(number, log.clone()));
    }
    sleep(ms(300)).await;
    log.send("alarm: the door of the cold store is open".into()).expect("a shipper");
    println!("alarm!");
    drop(log);
    shipper.await.expect("no panic");
    println!("{} bytes are kept", archive.await.expect("no panic"));
}
