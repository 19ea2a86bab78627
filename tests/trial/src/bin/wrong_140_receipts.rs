//! A shop sells cups. Each sale is a task, which starts another one that writes the receipt in two steps.
//!
//! Wrong: `main` waits for the sales, and a sale doesn't wait for its receipt. When `main` returns, the last receipts are cut
//! half-way.
//!
//! Expected: `cut_short`, a note, at the receipts. The cure: a sale awaits its receipt's handle (or `main` gets a set of
//! them).
//!
//! doctor: `cut_short`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Books {
    numbered: Arc<AtomicU32>,
    signed: Arc<AtomicU32>,
}

async fn receipt(books: Books) {
    sleep(Duration::from_millis(15)).await; // a number is asked for
    books.numbered.fetch_add(1, Ordering::Relaxed);
    sleep(Duration::from_millis(40)).await; // the signature is computed elsewhere
    books.signed.fetch_add(1, Ordering::Relaxed);
}

async fn sell(customer: u64, books: Books) {
    sleep(Duration::from_millis(20 * customer)).await;
    kettle::spawn(receipt(books));
    sleep(Duration::from_millis(30)).await; // the cups are packed
    println!("customer {customer} is served");
}

#[kettle::main]
async fn main() {
    let books = Books::default();
    let mut sales = JoinSet::new();
    for customer in 0..8 {
        sales.spawn(sell(customer, books.clone()));
    }
    sales.join_all().await;
    let (numbered, signed) = (&books.numbered, &books.signed);
    println!("{} receipts are numbered", numbered.load(Ordering::Relaxed));
    println!("{} receipts are signed", signed.load(Ordering::Relaxed));
}
