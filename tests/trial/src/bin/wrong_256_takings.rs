//! Tills report their takings, and a clerk enters them into the books (an `RwLock`), which an auditor reads now and then. Each 40 ms the clerk
//! looks at the door.
//!
//! Wrong: the branch of `select!` takes a report, and then waits to write. If it is time to look at the door meanwhile, the report is gone with
//! the branch.
//!
//! Expected: `lost_value`, at the `select!`. The cure: only `recv` in the branch, and the lock in its body.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{RwLock, mpsc};
use kettle::time::{interval, sleep};

type Books = Arc<RwLock<u32>>;

async fn audit(books: Books) {
    for _ in 0..6 {
        let books = books.read().await;
        sleep(Duration::from_millis(70)).await;
        println!("the auditor sees {}", *books);
        drop(books);
        sleep(Duration::from_millis(20)).await;
    }
}

async fn clerk(books: Books, mut reports: mpsc::UnboundedReceiver<u32>) {
    let mut door = interval(Duration::from_millis(40));
    loop {
        let entered = async {
            let taken = reports.recv().await?;
            *books.write().await += taken;
            Some(())
        };
        kettle::select! {
            done = entered => if done.is_none() { return },
            _ = door.tick() => {}
        }
    }
}

#[kettle::main]
async fn main() {
    let books = Books::default();
    let (report, reports) = mpsc::unbounded_channel();
    let clerk = kettle::spawn(clerk(Arc::clone(&books), reports));
    let audit = kettle::spawn(audit(Arc::clone(&books)));
    for taken in 1..=30 {
        sleep(Duration::from_millis(15)).await;
        report.send(taken).unwrap();
    }
    drop(report);
    clerk.await.unwrap();
    audit.await.unwrap();
    println!("{} in the books, {} taken", *books.read().await, (1..=30).sum::<u32>());
}
