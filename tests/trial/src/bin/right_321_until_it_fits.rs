//! A scanner hands its pages to a slow archive, through a channel for two. While there is no room, it shows a lamp and looks again a bit later.
//!
//! Right: it sleeps between two tries, or waits with `reserve` under a limit that it expects.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::error::TrySendError;
use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{sleep, timeout};

async fn archive(mut pages: Receiver<String>) -> usize {
    let mut archived = 0;
    while let Some(page) = pages.recv().await {
        sleep(Duration::from_millis(300)).await; // burns it
        archived += page.len().min(1);
    }
    archived
}

#[kettle::main]
async fn main() {
    let (pages, queue) = mpsc::channel(2);
    let archive = kettle::spawn(archive(queue));
    let mut lamp = 0;
    for number in 1..=5 {
        let mut page = format!("page {number}");
        while let Err(TrySendError::Full(back)) = pages.try_send(page) {
            page = back;
            lamp += 1;
            sleep(Duration::from_millis(20)).await;
        }
    }
    let place = loop {
        match timeout(Duration::from_millis(30), pages.reserve()).await {
            Ok(place) => break place.unwrap(),
            Err(_) => lamp += 1,
        }
    };
    place.send("the last page".to_owned());
    drop(pages);
    println!("{} pages are archived, the lamp was on: {}", archive.await.unwrap(), lamp > 0);
}
