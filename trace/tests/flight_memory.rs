//! Does the memory of a flight recorder stay what it is, however long the program runs?
//!
//! Tasks, timers and channels come and go without end; the bytes that are in use are counted now
//! and then.

use std::alloc::System;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::trace::FlightRecorder;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const LIMIT: usize = 256 * 1024;
/// Of events there are some twenty times as many. (Half of them is more than it takes until the
/// fold forgets primitives for the first time.)
const ROUNDS: usize = 16_000;
const EVERY: usize = 100;

fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Something of each kind that has a name.
async fn round() {
    let (tx, mut rx) = mpsc::channel(1);
    let task = kettle::spawn(async move { tx.send(1).await });
    let _ = kettle::time::timeout(Duration::from_secs(1), rx.recv()).await;
    let _ = task.await;
}

#[test]
fn what_is_kept_does_not_grow() {
    let path = std::env::temp_dir().join(format!("kettle-flight-{}.html", std::process::id()));
    let before = in_use();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true);
    builder.trace(FlightRecorder::create(&path).unwrap().limit(LIMIT as u64));
    let used = builder.build().unwrap().block_on(async {
        let mut used = Vec::with_capacity(ROUNDS / EVERY);
        for number in 0..ROUNDS {
            round().await;
            if number % EVERY == 0 {
                used.push(in_use() - before);
            }
        }
        used
    });
    let (early, late) = used.split_at(used.len() / 2);
    let most = |used: &[usize]| used.iter().copied().max().unwrap();
    assert!(most(late) <= most(early) * 11 / 10, "{used:?}");
    assert!(most(late) < 24 * LIMIT, "{used:?}");
    assert!(most(early) > LIMIT, "nothing was kept: {used:?}");
}
