//! An auctioneer takes bids from a channel and writes them into a book, which a clerk also uses. Every now and then he looks at the clock.
//!
//! Wrong: a branch of his `select!` takes a bid and then waits for the book's lock. If the clock strikes while he waits, the bid is gone.
//!
//! Expected: `lost_value`, if the dropped branch had the bid: task 1, the `recv` in `next_bid`, the wait at the lock of the book. The cure: only `bids.recv()` as the branch's future, the lock in its arm's body; or lock first, and receive then.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;

use kettle::select;
use kettle::sync::{Mutex, mpsc};
use kettle::time::{Duration, interval, sleep};

type Book = Arc<Mutex<Vec<u32>>>;

async fn next_bid(bids: &mut mpsc::Receiver<u32>, book: &Book) -> bool {
    let Some(bid) = bids.recv().await else {
        return false;
    };
    book.lock().await.push(bid);
    true
}

async fn auctioneer(mut bids: mpsc::Receiver<u32>, book: Book) -> u32 {
    let mut clock = interval(Duration::from_millis(70));
    let mut looks = 0;
    loop {
        select! {
            more = next_bid(&mut bids, &book) => if !more {
                return looks;
            },
            _ = clock.tick() => looks += 1,
        }
    }
}

async fn clerk(book: Book) {
    loop {
        {
            let book = book.lock().await;
            sleep(Duration::from_millis(180)).await; // counts
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
    println!("{} bids, {looks} looks", book.lock().await.len());
}
