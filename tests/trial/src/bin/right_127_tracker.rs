//! A tracker of tasks, as the one of another crate: detached tasks count themselves, and `wait` ends when none is left.
//!
//! Right: `wait` makes its `Notified` before it looks at the count. The tasks have no handles, and the last one works on a
//! thread of the pool for two seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Tracker(Arc<Inner>);

#[derive(Default)]
struct Inner {
    tasks: AtomicUsize,
    none_left: Notify,
}

struct Tracked(Tracker);

impl Drop for Tracked {
    fn drop(&mut self) {
        let Tracker(inner) = &self.0;
        if inner.tasks.fetch_sub(1, Ordering::AcqRel) == 1 {
            inner.none_left.notify_waiters();
        }
    }
}

impl Tracker {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.fetch_add(1, Ordering::AcqRel);
        let tracked = Tracked(self.clone());
        kettle::spawn(async move {
            let _tracked = tracked;
            task.await;
        });
    }

    async fn wait(&self) {
        let none_left = self.0.none_left.notified();
        if self.0.tasks.load(Ordering::Acquire) > 0 {
            none_left.await;
        }
    }
}

#[kettle::main]
async fn main() {
    let tracker = Tracker::default();
    for number in 1..=20 {
        tracker.spawn(async move {
            sleep(Duration::from_millis(10 * number)).await;
            println!("letter {number} is sent");
        });
    }
    tracker.spawn(async {
        let sealing = spawn_blocking(|| std::thread::sleep(Duration::from_secs(2)));
        sealing.await.expect("no panic");
        println!("all is sealed");
    });
    tracker.wait().await;
    tracker.wait().await; // there are none
}
