//! Which schedules does the environment ask a test to try?
//!
//! | variable | |
//! |---|---|
//! | `KETTLE_SEEDS=1000` | the usual order, and the seeds 1 to 1000 |
//! | `KETTLE_EXPLORE=2` | all schedules with at most two decisions of order, if there are no more than `KETTLE_EXPLORE_LIMIT` (100,000) |
//!
//! Interface: [`Wanted`]. Not here: one schedule for every runtime, `KETTLE_SEED` and `KETTLE_SCHEDULE`
//! (`asked/schedule.rs`).

use std::io;

use crate::asked::schedule::number;

const SEEDS: &str = "KETTLE_SEEDS";
const EXPLORE: &str = "KETTLE_EXPLORE";
const LIMIT: &str = "KETTLE_EXPLORE_LIMIT";

/// So many schedules are tried unless told otherwise.
const MANY: u64 = 100_000;

/// How a test is to be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// With so many seeds.
    Seeds(u64),
    /// With all schedules of at most so many decisions, if there are no more than the second number.
    Explore(usize, u64),
}

impl Wanted {
    /// What the environment says, or else the test's own attribute.
    pub(super) fn now(in_source: Option<u64>) -> io::Result<Option<Wanted>> {
        if let Some(most) = number(EXPLORE)? {
            let limit = number(LIMIT)?.unwrap_or(MANY);
            return Ok(Some(Wanted::Explore(usize::try_from(most).unwrap_or(usize::MAX), limit)));
        }
        let seeds = number(SEEDS)?.or(in_source).filter(|seeds| *seeds > 0);
        Ok(seeds.map(Wanted::Seeds))
    }
}
