//! A program counts what it does, and a collector sends the counts away when all is done.
//! doctor: `cut_short`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[derive(Debug)]
enum Count {
    Opened(u32),
    Closed(u32),
}

async fn upload(counts: &[Count]) {
    sleep(Duration::from_millis(40)).await; // connects
    println!("sending {} counts", counts.len());
    sleep(Duration::from_millis(40)).await; // sends
    println!("the counts are sent: {counts:?}");
}

async fn collect(mut counts: mpsc::UnboundedReceiver<Count>) {
    let mut all = Vec::new();
    while let Some(count) = counts.recv().await {
        all.push(count);
    }
    upload(&all).await;
}

async fn work(counts: &mpsc::UnboundedSender<Count>) {
    for door in 1..=4 {
        let _ = counts.send(Count::Opened(door));
        sleep(Duration::from_millis(15)).await;
        let _ = counts.send(Count::Closed(door));
    }
}

#[kettle::main]
async fn main() {
    let (count, counts) = mpsc::unbounded_channel();
    kettle::spawn(collect(counts));
    work(&count).await;
    drop(count); // the collector sees the end, and uploads
    println!("The work is done. Saving the log ...");
    sleep(Duration::from_millis(10)).await;
    println!("Good bye.");
}
