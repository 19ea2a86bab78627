//! Which schedules does the environment ask a test to try?
//!
//! | variable | what is tried |
//! |---|---|
//! | `KETTLE_SEEDS=1000` | the schedule "first branch, first task"; then the seeds 1 to 1000 |
//! | `KETTLE_TWICE=1` | in addition, each of them twice more: a seed fails if its runs differ (`job.rs`) |
//! | `KETTLE_EXPLORE=2` | all schedules with at most two decisions of order, if there are no more than `KETTLE_EXPLORE_LIMIT` (100,000) |
//!
//! Interface: [`Wanted::from_env`] reads the variables. Elsewhere: one schedule for every runtime,
//! by `KETTLE_SEED` or `KETTLE_SCHEDULE` (`defaults/schedule.rs`).

use std::io;

use crate::defaults::schedule::number;
use crate::words::refused::unfit;

const SEEDS: &str = "KETTLE_SEEDS";
const EXPLORE: &str = "KETTLE_EXPLORE";
const LIMIT: &str = "KETTLE_EXPLORE_LIMIT";

/// How many schedules `KETTLE_EXPLORE` tries at most by default.
const DEFAULT_LIMIT: u64 = 100_000;

/// Which schedules of a test are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The seeds from 1 to this number.
    Seeds(u64),
    /// All schedules with at most `most` decisions, if there are no more schedules than the limit.
    Explore { most: usize, limit: u64 },
}

impl Wanted {
    /// What the environment asks for, or else the test's own attribute.
    pub(super) fn from_env(in_source: Option<u64>) -> io::Result<Option<Wanted>> {
        wanted(number(SEEDS)?, number(EXPLORE)?, number(LIMIT)?, in_source)
    }
}

fn wanted(
    seeds: Option<u64>,
    explore: Option<u64>,
    limit: Option<u64>,
    in_source: Option<u64>,
) -> io::Result<Option<Wanted>> {
    match (seeds, explore) {
        (Some(_), Some(_)) => {
            Err(unfit(format!("{SEEDS} and {EXPLORE} ask for two searches: unset one of them")))
        }
        (None, Some(most)) => {
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            Ok(Some(Wanted::Explore { most, limit: limit.unwrap_or(DEFAULT_LIMIT) }))
        }
        (_, None) if limit.is_some() => {
            Err(unfit(format!("{LIMIT} is set without {EXPLORE}: set that, too, or unset it")))
        }
        (seeds, None) => Ok(seeds.or(in_source).filter(|seeds| *seeds > 0).map(Wanted::Seeds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_search_is_asked_for_and_two_are_refused() {
        let ask = |seeds, explore, limit, in_source| {
            wanted(seeds, explore, limit, in_source).map_err(|error| error.to_string())
        };
        let explore = |limit| Wanted::Explore { most: 2, limit };
        assert_eq!(ask(None, None, None, None), Ok(None));
        assert_eq!(ask(None, None, None, Some(7)), Ok(Some(Wanted::Seeds(7))));
        assert_eq!(ask(Some(0), None, None, Some(7)), Ok(None));
        assert_eq!(ask(None, Some(2), None, Some(7)), Ok(Some(explore(DEFAULT_LIMIT))));
        assert_eq!(ask(None, Some(2), Some(9), None), Ok(Some(explore(9))));
        assert_eq!(
            ask(Some(1), Some(2), None, None).unwrap_err(),
            "KETTLE_SEEDS and KETTLE_EXPLORE ask for two searches: unset one of them"
        );
        assert_eq!(
            ask(Some(1), None, Some(9), None).unwrap_err(),
            "KETTLE_EXPLORE_LIMIT is set without KETTLE_EXPLORE: set that, too, or unset it"
        );
    }
}
