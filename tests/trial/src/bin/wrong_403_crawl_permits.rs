//! A crawler visits a tree of pages, at most three at a time.
//! doctor: `deadlock`

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

fn links(page: u32) -> Vec<u32> {
    if page < 13 { (1..=3).map(|n| page * 3 + n).collect() } else { Vec::new() }
}

fn crawl(page: u32, limit: Arc<Semaphore>) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        let _permit = limit.acquire().await.unwrap();
        sleep(Duration::from_millis(10)).await; // fetch it
        let mut children = JoinSet::new();
        for link in links(page) {
            children.spawn(crawl(link, limit.clone()));
        }
        let mut pages = 1;
        while let Some(count) = children.join_next().await {
            pages += count.unwrap();
        }
        pages
    })
}

#[kettle::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(3));
    let pages = crawl(0, limit).await;
    println!("{pages} pages");
}
