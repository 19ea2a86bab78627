//! A crawler: pages that are to be fetched are in a channel without a limit, and each page puts its links into it.
//!
//! Wrong: no list says which pages have been seen. A page has three links, so each one that is taken out puts three in.
//!
//! Expected: `growing_channel`, a hint. The cure: put in only what is new (a set), so that it can end; a limit alone would
//! make the crawler wait for itself.
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedSender};
use kettle::time::{Instant, sleep};

const PAGES: u64 = 1000;

async fn fetch(page: u64) -> [u64; 3] {
    if page.is_multiple_of(8) {
        sleep(Duration::from_millis(1)).await;
    }
    [page * 2 % PAGES, (page * 7 + 1) % PAGES, (page + 499) % PAGES]
}

async fn crawl(mut frontier: mpsc::UnboundedReceiver<u64>, found: UnboundedSender<u64>) -> u32 {
    let begin = Instant::now();
    let mut fetched = 0;
    while let Some(page) = frontier.recv().await {
        for link in fetch(page).await {
            found.send(link).expect("the frontier is ours");
        }
        fetched += 1;
        if begin.elapsed() > Duration::from_secs(4) {
            break; // the operator's patience
        }
    }
    fetched
}

#[kettle::main]
async fn main() {
    let (found, frontier) = mpsc::unbounded_channel();
    found.send(0).unwrap();
    let crawler = kettle::spawn(crawl(frontier, found));
    println!("{} pages of {PAGES} fetched", crawler.await.unwrap());
}
