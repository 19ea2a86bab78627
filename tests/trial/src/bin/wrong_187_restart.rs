//! A service restarts its workers when the settings change: the old ones are shut down, new ones are started.
//!
//! Wrong: `shutdown` of a `JoinSet` is a future. It is dropped by `let _ =`, so no worker is told anything, and after three
//! changes twelve of them work where three should.
//!
//! Expected: `unpolled`, at the `shutdown` in `restart`. The cure: `.await` (or `abort_all`, which is none).
//!
//! doctor: `unpolled`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

async fn work(done: Arc<AtomicU32>) {
    let mut pace = interval(Duration::from_millis(10));
    loop {
        pace.tick().await;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn restart(workers: &mut JoinSet<()>, done: &Arc<AtomicU32>) {
    let _ = workers.shutdown();
    for _ in 0..3 {
        workers.spawn(work(Arc::clone(done)));
    }
}

#[kettle::main]
async fn main() {
    let (mut workers, done) = (JoinSet::new(), Arc::default());
    for change in 0..4 {
        restart(&mut workers, &done);
        let before = done.load(Ordering::Relaxed);
        sleep(Duration::from_millis(150)).await;
        let after = done.load(Ordering::Relaxed);
        println!("after change {change}: {} workers did {}", workers.len(), after - before);
    }
    workers.shutdown().await;
}
