//! A blocking job watches for changed files and counts them; `main` serves for a while and returns.
//!
//! Wrong: the job waits at a channel of std whose sender is in the `Watcher` that the job has a reference to itself.
//! `main` returns, the runtime waits for its blocking job, and the program never ends.
//!
//! Expected: `deadlock`, or another word on the blocking job that keeps the runtime from ending; the page doesn't say
//! what happens after `main` has returned. The cure: give the job a way to end (drop the sender), or a thread of its
//! own.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::sleep;

struct Watcher {
    changed: Sender<String>,
    seen: Mutex<Vec<String>>,
}

impl Watcher {
    fn start() -> Arc<Watcher> {
        let (changed, changes) = mpsc::channel();
        let watcher = Arc::new(Watcher { changed, seen: Mutex::default() });
        let job = Arc::clone(&watcher);
        spawn_blocking(move || job.watch(&changes));
        watcher
    }

    fn watch(&self, changes: &Receiver<String>) {
        while let Ok(path) = changes.recv() {
            println!("{path} has changed");
            self.seen.lock().unwrap().push(path);
        }
    }
}

#[kettle::main]
async fn main() {
    let watcher = Watcher::start();
    for path in ["menu.toml", "prices.toml"] {
        sleep(Duration::from_millis(100)).await;
        watcher.changed.send(path.to_string()).expect("the job");
    }
    sleep(Duration::from_millis(100)).await;
    println!("{} changes, good night", watcher.seen.lock().unwrap().len());
}
