//! A crawler: pages that are to be fetched are in a channel without a limit, and each page puts its new links into it.
//!
//! Right: a set says which pages have been seen. The channel grows to some thousand, for half a second, and empties.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashSet;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

const PAGES: u64 = 6000;

async fn fetch(page: u64) -> [u64; 3] {
    if page.is_multiple_of(4) {
        sleep(Duration::from_millis(1)).await;
    }
    [page * 2 % PAGES, (page * 7 + 1) % PAGES, (page + 499) % PAGES]
}

#[kettle::main]
async fn main() {
    let (found, mut frontier) = mpsc::unbounded_channel();
    let crawler = kettle::spawn(async move {
        let mut seen = HashSet::from([0]);
        let mut waiting = 1;
        found.send(0).unwrap();
        while waiting > 0 {
            let page = frontier.recv().await.expect("we have a sender ourselves");
            waiting -= 1;
            for link in fetch(page).await {
                if seen.insert(link) {
                    waiting += 1;
                    found.send(link).unwrap();
                }
            }
        }
        seen.len()
    });
    println!("{} pages of {PAGES} fetched", crawler.await.unwrap());
}
