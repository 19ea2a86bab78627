//! Which schedule does the environment ask for?
//!
//! | variable | its effect |
//! |---|---|
//! | `KETTLE_SEED=713` | the schedule of this seed |
//! | `KETTLE_SCHEDULE=12:task:1/3,…` | the usual schedule except for these decisions, which a search has found |
//! | `KETTLE_SELECT=713` | a test's plain run, in which `select!` draws its branches from this seed |
//! | `KETTLE_CLOCK=real` | in addition: a test gets no virtual clock unless it asks for one |
//! | `KETTLE_FAULTS=net` | in addition: faults of the network (`src/net/common/faults/mod.rs`) |
//!
//! If none is set, or all are empty, there is no schedule. Any other value is an error that says
//! what to write, so that a misspelt value doesn't go unnoticed.
//!
//! Interface: [`schedule`] gives the schedule, for `Builder::build`; [`Requested::from_env`] says
//! which one is asked for; [`select_seed`], [`on_real_clock`] and [`number`] read other variables.
//! Elsewhere: the schedules that a test tries (`search/wanted.rs`).

use std::io;
use std::sync::Arc;

use kettle_runtime::Schedule;
use parking_lot::Mutex;

use crate::schedules::decision::{Decision, parse};
use crate::schedules::listed::Listed;
use crate::schedules::seeded::Seeded;
use crate::words::refused::{refused, unfit};

pub(crate) const SEED: &str = "KETTLE_SEED";
pub(crate) const SCHEDULE: &str = "KETTLE_SCHEDULE";
/// The variable with the seed from which `select!` draws in a run without a schedule.
const SELECT: &str = "KETTLE_SELECT";
pub(crate) const CLOCK: &str = "KETTLE_CLOCK";
pub(crate) const FAULTS: &str = "KETTLE_FAULTS";
/// The only value of `KETTLE_CLOCK`.
pub(crate) const REAL: &str = "real";

/// One schedule for the runs of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Requested {
    Seed(u64),
    List(Vec<Decision>),
}

impl Requested {
    /// The schedule that the environment asks for. It is an error if both variables are set.
    pub(crate) fn from_env() -> io::Result<Option<Requested>> {
        on_real_clock()?; // a wrong value is refused here, although only a search uses it
        requested(value(SEED), value(SCHEDULE))
    }

    /// The schedule. If it is a list that doesn't fit the run, `mismatch` says where.
    pub(crate) fn schedule(&self, mismatch: Arc<Mutex<Option<String>>>) -> Box<dyn Schedule> {
        match self {
            Requested::Seed(seed) => Box::new(Seeded::new(*seed)),
            Requested::List(list) => Box::new(Listed::new(list, mismatch)),
        }
    }
}

/// The schedule of this seed, or the one that the environment asks for by `KETTLE_SEED` or
/// `KETTLE_SCHEDULE`; `None` if there is neither.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if one of the variables is not understood, or both are set.
pub fn schedule(seed: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    let requested = match seed {
        Some(seed) => Some(Requested::Seed(seed)),
        None => Requested::from_env()?,
    };
    Ok(requested.map(|requested| requested.schedule(Arc::default())))
}

fn requested(seed: Option<String>, list: Option<String>) -> io::Result<Option<Requested>> {
    match (seed, list) {
        (None, None) => Ok(None),
        (Some(seed), None) => number_in(SEED, &seed).map(Requested::Seed).map(Some),
        (None, Some(list)) => match parse(&list) {
            Ok(list) => Ok(Some(Requested::List(list))),
            Err(words) => Err(unfit(format!("{SCHEDULE}: {words}"))),
        },
        (Some(_), Some(_)) => {
            Err(unfit(format!("{SEED} and {SCHEDULE} ask for two schedules: unset one of them")))
        }
    }
}

/// Does a test keep the real clock, unless it asks for a virtual one itself?
pub(crate) fn on_real_clock() -> io::Result<bool> {
    is_real(value(CLOCK).as_deref())
}

fn is_real(clock: Option<&str>) -> io::Result<bool> {
    match clock {
        None => Ok(false),
        Some(REAL) => Ok(true),
        Some(other) => {
            Err(refused(CLOCK, other, format_args!("is no clock. Set it to {REAL}, or unset it")))
        }
    }
}

/// The seed in `KETTLE_SELECT`, from which `select!` draws.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if it is no number.
pub fn select_seed() -> io::Result<Option<u64>> {
    number(SELECT)
}

/// The number that a variable has, if it is set.
pub(crate) fn number(variable: &str) -> io::Result<Option<u64>> {
    value(variable).map(|value| number_in(variable, &value)).transpose()
}

fn number_in(variable: &str, value: &str) -> io::Result<u64> {
    value.trim().parse().map_err(|_| {
        let wrong =
            "is no number. Set it to a whole number from 0 to 18446744073709551615, or unset it";
        refused(variable, value, wrong)
    })
}

fn value(variable: &str) -> Option<String> {
    let value = std::env::var_os(variable)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_refused_with_words() {
        let ask = |seed: Option<&str>, list: Option<&str>| {
            requested(seed.map(str::to_owned), list.map(str::to_owned)).unwrap_err().to_string()
        };
        for wrong in ["-1", "0x10", "many", "7.5"] {
            let words = format!(
                "KETTLE_SEED={wrong:?} is no number. Set it to a whole number from 0 to \
                 18446744073709551615, or unset it"
            );
            assert_eq!(ask(Some(wrong), None), words);
        }
        let words = ask(None, Some("12"));
        assert_eq!(words, "KETTLE_SCHEDULE: \"12\" is no decision. One is written as 12:task:1/3");
        let words = ask(Some("1"), Some("12:task:1/3"));
        assert_eq!(
            words,
            "KETTLE_SEED and KETTLE_SCHEDULE ask for two schedules: unset one of them"
        );
        let words = is_real(Some("fake")).unwrap_err().to_string();
        assert_eq!(words, "KETTLE_CLOCK=\"fake\" is no clock. Set it to real, or unset it");
    }
}
