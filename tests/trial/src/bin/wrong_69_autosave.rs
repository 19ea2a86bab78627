//! A test, with the clock paused: an editor saves a document two seconds after the last change.
//!
//! Wrong: the editor calls `notify_waiters`, which reaches only those that wait already. The saver has been spawned,
//! but not polled yet, so it misses the change. The limit of ten minutes ends the test.
//!
//! Expected: `deadlock`, that only the limit has ended. The cure: `notify_one`, which is kept until somebody waits.
//!
//! doctor: `deadlock`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::time::{sleep, timeout};

struct Document {
    changed: Notify,
}

impl Document {
    fn type_text(&self, _text: &str) {
        self.changed.notify_waiters();
    }
}

async fn save_later(document: Arc<Document>, saved: mpsc::Sender<u32>) {
    for version in 1.. {
        document.changed.notified().await;
        while timeout(Duration::from_secs(2), document.changed.notified()).await.is_ok() {}
        sleep(Duration::from_millis(10)).await; // writes the file
        if saved.send(version).await.is_err() {
            return;
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let document = Arc::new(Document { changed: Notify::new() });
    let (saved, mut versions) = mpsc::channel(1);
    kettle::spawn(save_later(Arc::clone(&document), saved));
    document.type_text("It was a dark and stormy night");
    let version = timeout(Duration::from_mins(10), versions.recv())
        .await
        .expect("the document is saved within ten minutes");
    assert_eq!(version, Some(1));
}
