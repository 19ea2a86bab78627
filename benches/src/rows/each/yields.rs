//! What does another poll of a ready task cost?

use super::rt;
use crate::sample::{Clock, Sample};

/// Ready at the same time.
const MANY: u64 = 1_000;

/// A thousand tasks.
pub(crate) fn many(yields: u64) -> Sample {
    rt::block_on(among(MANY, yields))
}

/// A thousand futures in one task.
pub(crate) fn join_all(yields: u64) -> Sample {
    rt::block_on(async {
        let each = yields / MANY;
        let clock = Clock::start();
        let all = futures_util::future::join_all((0..MANY).map(|_| some(each)));
        let sum: u64 = rt::spawn(all).await.into_iter().sum();
        let sample = clock.stop(each * MANY);
        assert_eq!(sum, each * MANY);
        sample
    })
}

/// `yields` shared out among `tasks`; starting them is not measured.
pub(crate) async fn among(tasks: u64, yields: u64) -> Sample {
    let each = yields / tasks;
    let handles: Vec<_> = (0..tasks).map(|_| rt::spawn(some(each))).collect();
    let clock = Clock::start();
    let mut sum = 0;
    for handle in handles {
        sum += handle.await;
    }
    let sample = clock.stop(each * tasks);
    assert_eq!(sum, each * tasks);
    sample
}

async fn some(yields: u64) -> u64 {
    for _ in 0..yields {
        rt::yield_now().await;
    }
    yields
}
