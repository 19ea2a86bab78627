//! A crawler that fetches at most two pages at once: each page's task takes a permit of a semaphore.
//!
//! The mistake: a page keeps its permit while it waits for the pages that it links to, and those
//! need permits, too. With more levels than permits nobody gets one.
//!
//! Expected: a deadlock: tasks wait for permits that their own ancestors have, which wait for them.
//! Cure: drop the permit after the fetch, before the children are awaited.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Count = Pin<Box<dyn Future<Output = usize> + Send>>;

fn links(page: &str, depth: usize) -> Vec<String> {
    if depth == 3 { Vec::new() } else { (0..3).map(|n| format!("{page}/{n}")).collect() }
}

fn crawl(page: String, depth: usize, limit: Arc<Semaphore>) -> Count {
    Box::pin(async move {
        let _permit = limit.acquire().await.expect("the semaphore is open");
        sleep(Duration::from_millis(5)).await; // the fetch
        let mut children = JoinSet::new();
        for link in links(&page, depth) {
            children.spawn(crawl(link, depth + 1, limit.clone()));
        }
        let mut found = 1;
        while let Some(child) = children.join_next().await {
            found += child.expect("no page panics");
        }
        found
    })
}

#[kettle::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(2));
    let found = crawl("http://localhost".to_owned(), 0, limit).await;
    println!("{found} pages");
}
