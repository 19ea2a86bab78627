//! An editor on the network: for each document that is opened a task waits for the word that it was closed, and then frees its number.
//!
//! Wrong: the sender of that word is put into a map and stays there; closing takes only the document out. So each document leaves a task.
//!
//! Expected: `leaked_tasks`, a hint: more than a thousand tasks, spawned in `open`, wait for a oneshot. The cure: take the sender out of the map
//! when the document is closed, and send (or drop) it.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::interval;

#[derive(Default)]
struct Editor {
    documents: HashMap<u32, String>,
    closed: HashMap<u32, oneshot::Sender<()>>,
    open: Arc<AtomicUsize>,
}

impl Editor {
    fn open(&mut self, number: u32) {
        let (closed, wait) = oneshot::channel();
        self.documents.insert(number, String::new());
        self.closed.insert(number, closed);
        self.open.fetch_add(1, Ordering::Relaxed);
        let open = Arc::clone(&self.open);
        kettle::spawn(async move {
            let _ = wait.await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }

    fn close(&mut self, number: u32) {
        self.documents.remove(&number);
    }
}

#[kettle::main]
async fn main() {
    let mut editor = Editor::default();
    let mut tick = interval(Duration::from_millis(2));
    for number in 0..2500 {
        tick.tick().await;
        for part in 0..4 {
            editor.open(4 * number + part);
        }
        for part in 0..4 {
            editor.close(4 * number + part);
        }
    }
    println!("{} documents, {} numbers taken", editor.documents.len(), editor.open.load(Ordering::Relaxed));
}
