//! Which schedules does the environment ask a test to try?
//!
//! | variable | what is tried |
//! |---|---|
//! | `KETTLE_SEEDS=1000` | the schedule "first branch, first task"; then the seeds 1 to 1000 |
//! | `KETTLE_TWICE=1` | in addition, each of them twice more: a seed fails if its runs differ (`worker.rs`) |
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
    /// What the environment asks for, or else the test's own attribute: this many seeds.
    pub(super) fn from_env(own_seeds: Option<u64>) -> io::Result<Option<Wanted>> {
        wanted(number(SEEDS)?, number(EXPLORE)?, number(LIMIT)?, own_seeds)
    }
}

fn wanted(
    seeds: Option<u64>,
    explore: Option<u64>,
    limit: Option<u64>,
    own_seeds: Option<u64>,
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
        (seeds, None) => Ok(seeds.or(own_seeds).filter(|seeds| *seeds > 0).map(Wanted::Seeds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_overrides_the_attribute() {
        let search = |seeds, explore, limit| wanted(seeds, explore, limit, Some(7)).unwrap();
        let explore = |limit| Some(Wanted::Explore { most: 2, limit });
        assert_eq!(wanted(None, None, None, None).unwrap(), None);
        assert_eq!(search(None, None, None), Some(Wanted::Seeds(7)));
        assert_eq!(search(Some(0), None, None), None);
        assert_eq!(search(None, Some(2), None), explore(DEFAULT_LIMIT));
        assert_eq!(search(None, Some(2), Some(9)), explore(9));
    }

    #[test]
    fn variables_that_contradict_each_other_are_refused() {
        let refused =
            |seeds, explore, limit| wanted(seeds, explore, limit, None).unwrap_err().to_string();
        assert_eq!(
            refused(Some(1), Some(2), None),
            "KETTLE_SEEDS and KETTLE_EXPLORE ask for two searches: unset one of them"
        );
        assert_eq!(
            refused(Some(1), None, Some(9)),
            "KETTLE_EXPLORE_LIMIT is set without KETTLE_EXPLORE: set that, too, or unset it"
        );
    }
}
