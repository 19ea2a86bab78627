//! A scanner hands its pages to a slow archive, through a channel for two.
//!
//! Wrong: if the channel is full, the page is tried again, and again, with nothing but a `yield_now` between.
//!
//! Expected: `busy_loop` of `main`, at the `yield_now`. The cure: `send(page).await`, which waits for room.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::error::TrySendError;
use kettle::sync::mpsc::{self, Receiver};
use kettle::task::yield_now;
use kettle::time::sleep;

async fn archive(mut pages: Receiver<String>) {
    while let Some(page) = pages.recv().await {
        sleep(Duration::from_secs(4)).await; // burns it
        println!("{page} is archived");
    }
}

#[kettle::main]
async fn main() {
    let (pages, queue) = mpsc::channel(2);
    let archive = kettle::spawn(archive(queue));
    for number in 1..=4 {
        let mut page = format!("page {number}");
        while let Err(error) = pages.try_send(page) {
            match error {
                TrySendError::Full(back) => page = back,
                TrySendError::Closed(_) => return,
            }
            yield_now().await;
        }
        println!("page {number} is scanned");
    }
    archive.abort(); // out of paper
}
