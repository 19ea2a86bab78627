//! Three blocking jobs hash what comes through a channel of std's; one text takes two seconds. At the end `main` shuts the
//! set of them down, and waits.
//!
//! Right: it drops the sender first, so each job sees the end of the channel.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::mpsc::{UnboundedSender, unbounded_channel};
use kettle::task::JoinSet;
use kettle::time::timeout;

fn measure(texts: &Mutex<Receiver<String>>, lengths: &UnboundedSender<usize>) {
    loop {
        let text = texts.lock().unwrap().recv();
        let Ok(text) = text else { return };
        if text == "a book" {
            std::thread::sleep(Duration::from_secs(2));
        }
        if lengths.send(text.len()).is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, texts) = channel();
    let texts = Arc::new(Mutex::new(texts));
    let (done, mut lengths) = unbounded_channel();
    let mut jobs = JoinSet::new();
    for _ in 0..3 {
        let (texts, done) = (texts.clone(), done.clone());
        jobs.spawn_blocking(move || measure(&texts, &done));
    }
    for text in ["tea", "a book", "cup"] {
        send.send(text.to_owned()).unwrap();
    }
    while let Ok(Some(length)) = timeout(Duration::from_millis(100), lengths.recv()).await {
        println!("{length}");
    }
    drop(send);
    jobs.shutdown().await;
    println!("all is measured");
}
