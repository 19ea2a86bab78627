//! A crawler keeps its tasks in a set behind a lock. `main` awaits the next one that ends with the guard in its hand,
//! and the tasks need the lock to add what they found.
//!
//! doctor: `deadlock`
//! cure: don't hold the guard while `join_next` waits: let tasks send what they found, and `main` alone spawn
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Crawler {
    tasks: Arc<Mutex<JoinSet<u32>>>,
}

impl Crawler {
    fn visit(self, page: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(async move {
            sleep(Duration::from_millis(20)).await;
            for link in [2 * page, 2 * page + 1] {
                if link < 16 {
                    self.add(link).await;
                }
            }
            page
        })
    }

    async fn add(&self, page: u32) {
        self.tasks.lock().await.spawn(self.clone().visit(page));
    }

    async fn run(&self) -> u32 {
        let mut sum = 0;
        while let Some(page) = self.tasks.lock().await.join_next().await {
            sum += page.unwrap();
        }
        sum
    }
}

#[kettle::main]
async fn main() {
    let crawler = Crawler::default();
    crawler.add(1).await;
    println!("{}", crawler.run().await);
}
