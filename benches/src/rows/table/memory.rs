//! How many bytes of memory does a waiting task take?
//!
//! [`waiting`] measures tasks without a timer, [`sleeping`] tasks with one.

use std::future::pending;
use std::time::Duration;

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Sample, float, resident_bytes};

pub(crate) fn waiting(tasks: u64) -> Sample {
    rt::block_on(async { growth_per_task(tasks, || rt::detach(pending::<()>())).await })
}

pub(crate) fn sleeping(tasks: u64) -> Sample {
    let hour = Duration::from_hours(1);
    rt::block_on(async {
        let sleep = || {
            rt::detach(async move {
                rt::sleep(hour).await;
            });
        };
        growth_per_task(tasks, sleep).await
    })
}

/// How much the process grows when it starts these tasks, for each of them.
async fn growth_per_task(tasks: u64, start: impl Fn()) -> Sample {
    let before = resident_bytes();
    (0..tasks).for_each(|_| start());
    // The run queue is in order: once this task has run, each of the others has been polled.
    let polled = rt::spawn(async { true }).await;
    assert!(polled);
    Sample::new(float(resident_bytes() - before) / float(tasks))
}
