//! A worker searches for words, which takes long. A client that loses patience drops the receiver of its answer, and the
//! worker stops that search.
//!
//! Right: `closed` of the answer's sender is in a `select!` with the search, which is dropped half-way if the client has gone.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::sync::oneshot;
use kettle::time::{sleep, timeout};

#[derive(Debug)]
struct Search {
    word: &'static str,
    answer: oneshot::Sender<usize>,
}

async fn search(word: &str) -> usize {
    let mut found = 0;
    for page in 0..word.len() * 4 {
        sleep(Duration::from_millis(30)).await;
        found += page % 3;
    }
    found
}

async fn work(mut searches: Receiver<Search>) -> u32 {
    let mut stopped = 0;
    while let Some(Search { word, mut answer }) = searches.recv().await {
        let found = kettle::select! {
            found = search(word) => found,
            () = answer.closed() => {
                stopped += 1;
                continue;
            }
        };
        let _ = answer.send(found);
    }
    stopped
}

#[kettle::main]
async fn main() {
    let (ask, searches) = mpsc::channel(4);
    let worker = kettle::spawn(work(searches));
    for word in ["tea", "kettle", "cup", "marmalade"] {
        let (answer, answered) = oneshot::channel();
        ask.send(Search { word, answer }).await.expect("a worker");
        match timeout(Duration::from_millis(600), answered).await {
            Ok(found) => println!("{word}: {} times", found.expect("an answer")),
            Err(_) => println!("{word}: never mind"),
        }
    }
    drop(ask);
    println!("{} searches were stopped", worker.await.unwrap());
}
