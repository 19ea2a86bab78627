//! A tool without async uses a runtime piece by piece: `block_on` for a question, and its own work between two.
//!
//! Wrong: a task that it has spawned takes a lock and is in the middle of a pause when `block_on` returns. The tool takes the same lock with
//! `blocking_lock`; but nothing drives the runtime, so the pause never ends.
//!
//! Expected: `idle_runtime`, a hint, or `deadlock`: the one thread waits for a lock that a task has, which it would have to drive. The cure: take
//! the lock in `block_on`.
//!
//! doctor: `idle_runtime` | `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn refresh(list: Arc<Mutex<Vec<u32>>>) {
    for number in 0.. {
        let mut list = list.lock().await;
        sleep(Duration::from_millis(50)).await; // asks the server
        list.push(number);
    }
}

fn main() {
    let runtime = Runtime::new().unwrap();
    let list = Arc::default();
    runtime.spawn(refresh(Arc::clone(&list)));
    runtime.block_on(async { sleep(Duration::from_millis(220)).await });
    let known = list.blocking_lock().len();
    println!("{known} entries");
}
