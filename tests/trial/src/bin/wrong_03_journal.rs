//! A journal: handlers record lines, which go to a list of recent lines and to a writer's channel.
//!
//! The mistake: `record` keeps the lock of the list while it waits for room in the channel, and the
//! writer, the only one who makes room, locks the list before it receives the next line.
//!
//! Expected: a deadlock across lock and channel: the handlers wait for room and for the lock, the
//! writer waits for the lock that a handler took before it sent. Cure: drop the guard before `send`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::sleep;

struct Journal {
    recent: Mutex<Vec<String>>,
    lines: mpsc::Sender<String>,
}

impl Journal {
    async fn record(&self, line: String) {
        let mut recent = self.recent.lock().await;
        recent.push(line.clone());
        self.lines.send(line).await.expect("the writer is there");
    }
}

async fn write(journal: Arc<Journal>, mut lines: mpsc::Receiver<String>) {
    while let Some(line) = lines.recv().await {
        sleep(Duration::from_millis(2)).await; // the disk
        let mut recent = journal.recent.lock().await;
        recent.retain(|other| *other != line);
    }
}

async fn handle(journal: Arc<Journal>, visitor: u32) {
    for page in 0..20 {
        journal.record(format!("visitor {visitor} reads page {page}")).await;
        sleep(Duration::from_millis(1)).await;
    }
}

#[kettle::main]
async fn main() {
    let (lines, inbox) = mpsc::channel(4);
    let journal = Arc::new(Journal { recent: Mutex::default(), lines });
    kettle::spawn(write(journal.clone(), inbox));
    let handlers: Vec<_> =
        (0..3).map(|visitor| kettle::spawn(handle(journal.clone(), visitor))).collect();
    for handler in handlers {
        handler.await.expect("no handler panics");
    }
    println!("all is written");
}
