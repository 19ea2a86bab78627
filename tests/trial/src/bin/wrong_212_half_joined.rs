//! A crawler: a task for each page, and each spawns one more that stores what it found, in two steps.
//!
//! Wrong: `main` awaits the fetchers, and nobody the tasks that store: the last ones are dropped half-way as `main` returns.
//!
//! Expected: `cut_short`, of tasks of line 31 in their second step. The cure: keep their handles (a `JoinSet`), and await them.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Store(Mutex<Vec<String>>);

impl Store {
    async fn keep(&self, page: u64, text: String) {
        sleep(Duration::from_millis(15)).await; // writes the text
        let mut index = self.0.lock().await;
        sleep(Duration::from_millis(20)).await; // writes the index
        index.push(format!("{page}: {} letters", text.len()));
    }
}

async fn fetch(page: u64, store: Arc<Store>) {
    sleep(Duration::from_millis(10 * page)).await;
    let text = "word ".repeat(100);
    kettle::spawn(async move { store.keep(page, text).await });
}

#[kettle::main]
async fn main() {
    let store = Arc::new(Store::default());
    let fetchers: Vec<_> = (1..=8).map(|page| kettle::spawn(fetch(page, store.clone()))).collect();
    for fetcher in fetchers {
        fetcher.await.unwrap();
    }
    sleep(Duration::from_millis(25)).await;
    println!("all fetched");
}
