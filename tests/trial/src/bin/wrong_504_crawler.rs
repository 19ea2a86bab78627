//! A crawler: the pages that it still has to visit are in a channel.
//! doctor: `deadlock`

use std::collections::HashSet;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

/// Loads a page, and returns the pages that it links to.
async fn load(page: u32) -> Vec<u32> {
    sleep(Duration::from_millis(4)).await;
    if page < 40 { (1..=5).map(|n| page * 3 + n).collect() } else { vec![] }
}

#[kettle::main]
async fn main() {
    let (found, mut to_visit) = mpsc::channel(4);
    found.send(0).await.expect("the crawler listens");

    let crawler = kettle::spawn(async move {
        let mut seen = HashSet::from([0]);
        let mut open = 1;
        while open > 0 {
            let page = to_visit.recv().await.expect("this task has a sender");
            open -= 1;
            for link in load(page).await {
                if seen.insert(link) {
                    open += 1;
                    found.send(link).await.expect("this task receives");
                }
            }
            println!("page {page}: {} seen", seen.len());
        }
        seen.len()
    });
    println!("The site has {} pages.", crawler.await.expect("no panic"));
}
