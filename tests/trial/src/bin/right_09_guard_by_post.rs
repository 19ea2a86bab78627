//! A document that one may edit at a time. The editor's guard is sent to a task that saves the document
//! slowly and then drops it; the editor at once asks for the lock again.
//!
//! Suspicious: a task waits for a lock that it has taken itself, for more than a second. Right, because
//! an owned guard has been moved to another task.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

type Editing = OwnedMutexGuard<String>;

async fn save(mut edited: mpsc::Receiver<Editing>) -> usize {
    let mut saved = 0;
    while let Some(document) = edited.recv().await {
        for byte in document.bytes() {
            saved += usize::from(byte > b' ');
            sleep(Duration::from_millis(200)).await;
        }
    }
    saved
}

#[kettle::main]
async fn main() {
    let document = Arc::new(Mutex::new(String::new()));
    let (to_save, inbox) = mpsc::channel(1);
    let saver = kettle::spawn(save(inbox));
    let editor = kettle::spawn(async move {
        for words in ["hello", " you"] {
            let mut editing = document.clone().lock_owned().await;
            editing.push_str(words);
            to_save.send(editing).await.unwrap_or_else(|_| panic!("the saver is there"));
        }
    });
    editor.await.expect("the editor doesn't panic");
    println!("{} letters saved", saver.await.expect("the saver doesn't panic"));
}
