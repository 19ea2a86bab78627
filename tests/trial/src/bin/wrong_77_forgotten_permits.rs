//! A gate lets eight uploads at a time through. A burst of requests comes each tenth of a second.
//!
//! Wrong: an upload that is done calls `permit.forget()`, which throws the permit away, in place of dropping it. After
//! eight uploads the gate is closed, and each further request waits for good.
//!
//! Expected: `leaked_tasks`, a hint. The cure: drop the permit.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::{interval, sleep};

struct Uploads {
    gate: Semaphore,
    done: AtomicUsize,
}

impl Uploads {
    async fn upload(&self, bytes: u64) {
        let permit = self.gate.acquire().await.expect("the gate is open");
        sleep(Duration::from_millis(bytes)).await;
        self.done.fetch_add(1, Ordering::Relaxed);
        permit.forget();
    }
}

#[kettle::main]
async fn main() {
    let uploads = Arc::new(Uploads { gate: Semaphore::new(8), done: AtomicUsize::new(0) });
    let mut burst = interval(Duration::from_millis(100));
    for _ in 0..40 {
        burst.tick().await;
        for bytes in 0..150 {
            let uploads = Arc::clone(&uploads);
            kettle::spawn(async move { uploads.upload(bytes % 10).await });
        }
    }
    sleep(Duration::from_millis(500)).await;
    println!("{} of 6000 uploads are done", uploads.done.load(Ordering::Relaxed));
}
