//! Backpressure: three writers wait for seconds, in sum, for room in the queue of a slow archive.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

struct Chapter {
    author: &'static str,
    number: u32,
}

async fn write(author: &'static str, chapters: u32, archive: mpsc::Sender<Chapter>) -> Duration {
    let mut waited = Duration::ZERO;
    for number in 1..=chapters {
        let begin = Instant::now();
        archive.send(Chapter { author, number }).await.unwrap();
        waited += begin.elapsed();
    }
    waited
}

async fn archive(mut chapters: mpsc::Receiver<Chapter>) -> u32 {
    let mut kept = 0;
    while let Some(chapter) = chapters.recv().await {
        sleep(Duration::from_millis(150)).await;
        kept += 1;
        println!("{}: chapter {}", chapter.author, chapter.number);
    }
    kept
}

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::channel(1);
    let archive = kettle::spawn(archive(rx));
    let authors =
        ["Eliot", "Woolf", "Sand"].map(|author| kettle::spawn(write(author, 6, tx.clone())));
    drop(tx);
    for author in authors {
        println!("waited for {:?}", author.await.unwrap());
    }
    println!("{} chapters are kept", archive.await.unwrap());
}
