//! A draft of a letter behind a lock: a task prepares it, and gives it back locked, so that nobody changes it in between.
//!
//! Right: the guard is the output of a task that has ended, and lies in its handle for a second and a half, while a proof-reader
//! waits for the lock, and `main` for a pause. Then `main` takes it.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard};
use kettle::time::sleep;

async fn prepare(draft: Arc<Mutex<String>>) -> OwnedMutexGuard<String> {
    let mut draft = draft.lock_owned().await;
    draft.push_str("Dear Sir or Madam,\n");
    draft
}

async fn proof_read(draft: Arc<Mutex<String>>) -> usize {
    draft.lock().await.lines().count()
}

#[kettle::main]
async fn main() {
    let draft = Arc::new(Mutex::new(String::new()));
    let prepared = kettle::spawn(prepare(Arc::clone(&draft)));
    kettle::task::yield_now().await;
    let reader = kettle::spawn(proof_read(draft));
    sleep(Duration::from_millis(1500)).await;
    let mut letter = prepared.await.unwrap();
    letter.push_str("P. S.\n");
    drop(letter);
    println!("{} lines", reader.await.unwrap());
}
