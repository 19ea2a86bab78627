//! A reader of a feed fetches two pages ahead (`buffered(2)`), over one connection that is behind a lock, and marks each page as read over
//! the same one.
//!
//! Wrong: the pages that are fetched ahead are futures of the stream, polled only while the stream's `next` is. The body of the loop waits
//! for the lock, which such a future has, or is to have next, asleep.
//!
//! Expected: `deadlock` of `main`, which waits for a lock that it has itself, in `fetch`. The cure: do it in the stream too, a task for each
//! page, or a connection of its own.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use kettle::sync::Mutex;
use kettle::time::sleep;

struct Connection {
    asked: u32,
}

async fn fetch(connection: &Mutex<Connection>, page: u32) -> u32 {
    let mut connection = connection.lock().await;
    connection.asked += 1;
    sleep(Duration::from_millis(20)).await;
    page
}

async fn mark_as_read(connection: &Mutex<Connection>, page: u32) {
    connection.lock().await.asked += 1;
    println!("page {page} is read");
}

#[kettle::main]
async fn main() {
    let connection = Mutex::new(Connection { asked: 0 });
    let pages = stream::iter(1..=5).map(|page| fetch(&connection, page)).buffered(2);
    let mut pages = pin!(pages);
    while let Some(page) = pages.next().await {
        mark_as_read(&connection, page).await;
    }
    println!("{} questions", connection.lock().await.asked);
}
