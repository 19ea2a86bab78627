// An indexer is told to stop at 100 ms. It goes on for 0.4 s.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Page {
    words: u64,
}

/// Cuts a page to words, and gives the others their turn.
async fn index(page: &Page) -> u64 {
    sleep(ms(page.words / 50)).await;
    page.words
}

/// Finds pages, much faster than they can be indexed.
async fn crawler(pages: mpsc::UnboundedSender<Page>) {
    for found in 0..8 {
        for n in 0..10 {
            let _ = pages.send(Page { words: 200 + 10 * (found + n) });
        }
        sleep(ms(10)).await;
    }
}

async fn indexer(mut pages: mpsc::UnboundedReceiver<Page>, stop: Arc<Notify>) -> (u64, usize) {
    let (mut words, mut done) = (0, 0);
    loop {
        kettle::select! {
            biased;
            page = pages.recv() => {
                let Some(page) = page else { break };
                words += index(&page).await;
                done += 1;
            }
            () = stop.notified() => break,
        }
    }
    (words, done)
}

/// The lamp on the front of the machine.
async fn lamp() {
    loop {
        sleep(ms(40)).await;
    }
}

#[kettle::main]
async fn main() {
    let (send, pages) = mpsc::unbounded_channel();
    let stop = Arc::new(Notify::new());
    let lamp = kettle::spawn(lamp());
    kettle::spawn(crawler(send));
    let indexer = kettle::spawn(indexer(pages, stop.clone()));

    sleep(ms(100)).await;
    stop.notify_one();
    println!("stop");
    let (words, done) = indexer.await.unwrap();
    println!("{done} pages, {words} words");
    lamp.abort();
}
