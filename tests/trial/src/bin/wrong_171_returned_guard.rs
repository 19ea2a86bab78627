//! A draft of a letter behind a lock: a task prepares it, and gives it back locked, so that nobody changes it in between.
//!
//! Wrong: the guard is the task's output. The task has ended, and its output with the guard lies in its handle while `main` first
//! locks the draft for a last look, and awaits the handle afterwards.
//!
//! Expected: `deadlock`: `main` waits for a lock that the ended task 1 took. The cure: await the handle first and use the guard
//! that comes (or drop the guard in the task).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard};
use kettle::time::sleep;

async fn prepare(draft: Arc<Mutex<String>>) -> OwnedMutexGuard<String> {
    let mut draft = draft.lock_owned().await;
    draft.push_str("Dear Sir or Madam,\n");
    sleep(Duration::from_millis(40)).await;
    draft.push_str("yours\n");
    draft
}

#[kettle::main]
async fn main() {
    let draft = Arc::new(Mutex::new(String::new()));
    let prepared = kettle::spawn(prepare(Arc::clone(&draft)));
    kettle::task::yield_now().await;
    println!("a last look: {} letters", draft.lock().await.len());
    let mut letter = prepared.await.unwrap();
    letter.push_str("P. S.\n");
    println!("{letter}");
}
