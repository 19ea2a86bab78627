//! An auctioneer takes bids from a channel and writes them into a book, which a clerk also uses. Every now and then he looks at the clock.
//!
//! Right: the branch of his `select!` only takes the bid; for the book's lock he waits in the branch's body, which nothing drops.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::Arc;

use kettle::select;
use kettle::sync::{Mutex, mpsc};
use kettle::time::{Duration, interval, sleep};

type Book = Arc<Mutex<Vec<u32>>>;

async fn auctioneer(mut bids: mpsc::Receiver<u32>, book: Book) -> u32 {
    let mut clock = interval(Duration::from_millis(70));
    let mut looks = 0;
    loop {
        select! {
            bid = bids.recv() => match bid {
                Some(bid) => book.lock().await.push(bid),
                None => return looks,
            },
            _ = clock.tick() => looks += 1,
        }
    }
}

async fn clerk(book: Book) {
    loop {
        {
            let book = book.lock().await;
            sleep(Duration::from_millis(60)).await; // counts
            drop(book);
        }
        sleep(Duration::from_millis(60)).await;
    }
}

#[kettle::main]
async fn main() {
    let book = Book::default();
    let (bid, bids) = mpsc::channel(8);
    kettle::spawn(clerk(Arc::clone(&book)));
    let auctioneer = kettle::spawn(auctioneer(bids, Arc::clone(&book)));
    for amount in 0..20 {
        bid.send(amount).await.unwrap();
        sleep(Duration::from_millis(100)).await;
    }
    drop(bid);
    let looks = auctioneer.await.unwrap();
    assert_eq!(book.lock().await.len(), 20);
    println!("{} bids, {looks} looks", book.lock().await.len());
}
