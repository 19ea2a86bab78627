//! A reading room for two, `with_max_readers`: a third reader waits at the door for two seconds, and a writer after it.
//!
//! Right: each reader has one place and gives it back; their copying is done by blocking jobs.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::task::spawn_blocking;

#[kettle::main]
async fn main() {
    let catalogue = Arc::new(RwLock::with_max_readers(vec!["Emma", "Ulysses"], 2));
    let readers = [2000, 2000, 100].map(|millis| {
        let catalogue = Arc::clone(&catalogue);
        kettle::spawn(async move {
            let books = catalogue.read().await;
            let copied = books.clone();
            spawn_blocking(move || thread::sleep(Duration::from_millis(millis))).await.unwrap();
            copied.len()
        })
    });
    kettle::task::yield_now().await;
    catalogue.write().await.push("Dracula");
    for reader in readers {
        println!("{} books", reader.await.unwrap());
    }
}
