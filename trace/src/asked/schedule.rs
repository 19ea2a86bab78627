//! Which schedule does the environment ask for?
//!
//! | variable | |
//! |---|---|
//! | `KETTLE_SEED=713` | that of this seed |
//! | `KETTLE_SCHEDULE=12:task:1/3,…` | the usual one, but for these decisions: what a search has found |
//! | `KETTLE_SELECT=713` | a test's plain run, in which `select!` draws its branches from this seed |
//! | `KETTLE_CLOCK=real` | (beside them:) a test gets no virtual clock that it does not ask for |
//! | `KETTLE_FAULTS=net` | (beside them:) what a network does (`src/net/common/faults/mod.rs`) |
//!
//! Unset or empty: none. Anything else is an error that says so: a run must not look as if it had
//! been decided by a slip.
//!
//! Interface: [`schedule`] for `Builder::build`; [`Asked`], [`on_real_clock`], [`number`]. Not
//! here: schedules that a test is to try (`search/wanted.rs`).

use std::io;
use std::sync::Arc;

use kettle_runtime::Schedule;

use crate::schedules::decision::{Decision, parse};
use crate::schedules::listed::Listed;
use crate::schedules::seeded::Seeded;
use crate::words::refused::{refused, unfit};

pub(crate) const SEED: &str = "KETTLE_SEED";
pub(crate) const SCHEDULE: &str = "KETTLE_SCHEDULE";
/// (Of a plain run:) the seed from which `select!` draws.
const SELECT: &str = "KETTLE_SELECT";
pub(crate) const CLOCK: &str = "KETTLE_CLOCK";
pub(crate) const FAULTS: &str = "KETTLE_FAULTS";
/// What that variable may say.
pub(crate) const REAL: &str = "real";

/// One schedule for the runs of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Seed(u64),
    List(Vec<Decision>),
}

impl Asked {
    /// What the environment asks for.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for what is not understood, or if both are set.
    pub(crate) fn now() -> io::Result<Option<Asked>> {
        asked(value(SEED), value(SCHEDULE))
    }
}

/// What decides in a run where the engine is free to: this seed, or what the environment asks for
/// by `KETTLE_SEED` or `KETTLE_SCHEDULE`. `None`: nothing asks for that.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if one of the variables is not understood, or both are set.
pub fn schedule(seed: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    let asked = match seed {
        Some(seed) => Some(Asked::Seed(seed)),
        None => Asked::now()?,
    };
    Ok(asked.map(|asked| match asked {
        Asked::Seed(seed) => Box::new(Seeded::new(seed)) as Box<dyn Schedule>,
        Asked::List(list) => Box::new(Listed::new(&list, Arc::default())),
    }))
}

fn asked(seed: Option<String>, list: Option<String>) -> io::Result<Option<Asked>> {
    match (seed, list) {
        (None, None) => Ok(None),
        (Some(seed), None) => number_in(SEED, &seed).map(Asked::Seed).map(Some),
        (None, Some(list)) => match parse(&list) {
            Ok(list) => Ok(Some(Asked::List(list))),
            Err(words) => Err(unfit(format!("{SCHEDULE}: {words}"))),
        },
        (Some(_), Some(_)) => {
            Err(unfit(format!("{SEED} and {SCHEDULE} ask for two schedules: unset one of them")))
        }
    }
}

/// Is a test to have the clock that it asks for, and no virtual one instead?
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for another clock.
pub(crate) fn on_real_clock() -> io::Result<bool> {
    match value(CLOCK).as_deref() {
        None => Ok(false),
        Some(REAL) => Ok(true),
        Some(other) => {
            Err(refused(CLOCK, other, format_args!("is no clock. Set it to {REAL}, or unset it")))
        }
    }
}

/// From which seed `select!` is to draw, if `KETTLE_SELECT` says so.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if it is no number.
pub fn select_seed() -> io::Result<Option<u64>> {
    number(SELECT)
}

/// The number that a variable has, if it is set.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if it has none.
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

    fn ask(seed: &str, list: &str) -> Result<Option<Asked>, String> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        asked(some(seed), some(list)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_number_is_a_seed_and_a_list_is_a_schedule() {
        assert_eq!(ask("", ""), Ok(None));
        assert_eq!(ask("713", ""), Ok(Some(Asked::Seed(713))));
        let Ok(Some(Asked::List(list))) = ask("", "12:task:1/3") else { panic!("a list") };
        assert_eq!(list.len(), 1);
    }

    #[test]
    fn a_slip_is_refused_with_words() {
        for wrong in ["-1", "0x10", "many", "7.5"] {
            let words = format!(
                "KETTLE_SEED={wrong:?} is no number. Set it to a whole number from 0 to \
                 18446744073709551615, or unset it"
            );
            assert_eq!(ask(wrong, ""), Err(words));
        }
        let words = ask("", "12").unwrap_err();
        assert_eq!(words, "KETTLE_SCHEDULE: \"12\" is no decision. One is written as 12:task:1/3");
        let words = ask("1", "12:task:1/3").unwrap_err();
        assert_eq!(
            words,
            "KETTLE_SEED and KETTLE_SCHEDULE ask for two schedules: unset one of them"
        );
    }
}
