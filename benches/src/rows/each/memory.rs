//! How many bytes of memory does a waiting task take?

use std::future::pending;
use std::time::Duration;

use super::rt;
use crate::sample::{Sample, float, resident_bytes};

/// Tasks that wait for what never comes.
pub(crate) fn waiting(tasks: u64) -> Sample {
    rt::block_on(async { grown_by(tasks, || rt::detach(pending::<()>())).await })
}

/// Tasks that sleep for an hour.
pub(crate) fn sleeping(tasks: u64) -> Sample {
    let hour = Duration::from_hours(1);
    rt::block_on(async {
        let sleep = || {
            rt::detach(async move {
                rt::sleep(hour).await;
            });
        };
        grown_by(tasks, sleep).await
    })
}

async fn grown_by(tasks: u64, start: impl Fn()) -> Sample {
    let before = resident_bytes();
    (0..tasks).for_each(|_| start());
    // A task that is started now is polled after all of them.
    let polled = rt::spawn(async { true }).await;
    assert!(polled);
    Sample::new(float(resident_bytes() - before) / float(tasks))
}
