//! How many bytes stand in memory for a task that waits?

use std::future::pending;
use std::time::Duration;

use super::rt;
use crate::sample::{Sample, allocated_bytes, float, resident_bytes};

/// How long a runtime has nothing to do after a burst.
const PEACE: Duration = Duration::from_millis(20);

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

/// What is still allocated after a burst of tasks. A second burst adds nothing to it, or else each
/// burst would; by a few bytes somebody's own thread may differ. kettle's note has a limit: none.
pub(crate) fn kept(tasks: u64) -> Sample {
    rt::block_on(async {
        // Whatever is made once, at its first use.
        burst(10).await;
        let before = allocated_bytes();
        burst(tasks).await;
        let first = allocated_bytes();
        burst(tasks).await;
        let second = allocated_bytes();
        let most = first + tasks / 100;
        assert!(second <= most, "each burst keeps more: {before}, {first}, {second}");
        Sample::new(float(first.saturating_sub(before)) / float(tasks))
            .with("after the first burst B", float(first))
            .with("changed by a second burst B", float(first.abs_diff(second)))
    })
}

/// All alive at once, each with a timer, and all over at the end; then a moment of peace, in which
/// a runtime may give back what it does not need.
async fn burst(tasks: u64) {
    let nap = Duration::from_millis(1);
    let sleep = |task| async move {
        rt::sleep(nap).await;
        task
    };
    let handles: Vec<_> = (0..tasks).map(|task| rt::spawn(sleep(task))).collect();
    let mut sum = 0;
    for handle in handles {
        sum += handle.await;
    }
    assert_eq!(sum, tasks * (tasks - 1) / 2);
    rt::sleep(PEACE).await;
}

async fn grown_by(tasks: u64, start: impl Fn()) -> Sample {
    let before = resident_bytes();
    (0..tasks).for_each(|_| start());
    // A task that is started now is polled after all of them.
    let polled = rt::spawn(async { true }).await;
    assert!(polled);
    Sample::new(float(resident_bytes() - before) / float(tasks))
}
