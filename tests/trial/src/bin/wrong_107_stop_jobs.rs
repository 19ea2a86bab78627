//! Three blocking jobs hash what comes through a channel of std's. At the end `main` shuts the set of them down.
//!
//! Wrong: `shutdown` aborts tasks, and a blocking job that has begun can't be aborted. The jobs wait for a value or for the
//! end of the channel, whose sender `main` still has.
//!
//! Expected: `deadlock` of `main` and the jobs. The cure: drop the sender before `shutdown` (or `join_all`).
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::mpsc::{UnboundedSender, unbounded_channel};
use kettle::task::JoinSet;
use kettle::time::timeout;

fn hash(texts: &Mutex<Receiver<String>>, hashes: &UnboundedSender<u64>) {
    loop {
        let text = texts.lock().unwrap().recv();
        let Ok(text) = text else { return };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        if hashes.send(hasher.finish()).is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, texts) = channel();
    let texts = Arc::new(Mutex::new(texts));
    let (done, mut hashes) = unbounded_channel();
    let mut jobs = JoinSet::new();
    for _ in 0..3 {
        let (texts, done) = (texts.clone(), done.clone());
        jobs.spawn_blocking(move || hash(&texts, &done));
    }
    for word in ["tea", "kettle", "cup"] {
        send.send(word.to_owned()).unwrap();
    }
    while let Ok(Some(hash)) = timeout(Duration::from_millis(100), hashes.recv()).await {
        println!("{hash:x}");
    }
    jobs.shutdown().await;
    drop(send);
    println!("all is hashed");
}
