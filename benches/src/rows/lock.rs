//! What does a lock cost that tasks may wait for?

use std::sync::Arc;

use super::rt;
use super::rt::Mutex;
use crate::sample::{Clock, Sample};

/// Who wants it at once.
const TASKS: u64 = 10;

/// Nobody else wants it.
pub(crate) fn free(locks: u64) -> Sample {
    contended(1, locks, false)
}

/// Ten want it, and let the others run while they hold it.
pub(crate) fn ten(locks: u64) -> Sample {
    contended(TASKS, locks, true)
}

fn contended(tasks: u64, locks: u64, yields: bool) -> Sample {
    rt::block_on(async {
        let each = locks / tasks;
        let count = Arc::new(Mutex::new(0));
        let clock = Clock::start();
        let handles: Vec<_> = (0..tasks)
            .map(|_| {
                let count = count.clone();
                rt::spawn(async move {
                    for _ in 0..each {
                        let mut held = count.lock().await;
                        *held += 1;
                        if yields {
                            rt::yield_now().await;
                        }
                    }
                })
            })
            .collect();
        for handle in handles {
            handle.await;
        }
        let sample = clock.stop(each * tasks);
        assert_eq!(*count.lock().await, each * tasks);
        sample
    })
}
