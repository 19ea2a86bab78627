//! A catalogue that many read for long, and one updates now and then, when nobody reads.
//! doctor: silence

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Catalogue = Arc<RwLock<BTreeMap<u32, String>>>;

async fn reader(number: u32, catalogue: Catalogue) -> usize {
    let mut read = 0;
    for _ in 0..2 {
        let books = catalogue.read().await;
        for title in books.values() {
            sleep(Duration::from_millis(60)).await;
            read += title.len();
        }
        println!("reader {number} is through");
    }
    read
}

async fn librarian(catalogue: Catalogue) {
    for number in 100..105 {
        let mut books = catalogue.write().await;
        sleep(Duration::from_millis(30)).await; // types it
        books.insert(number, format!("new book {number}"));
    }
}

#[kettle::main]
async fn main() {
    let books = (1..=8).map(|n| (n, format!("book {n}"))).collect();
    let catalogue: Catalogue = Arc::new(RwLock::new(books));
    let readers: Vec<_> = (0..5).map(|n| kettle::spawn(reader(n, catalogue.clone()))).collect();
    for reader in readers {
        println!("{} letters", reader.await.unwrap());
    }
    librarian(catalogue.clone()).await;
    println!("{} books", catalogue.read().await.len());
}
