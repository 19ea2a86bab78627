//! A search service loads its index on the blocking pool. Requests wait for a flag.
//!
//! Wrong: the future that waits for the flag wakes itself in each poll, so the loop spins until the index is loaded.
//!
//! Expected: `busy_loop`. The cure: be woken when the flag is set, as by a `Notify`, a `watch` or the job's handle.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use kettle::task::{JoinSet, spawn_blocking};

struct Index {
    loaded: AtomicBool,
}

impl Index {
    fn load(&self) {
        for _segment in 0..25 {
            thread::sleep(Duration::from_millis(100)); // reads a segment from the disk
        }
        self.loaded.store(true, Ordering::Release);
    }
}

struct Loaded(Arc<Index>);

impl Future for Loaded {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0.loaded.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }
}

async fn search(index: Arc<Index>, word: &'static str) -> usize {
    Loaded(index).await;
    word.len()
}

#[kettle::main]
async fn main() {
    let index = Arc::new(Index { loaded: AtomicBool::new(false) });
    let loading = spawn_blocking({
        let index = Arc::clone(&index);
        move || index.load()
    });
    let mut searches = JoinSet::new();
    for word in ["oolong", "sencha"] {
        searches.spawn(search(Arc::clone(&index), word));
    }
    let found: usize = searches.join_all().await.into_iter().sum();
    loading.await.expect("the index");
    println!("{found} hits");
}
