//! What does another poll of a ready task cost?
//!
//! [`among_1000`] measures it among 1,000 tasks, [`join_all`] among 1,000 futures of one task;
//! other rows use [`among`].

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample};

pub(crate) fn among_1000(yields: u64) -> Sample {
    rt::block_on(among(1_000, yields))
}

pub(crate) fn join_all(yields: u64) -> Sample {
    rt::block_on(async {
        let each = yields / 1_000;
        let clock = Clock::start();
        let all = futures_util::future::join_all((0..1_000).map(|_| yield_often(each)));
        let sum: u64 = rt::spawn(all).await.into_iter().sum();
        clock.stop_with_sum(each * 1_000, sum, each * 1_000)
    })
}

/// Divides `yields` among `tasks`, which are all ready. Spawning them isn't measured.
pub(crate) async fn among(tasks: u64, yields: u64) -> Sample {
    let each = yields / tasks;
    let handles: Vec<_> = (0..tasks).map(|_| rt::spawn(yield_often(each))).collect();
    let clock = Clock::start();
    let mut sum = 0;
    for handle in handles {
        sum += handle.await;
    }
    clock.stop_with_sum(each * tasks, sum, each * tasks)
}

async fn yield_often(yields: u64) -> u64 {
    for _ in 0..yields {
        rt::yield_now().await;
    }
    yields
}
