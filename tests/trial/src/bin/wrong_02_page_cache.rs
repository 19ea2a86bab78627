//! A cache of rendered pages behind an `RwLock`, asked by workers; a clock counts along.
//!
//! The mistake: the guard of `read()` lives as long as the `match` does, so the arm that renders a
//! missing page waits to write while the same task still reads.
//!
//! Expected: a deadlock of one task with itself, at `write()`, naming `read()` as the place where it
//! took the lock. Cure: end the read guard first (take the clone out in a statement of its own).
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{RwLock, mpsc, oneshot};
use kettle::time::{interval, sleep};

type Cache = Arc<RwLock<HashMap<u32, Arc<str>>>>;
type Request = (u32, oneshot::Sender<Arc<str>>);

async fn render(id: u32) -> Arc<str> {
    sleep(Duration::from_millis(10)).await;
    format!("<h1>page {id}</h1>").into()
}

#[expect(clippy::single_match_else, reason = "the mistake: `if let` would end the guard")]
async fn load(cache: &Cache, id: u32) -> Arc<str> {
    match cache.read().await.get(&id).cloned() {
        Some(page) => page,
        None => {
            let page = render(id).await;
            cache.write().await.insert(id, page.clone());
            page
        }
    }
}

async fn worker(cache: Cache, mut requests: mpsc::Receiver<Request>) {
    while let Some((id, reply)) = requests.recv().await {
        let page = load(&cache, id).await;
        let _gone = reply.send(page);
    }
}

#[kettle::main]
async fn main() {
    let cache = Cache::default();
    cache.write().await.insert(1, "<h1>start</h1>".into());
    let (requests, inbox) = mpsc::channel(16);
    kettle::spawn(worker(cache, inbox));
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    for id in [1, 1, 7, 1] {
        let (reply, answer) = oneshot::channel();
        requests.send((id, reply)).await.expect("the worker is there");
        println!("{}", answer.await.expect("the worker answers"));
    }
}
