//! Pictures are to be scaled by three workers, who take them from a list behind a lock.
//!
//! Wrong: `if let Some(picture) = list.lock().await.pop()` keeps the guard until the end of the block in which the picture is
//! scaled, for a tenth of a second and more each. So only one worker works at a time.
//!
//! Expected: `guard_across_await`, at the lock in `work`. The cure: `let picture = list.lock().await.pop();` first, a statement
//! that drops the guard.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

async fn scale(size: u64) -> u64 {
    sleep(Duration::from_millis(size)).await; // another machine does it
    size / 2
}

async fn work(list: Arc<Mutex<Vec<u64>>>) -> u64 {
    let mut scaled = 0;
    loop {
        if let Some(picture) = list.lock().await.pop() {
            scaled += scale(picture).await;
        } else {
            return scaled;
        }
    }
}

#[kettle::main]
async fn main() {
    let list = Arc::new(Mutex::new(vec![250, 280, 310, 260, 290, 300]));
    let workers: Vec<_> = (0..3).map(|_| kettle::spawn(work(Arc::clone(&list)))).collect();
    for worker in workers {
        println!("scaled to {} in sum", worker.await.unwrap());
    }
}
