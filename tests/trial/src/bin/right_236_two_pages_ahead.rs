//! A reader of a feed fetches three pages ahead (`buffer_unordered`), over one connection that is behind a lock, and hands each page to a task
//! that marks it as read over the same one.
//!
//! Right: the body of the loop only sends, and there is room; who waits for the lock are the stream's futures and the other task. The lock
//! has the last page for a quarter of a second, but the others are done.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use kettle::sync::{Mutex, mpsc};
use kettle::time::sleep;

async fn fetch(connection: &Mutex<u32>, page: u64) -> u64 {
    let mut asked = connection.lock().await;
    *asked += 1;
    sleep(Duration::from_millis(5 + page)).await;
    page
}

#[kettle::main]
async fn main() {
    let connection = Arc::new(Mutex::new(0));
    let (read, mut pages) = mpsc::channel(64);
    let lent = Arc::clone(&connection);
    let marker = kettle::spawn(async move {
        while let Some(page) = pages.recv().await {
            *lent.lock().await += 1;
            println!("page {page} is read");
        }
    });
    let stream = stream::iter(1..=60).map(|page| fetch(&connection, page)).buffer_unordered(3);
    let mut stream = pin!(stream);
    while let Some(page) = stream.next().await {
        read.send(page).await.unwrap();
    }
    drop(read);
    marker.await.unwrap();
    println!("{} questions", connection.lock().await);
}
