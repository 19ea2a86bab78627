//! A reading room for two: the catalogue is an `RwLock` that two may read at a time, `with_max_readers`.
//!
//! Wrong: `shelf` reads the catalogue while its caller reads it, too. Two readers in the room take both places, and each asks for one more.
//!
//! Expected: `deadlock`: both tasks wait to read, and both have the lock to read. The cure: give the guard back before the other function is
//! called, or hand it what it needs; or allow more readers.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Catalogue = RwLock<Vec<(&'static str, u32)>>;

async fn shelf(catalogue: &Catalogue, title: &str) -> Option<u32> {
    let books = catalogue.read().await;
    books.iter().find(|(book, _)| *book == title).map(|(_, shelf)| *shelf)
}

async fn reader(catalogue: Arc<Catalogue>, pick: usize) -> Option<u32> {
    let books = catalogue.read().await;
    let title = books[pick].0;
    sleep(Duration::from_millis(20)).await; // he writes it down
    shelf(&catalogue, title).await
}

#[kettle::main]
async fn main() {
    let books = vec![("Emma", 3), ("Ulysses", 7), ("Dracula", 4)];
    let catalogue = Arc::new(RwLock::with_max_readers(books, 2));
    let readers = [0, 1].map(|pick| kettle::spawn(reader(Arc::clone(&catalogue), pick)));
    for reader in readers {
        println!("shelf {:?}", reader.await.unwrap());
    }
}
